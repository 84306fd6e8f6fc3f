// Bytes that only their owner may read, and the path that --out named → a new file, or the reason why there is none.
import { closeSync, lstatSync, openSync, rmSync, writeFileSync } from "node:fs";
import { messageOf, OperatorError } from "../base/errors.ts";

/** Throws `usage` where something has that name already, `state-not-writable` where nobody can tell: before the work, not after it. */
export function refuseIfThere(file: string, hint?: string): void {
  let found: unknown;
  try {
    found = lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    throw notWritten(file, error);
  }
  if (found !== undefined) throw isThere(file, hint);
}

/** Mode 0600 unless told, on the disk when this returns. Throws `usage` where the file is there already, else `state-not-writable`. */
export function writeNewFile(file: string, bytes: string | Uint8Array, mode = 0o600): void {
  const opened = opening(file, mode);
  try {
    writeFileSync(opened, bytes, { flush: true });
  } catch (error) {
    rmSync(file, { force: true });
    throw notWritten(file, error);
  } finally {
    closeSync(opened);
  }
}

function opening(file: string, mode: number): number {
  try {
    return openSync(file, "wx", mode);
  } catch (error) {
    throw notWritten(file, error);
  }
}

function notWritten(file: string, error: unknown): OperatorError {
  if ((error as NodeJS.ErrnoException).code === "EEXIST") return isThere(file);
  return new OperatorError("state-not-writable", `cannot write the file: ${messageOf(error)}`, {
    hint: "Name a file in a folder that you may write to, with room on its disk.",
    place: { file },
    cause: error,
  });
}

function isThere(
  file: string,
  hint = "Name another file with --out: nothing is overwritten.",
): OperatorError {
  return new OperatorError("usage", `${file} is there already`, { hint, place: { file } });
}
