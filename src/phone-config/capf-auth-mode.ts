// The number in capfAuthMode in; what it asks of the phone, in words, out.

const modes: ReadonlyMap<string, string> = new Map([
  ["0", "none"],
  ["1", "by authentication string"],
  ["2", "by null string"],
  ["3", "by existing certificate, LSC first"],
  ["4", "by existing certificate, MIC first"],
]);

/** Null for a number that is not known. */
export function capfAuthModeWords(mode: string): string | null {
  return modes.get(mode) ?? null;
}
