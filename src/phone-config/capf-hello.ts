// The first bytes that a CAPF says of its own accord → whether they are those of a CAPF, and its version.

/** `hex`: joined lower-case, as far as it came. */
export type CapfHello =
  | { readonly kind: "capf"; readonly version: number; readonly hex: string }
  | { readonly kind: "short"; readonly hex: string }
  | { readonly kind: "other"; readonly hex: string };

/** `55 01`, four bytes of session, `00 04`, `07 00 01`, one byte of version: as two independent clients expect it. */
export const capfHelloBytes = 12;

const head = [0x55, 0x01];
const rest = [0x00, 0x04, 0x07, 0x00, 0x01];

export function parseCapfHello(bytes: Uint8Array): CapfHello {
  const hex = Buffer.from(bytes).toString("hex");
  const expected: readonly (number | null)[] = [...head, null, null, null, null, ...rest];
  const isAlike = expected.every((byte, at) => byte === null || at >= bytes.length || bytes[at] === byte);
  if (!isAlike) return { kind: "other", hex };
  const version = bytes[capfHelloBytes - 1];
  return version === undefined ? { kind: "short", hex } : { kind: "capf", version, hex };
}
