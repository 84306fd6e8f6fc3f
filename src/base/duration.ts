// Durations as people write them (`5m`, `2d`, `1h30m`) ↔ milliseconds.

const units = [
  { letter: "d", ms: 86_400_000 },
  { letter: "h", ms: 3_600_000 },
  { letter: "m", ms: 60_000 },
  { letter: "s", ms: 1000 },
] as const;

const form = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/;

/** Milliseconds of whole days, hours, minutes and seconds, largest unit first; null for anything else. */
export function parseDuration(text: string): number | null {
  const match = form.exec(text);
  if (match === null || text === "") return null;
  return units.reduce((total, unit, index) => total + Number(match[index + 1] ?? 0) * unit.ms, 0);
}

/** The shortest spelling in whole seconds, rounded up: `5m`, `1d12h`, `0s`. Negative counts as none. */
export function renderDuration(ms: number): string {
  let rest = Math.max(0, Math.ceil(ms / 1000)) * 1000;
  let text = "";
  for (const unit of units) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) text += `${count}${unit.letter}`;
  }
  return text === "" ? "0s" : text;
}
