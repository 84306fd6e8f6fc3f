// The first bytes of an export → its delimiter, line ends and header; or that more is needed.
import { findColumns } from "./csv-columns.ts";
import { cr, type CsvForm, lf, openRowScanner, quote } from "./csv-rows.ts";

export interface CsvHeader {
  readonly form: CsvForm;
  readonly names: readonly string[];
  /** Where the header's line ends, and where the first row begins. */
  readonly end: number;
  readonly next: number;
  /** Lines that the header takes. */
  readonly lines: number;
}

const delimiters = [",", ";", "\t", "|"];

/** The delimiter that finds most of the columns wanted, then that of most columns. Null: the header has no end yet. */
export function readHeader(
  bytes: Buffer,
  isWhole: boolean,
  asked: readonly string[] | null,
): CsvHeader | null {
  const lineEnd = lineEndOf(bytes, isWhole);
  if (lineEnd === null) return null;
  let best: { header: CsvHeader; found: number } | null = null;
  for (const delimiter of delimiters) {
    const form = { delimiter: delimiter.charCodeAt(0), lineEnd };
    const scanner = openRowScanner(form, 1);
    const [row] = scanner.scan(bytes, bytes.length, isWhole);
    if (row === undefined) continue;
    const ends = scanner.cellEnds.slice(row.firstCell, row.firstCell + row.cells);
    const names = ends.map((end, index) =>
      cellText(bytes, index === 0 ? row.start : (ends[index - 1] ?? 0) + 1, end),
    );
    const found = findColumns(names, asked).columns.length;
    const isBetter =
      best === null ||
      found > best.found ||
      (found === best.found && names.length > best.header.names.length);
    const lines = bytes.subarray(row.start, row.next).filter((byte) => byte === lineEnd).length;
    if (isBetter) best = { header: { form, names, end: row.end, next: row.next, lines }, found };
  }
  return best?.header ?? null;
}

/** LF unless the first line ends with a CR alone. Null: it has no end yet. */
function lineEndOf(bytes: Uint8Array, isWhole: boolean): number | null {
  let isQuoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (byte === lf) return lf;
    if (byte !== cr) continue;
    if (at + 1 < bytes.length) return bytes[at + 1] === lf ? lf : cr;
    return isWhole ? cr : null;
  }
  return isWhole ? lf : null;
}

/** The value of a cell: without its quotes, doubled ones as one. */
function cellText(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString("utf8", from, to);
  if (!text.startsWith('"')) return text;
  const inner = text.length > 1 && text.endsWith('"') ? text.slice(1, -1) : text.slice(1);
  return inner.replaceAll('""', '"');
}
