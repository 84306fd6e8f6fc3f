// Chunks of an export and keys → chunks of the opened export, and the counts; memory stays that of a window and its longest row.
import { OperatorError } from "../base/errors.ts";
import type { ArchiveKey } from "./archive-key.ts";
import { encryptedColumns, findColumns, nameOfKeyColumn } from "./csv-columns.ts";
import { type CsvHeader, readHeader } from "./csv-header.ts";
import { openRowScanner, type RowScanner } from "./csv-rows.ts";
import { type CsvTally, type LeftCell, openTally } from "./csv-tally.ts";
import { openKeyOpener } from "./key-opener.ts";
import { openRowOpener } from "./open-rows.ts";
import { openTextReader, type TextEncoding } from "./text-reader.ts";
import { toUtf16 } from "./utf16-bytes.ts";
import { openRowWriter, type RowWriter } from "./write-rows.ts";

export interface CsvWish {
  /** Its file's name stands in the column that says which key opened a row. */
  readonly keys: readonly ArchiveKey[];
  /** Header names; null: those of the archive. */
  readonly columns: readonly string[] | null;
  readonly isSpreadsheetSafe: boolean;
  /** Told of every cell that stays closed. */
  readonly onLeft: (cell: LeftCell) => void;
}

/** What the header said; `missing` of the columns asked for. */
export interface CsvFacts {
  readonly encoding: TextEncoding;
  readonly delimiter: string;
  readonly columns: readonly string[];
  readonly missing: readonly string[];
  readonly keyColumn: string;
}

export interface CsvOpener {
  /** The result is good until the `push` after the next one. Throws `file-unreadable`. */
  push(chunk: Buffer): Buffer;
  /** The rest. Throws `file-unreadable` where the file has no header or ends inside quotes. */
  end(): Buffer;
  tally(): CsvTally;
  /** Null until the header was read. */
  facts(): CsvFacts | null;
}

/** What there is once the header was read. */
interface Body {
  readonly facts: CsvFacts;
  readonly cells: number;
  readonly scanner: RowScanner;
  readonly writer: RowWriter;
  readonly openRows: ReturnType<typeof openRowOpener>;
}

const mostRowBytes = 16 << 20;
const mostHeaderBytes = 1 << 20;
const mostCells = 50_000;
const nothing = Buffer.alloc(0);

/** Any split into chunks gives the same bytes. */
export function openCsv(wish: CsvWish): CsvOpener {
  const reader = openTextReader();
  const keeper = openTally(wish.keys.length, wish.onLeft);
  const openers = wish.keys.map(openKeyOpener);
  let window: Buffer = Buffer.allocUnsafe(1 << 16);
  let length = 0;
  let body: Body | null = null;

  const take = (bytes: Buffer) => {
    if (length + bytes.length > window.length) {
      const larger = Buffer.allocUnsafe(Math.max(window.length * 2, length + bytes.length));
      window.copy(larger, 0, 0, length);
      window = larger;
    }
    bytes.copy(window, length);
    length += bytes.length;
  };
  const drop = (count: number) => {
    window.copyWithin(0, count, length);
    length -= count;
  };
  const begin = (header: CsvHeader): Body => {
    const { columns, missing } = findColumns(header.names, wish.columns);
    if (columns.length === 0) throw noColumns(header.names, wish.columns);
    const keyColumn = nameOfKeyColumn(header.names);
    const files = wish.keys.map(({ file }) => file);
    const writer = openRowWriter(header, files, wish.isSpreadsheetSafe);
    writer.header(window, keyColumn, reader.hasMark());
    const hasReturns = header.next - header.end === 2;
    drop(header.next);
    return {
      facts: {
        encoding: reader.encoding(),
        delimiter: String.fromCharCode(header.form.delimiter),
        columns: columns.map(({ name }) => name),
        ...{ missing, keyColumn },
      },
      cells: header.names.length,
      scanner: openRowScanner(header.form, header.lines + 1, hasReturns ? header.names.length : 0),
      ...{ writer, openRows: openRowOpener(columns, openers) },
    };
  };
  const headerOf = (isLast: boolean): CsvHeader | null => {
    const header = length === 0 ? null : readHeader(window.subarray(0, length), isLast, wish.columns);
    if (header !== null) return header;
    if (length > mostHeaderBytes) throw unreadable("has no line end in its first MiB: it is no CSV file");
    if (isLast) throw unreadable(length === 0 ? "is empty" : "ends inside the quotes of its header");
    return null;
  };
  const work = ({ cells, scanner, openRows, writer, facts }: Body, isLast: boolean): Buffer => {
    const rows = scanner.scan(window, length, isLast);
    const { cellEnds } = scanner;
    // Lines without anything on them are no rows.
    const told = rows.filter((row) => row.end > row.start);
    const opened = openRows({ bytes: window, rows: told, cellEnds });
    for (const each of opened) keeper.add(each, cells);
    const consumed = rows.at(-1)?.next ?? 0;
    writer.rows(window, opened, cellEnds, consumed);
    scanner.shift(consumed);
    drop(consumed);
    refuseEndless(scanner, length, isLast);
    const written = writer.take();
    return facts.encoding === "utf-8" ? written : toUtf16(written, facts.encoding);
  };
  const next = (bytes: Buffer, isLast: boolean): Buffer => {
    take(bytes);
    if (body === null) {
      const header = headerOf(isLast);
      if (header === null) return nothing;
      body = begin(header);
    }
    return work(body, isLast);
  };
  return {
    push: (chunk) => next(reader.push(chunk), false),
    end: () => next(reader.end(), true),
    tally: () => keeper.tally(),
    facts: () => body?.facts ?? null,
  };
}

/** A quote that nothing closes would make all that follows one cell, and leave it closed without a word. */
function refuseEndless(scanner: RowScanner, heldBytes: number, isLast: boolean): void {
  const line = scanner.openQuotes();
  const hint = `Look at line ${line ?? "1"}: the export was cut, or has a quote that is not doubled; export it again with every text in quotes`;
  if (isLast && heldBytes > 0) throw unreadable(`ends inside quotes that were opened on line ${line}`, hint);
  if (heldBytes > mostRowBytes)
    throw unreadable(
      line === null
        ? "has a row of more than 16 MiB"
        : `has a cell of more than 16 MiB, whose quotes were opened on line ${line}`,
      hint,
    );
  if (scanner.openCells() > mostCells) throw unreadable(`has a row of more than ${mostCells} cells`);
}

function noColumns(names: readonly string[], asked: readonly string[] | null): OperatorError {
  const seen = names.slice(0, 20).map((name) => JSON.stringify(name.slice(0, 40)));
  const more = names.length > seen.length ? ` and ${names.length - seen.length} more` : "";
  const isForExcel = /^sep=/i.test(names[0] ?? "");
  return unreadable(
    `has none of the columns ${(asked ?? encryptedColumns).join(", ")} in its first line; there stands ${seen.join(", ")}${more}`,
    isForExcel
      ? "Leave the first line out, it is there for Excel only; e.g. give `<(tail -n +2 FILE)` as the file"
      : "Export the table with its header, or name the columns with --columns",
  );
}

function unreadable(
  what: string,
  hint = "Give a CSV file with a header, as an export of the table jm has",
): OperatorError {
  return new OperatorError("file-unreadable", `the file ${what}`, { hint });
}
