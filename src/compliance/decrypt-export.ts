// The path of an export, keys and the path of the result → the opened export in it, and what became of its rows.
import { type FileHandle, open } from "node:fs/promises";
import { messageOf, OperatorError } from "../base/errors.ts";
import type { ArchiveKey } from "./archive-key.ts";
import type { CsvTally, LeftCell } from "./csv-tally.ts";
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

const chunkBytes = 1 << 20;

/**
 * Both files appear whole or not at all. Throws `wrong-key` where something was encrypted and nothing opened,
 * `file-unreadable` for a file that is no such export, `usage` and `state-not-writable` as `openNamelessFile`.
 */
export async function decryptExport(wish: ExportWish): Promise<OpenedExport> {
  const source = await openSource(wish.file);
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
    await source.handle.close();
  }
}

interface Source {
  readonly handle: FileHandle;
  readonly totalBytes: number | null;
}

async function openSource(file: string): Promise<Source> {
  try {
    const handle = await open(file, "r");
    const stand = await handle.stat();
    if (!stand.isDirectory()) return { handle, totalBytes: stand.isFile() ? stand.size : null };
    await handle.close();
    throw new Error("it is a folder");
  } catch (error) {
    throw new OperatorError("file-unreadable", `${file} could not be read: ${messageOf(error)}`, {
      hint: "Give the path of an export of the archive as CSV",
      place: { file },
      cause: error,
    });
  }
}

/** The next chunk is read and the one before it written while this one is opened. */
async function pass(
  { handle, totalBytes }: Source,
  out: NamelessFile,
  report: NamelessFile | null,
  wish: ExportWish,
): Promise<OpenedExport> {
  let lines = "row,line,column,reason\n";
  const onLeft = (cell: LeftCell) => {
    if (report !== null) lines += reportLine(cell);
  };
  const csv = openCsv({ ...wish, onLeft });
  let [chunk, spare] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
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
  let reading = readChunk(handle, chunk, wish.file);
  for (;;) {
    const count = await reading;
    if (count === 0) break;
    wish.signal.throwIfAborted();
    reading = readChunk(handle, spare, wish.file);
    reading.catch(() => {});
    const piece = atFile(wish.file, () => csv.push(chunk.subarray(0, count)));
    bytes += count;
    await give(piece);
    wish.onProgress({ bytes, totalBytes, tally: csv.tally() });
    [chunk, spare] = [spare, chunk];
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

async function readChunk(handle: FileHandle, chunk: Buffer, file: string): Promise<number> {
  try {
    return (await handle.read(chunk, 0, chunk.length, null)).bytesRead;
  } catch (error) {
    throw new OperatorError("file-unreadable", `${file} could not be read to its end: ${messageOf(error)}`, {
      hint: "Check the disk or the share that it lies on, then run the command again",
      place: { file },
      cause: error,
    });
  }
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
