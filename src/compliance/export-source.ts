// The path of an export → its bytes piece by piece; a pipe is waited for in a way that a signal ends.
import { close, constants, fstatSync, openSync, read } from "node:fs";
import { Socket } from "node:net";
import { addAbortSignal } from "node:stream";
import { isatty } from "node:tty";
import { promisify } from "node:util";
import { messageOf, OperatorError } from "../base/errors.ts";

const readFrom = promisify(read);
const closeFile = promisify(close);

export interface ExportSource {
  /** Null: a pipe, which does not say how long it is. */
  readonly totalBytes: number | null;
  /** Empty at the end; good until the `next` after the next one. Throws `file-unreadable`, or the signal's reason. */
  next(): Promise<Buffer>;
  close(): Promise<void>;
}

const chunkBytes = 1 << 20;

/** Throws `file-unreadable`, for a folder and a terminal too. */
export function openExportSource(file: string, signal: AbortSignal): ExportSource {
  let opened: number;
  try {
    // A pipe that nobody writes to would hold `open`, and with it the process, for ever.
    opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw notRead(file, messageOf(error), error);
  }
  const stand = fstatSync(opened);
  if (stand.isFIFO()) return pipeSource(file, opened, signal);
  const source = fileSource(file, opened, stand.isFile() ? stand.size : null);
  const refused = stand.isDirectory() ? "it is a folder" : isatty(opened) ? "it is a terminal" : null;
  if (refused === null) return source;
  void source.close();
  throw notRead(file, refused);
}

function fileSource(file: string, opened: number, totalBytes: number | null): ExportSource {
  let [chunk, spare] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
  let reading: Promise<unknown> = Promise.resolve();
  return {
    totalBytes,
    async next() {
      [chunk, spare] = [spare, chunk];
      try {
        const read = readFrom(opened, chunk, 0, chunk.length, null);
        reading = read;
        const { bytesRead, buffer } = await read;
        return buffer.subarray(0, bytesRead);
      } catch (error) {
        throw notReadToEnd(file, error);
      }
    },
    async close() {
      // A number that is closed while a thread reads from it may be another file's by then.
      await reading.catch(() => {});
      await closeFile(opened);
    },
  };
}

/** A thread that waits in `read` cannot be called back, and the process waits for it; a socket's event loop can. */
function pipeSource(file: string, opened: number, signal: AbortSignal): ExportSource {
  const socket = new Socket({ fd: opened, readable: true, writable: false });
  // What happens while nobody asks for a piece is told at the next one.
  socket.on("error", () => {});
  addAbortSignal(signal, socket);
  const pieces = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return {
    totalBytes: null,
    async next() {
      try {
        const { done, value } = await pieces.next();
        return done === true ? Buffer.alloc(0) : value;
      } catch (error) {
        signal.throwIfAborted();
        throw notReadToEnd(file, error);
      }
    },
    async close() {
      socket.destroy();
    },
  };
}

function notRead(file: string, why: string, cause?: unknown): OperatorError {
  return new OperatorError("file-unreadable", `${file} could not be read: ${why}`, {
    hint: "Give the path of an export of the archive as CSV",
    place: { file },
    cause,
  });
}

function notReadToEnd(file: string, cause: unknown): OperatorError {
  return new OperatorError("file-unreadable", `${file} could not be read to its end: ${messageOf(cause)}`, {
    hint: "Check the disk or the share that it lies on, then run the command again",
    place: { file },
    cause,
  });
}
