// Pieces of rows → bytes of a CSV file in the form of the one that was read, in a buffer that grows.
import { cr, type CsvForm, lf, quote } from "./csv-rows.ts";

export interface CsvOutput {
  /** As they are. */
  copy(source: Buffer, from: number, to: number): void;
  byte(byte: number): void;
  /** One cell's value; in quotes where it needs them or `isQuoted`. */
  value(source: Buffer, from: number, to: number, isQuoted: boolean): void;
  /** A cell as it stands in a file, made safe for spreadsheets. */
  safeCell(source: Buffer, from: number, to: number): void;
  /** What was written since the last `take`; good until the `take` after the next one. */
  take(): Buffer;
}

const apostrophe = 0x27;
/** `= + - @`, tab, CR and LF: a spreadsheet takes a cell that begins with one for a formula. */
const risky = new Set([0x3d, 0x2b, 0x2d, 0x40, 0x09, cr, lf]);

/** `isSafe`: values that a spreadsheet would take for a formula get an apostrophe before them. */
export function openCsvOutput({ delimiter, lineEnd }: CsvForm, isSafe: boolean): CsvOutput {
  let buffer = Buffer.allocUnsafe(1 << 16);
  let spare = Buffer.allocUnsafe(1 << 16);
  let at = 0;
  const needsQuotes = new Uint8Array(256);
  for (const byte of [delimiter, lineEnd, quote, cr, lf]) needsQuotes[byte] = 1;

  const ensure = (count: number) => {
    if (at + count <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, at + count));
    buffer.copy(larger, 0, 0, at);
    buffer = larger;
  };
  const copy = (source: Buffer, from: number, to: number) => {
    ensure(to - from);
    const [target, start] = [buffer, at - from];
    // A call of `Buffer.copy` takes as long as this loop for so many.
    if (to - from > 64) source.copy(target, at, from, to);
    else for (let index = from; index < to; index += 1) target[start + index] = source[index] ?? 0;
    at += to - from;
  };
  const byte = (value: number) => {
    ensure(1);
    buffer[at] = value;
    at += 1;
  };
  /** The cell without quotes; false where it needs them. */
  const writeBare = (source: Buffer, from: number, to: number): boolean => {
    for (let index = from; index < to; index += 1) if (needsQuotes[source[index] ?? 0] === 1) return false;
    copy(source, from, to);
    return true;
  };
  const value = (source: Buffer, from: number, to: number, isQuoted: boolean) => {
    ensure(2 * (to - from) + 3);
    const hasApostrophe = isSafe && from < to && risky.has(source[from] ?? 0);
    if (!isQuoted && !hasApostrophe && !isNull(source, from, to) && writeBare(source, from, to)) return;
    const target = buffer;
    let end = at;
    target[end++] = quote;
    if (hasApostrophe) target[end++] = apostrophe;
    for (let index = from; index < to; index += 1) {
      const value = source[index] ?? 0;
      target[end++] = value;
      if (value === quote) target[end++] = quote;
    }
    target[end++] = quote;
    at = end;
  };
  return {
    copy,
    byte,
    value,
    safeCell(source, from, to) {
      const hasQuotes = source[from] === quote;
      if (!risky.has(source[hasQuotes ? from + 1 : from] ?? 0) || from >= to) return copy(source, from, to);
      if (hasQuotes) byte(quote);
      byte(apostrophe);
      copy(source, hasQuotes ? from + 1 : from, to);
    },
    take() {
      const taken = buffer.subarray(0, at);
      [buffer, spare] = [spare, buffer];
      at = 0;
      return taken;
    },
  };
}

/** An opened text that spells NULL is no NULL: it gets quotes. */
export function isNull(source: Uint8Array, from: number, to: number): boolean {
  if (to - from !== 4) return false;
  return (
    ((source[from] ?? 0) | 0x20) === 0x6e &&
    ((source[from + 1] ?? 0) | 0x20) === 0x75 &&
    ((source[from + 2] ?? 0) | 0x20) === 0x6c &&
    ((source[from + 3] ?? 0) | 0x20) === 0x6c
  );
}
