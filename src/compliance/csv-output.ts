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
  let buffer = Buffer.allocUnsafe(1 << 20);
  let spare = Buffer.allocUnsafe(1 << 20);
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
    source.copy(buffer, at, from, to);
    at += to - from;
  };
  const byte = (value: number) => {
    ensure(1);
    buffer[at] = value;
    at += 1;
  };
  const value = (source: Buffer, from: number, to: number, isQuoted: boolean) => {
    const hasApostrophe = isSafe && from < to && risky.has(source[from] ?? 0);
    let inQuotes = isQuoted || isNull(source, from, to);
    for (let index = from; !inQuotes && index < to; index += 1)
      inQuotes = needsQuotes[source[index] ?? 0] === 1;
    if (inQuotes) byte(quote);
    if (hasApostrophe) byte(apostrophe);
    if (inQuotes) {
      let start = from;
      for (let index = from; index < to; index += 1) {
        if (source[index] !== quote) continue;
        copy(source, start, index + 1);
        byte(quote);
        start = index + 1;
      }
      copy(source, start, to);
      byte(quote);
    } else copy(source, from, to);
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
