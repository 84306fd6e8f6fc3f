// The path of an export, keys and the path of the result → the opened export in it, and what became of its rows.
import { OperatorError } from "../base/errors.ts";
import type { ArchiveKey } from "./archive-key.ts";
import type { CsvTally, LeftCell } from "./csv-tally.ts";
import { type ExportSource, openExportSource } from "./export-source.ts";
import { type NamelessFile, openNamelessFile } from "./nameless-file.ts";
import { type CsvFacts, openCsv } from "./open-csv.ts";

export interface ExportWish {
  /** Absolute paths. */
  readonly file: string;
  readonly out: string;
  /** Gets a line for every cell that stays closed; null: none is written. */
  readonly report: string | null;
  readonly keys: readonly ArchiveKey[];
  /** Header names; null: those of the archive. */
  readonly columns: readonly string[] | null;
  readonly isSpreadsheetSafe: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (state: ExportProgress) => void;
}

/** `totalBytes` null: a pipe, which does not say how long it is. */
export interface ExportProgress {
  readonly bytes: number;
  readonly totalBytes: number | null;
  readonly tally: CsvTally;
}

export interface OpenedExport {
  readonly facts: CsvFacts;
  readonly tally: CsvTally;
  readonly bytes: number;
}

/**
 * Both files appear whole or not at all. Throws `wrong-key` where something was encrypted and nothing opened,
 * `file-unreadable` for a file that is no such export, `usage` and `state-not-writable` as `openNamelessFile`.
 */
export async function decryptExport(wish: ExportWish): Promise<OpenedExport> {
  const source = openExportSource(wish.file, wish.signal);
  const files: NamelessFile[] = [];
  try {
    const out = openNamelessFile(wish.out);
    files.push(out);
    const report = wish.report === null ? null : openNamelessFile(wish.report);
    if (report !== null) files.push(report);
    const opened = await pass(source, out, report, wish);
    refuseUnopened(opened.tally, wish);
    report?.publish();
    out.publish();
    return opened;
  } finally {
    for (const file of files) file.discard();
    await source.close();
  }
}

/** The next chunk is read and the one before it written while this one is opened. */
async function pass(
  source: ExportSource,
  out: NamelessFile,
  report: NamelessFile | null,
  wish: ExportWish,
): Promise<OpenedExport> {
  let lines = "row,line,column,reason\n";
  const onLeft = (cell: LeftCell) => {
    if (report !== null) lines += reportLine(cell);
  };
  const csv = openCsv({ ...wish, onLeft });
  let bytes = 0;
  let written: Promise<void> = Promise.resolve();
  const give = async (piece: Buffer) => {
    await written;
    const text = lines;
    lines = "";
    written = writeBoth(out, piece, report, text);
    // A write that fails while the next chunk is read is told when it is waited for.
    written.catch(() => {});
  };
  let reading = source.next();
  for (;;) {
    const chunk = await reading;
    if (chunk.length === 0) break;
    wish.signal.throwIfAborted();
    reading = source.next();
    reading.catch(() => {});
    const piece = atFile(wish.file, () => csv.push(chunk));
    bytes += chunk.length;
    await give(piece);
    wish.onProgress({ bytes, totalBytes: source.totalBytes, tally: csv.tally() });
  }
  await give(atFile(wish.file, () => csv.end()));
  await written;
  wish.signal.throwIfAborted();
  const facts = csv.facts();
  if (facts === null) throw new Error("an export ended without a header, and nobody said so");
  return { facts, tally: csv.tally(), bytes };
}

async function writeBoth(
  out: NamelessFile,
  piece: Buffer,
  report: NamelessFile | null,
  text: string,
): Promise<void> {
  await out.write(piece);
  if (report !== null && text !== "") await report.write(Buffer.from(text));
}

function atFile<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof OperatorError ? error.at({ file }) : error;
  }
}

function reportLine({ row, line, column, reason }: LeftCell): string {
  const name = /^[\w .-]*$/.test(column) ? column : `"${column.replaceAll('"', '""')}"`;
  return `${row},${line},${name},${reason}\n`;
}

/** A copy of an export in which nothing was opened helps nobody. */
function refuseUnopened({ rows, byReason, closedCells }: CsvTally, { file, keys }: ExportWish): void {
  if (rows.opened + rows.partlyClosed > 0 || closedCells === 0) return;
  const place = { file };
  const { cut = 0, spoiled = 0 } = byReason;
  if (cut + spoiled === closedCells) {
    throw new OperatorError(
      "file-unreadable",
      `no value in ${file} is whole: ${cut} cut, ${spoiled} spoiled`,
      {
        hint: "Export the table again: the columns must keep 4000 characters and more",
        place,
      },
    );
  }
  const names = keys.map((key) => key.file).join(", ");
  const hasOtherIv = byReason["wrong-iv"] !== undefined;
  const why = !hasOtherIv
    ? `no value in ${file} opens with ${names}`
    : `values in ${file} open with ${names} but for their first 16 bytes: the key fits, its IV does not`;
  throw new OperatorError(
    "wrong-key",
    `${why} (${rows.closed} of ${rows.total} rows are encrypted); nothing was written`,
    {
      hint: hasOtherIv
        ? "Open the downloaded key again, and compare the line `iv =`"
        : "Give the key of the time in which these rows were archived; an archive has a new one after each enabling",
      place,
    },
  );
}
