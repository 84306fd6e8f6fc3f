// Bytes that only their owner may read, and the path that --out named → a new file, or the reason why there is none.
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { messageOf, OperatorError } from "../base/errors.ts";

/** Mode 0600, on the disk when this returns. Throws `usage` where the file is there already, else `state-not-writable`. */
export function writeNewFile(file: string, bytes: Uint8Array): void {
  const opened = opening(file);
  try {
    writeFileSync(opened, bytes, { flush: true });
  } catch (error) {
    rmSync(file, { force: true });
    throw notWritten(file, error);
  } finally {
    closeSync(opened);
  }
}

function opening(file: string): number {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    throw notWritten(file, error);
  }
}

function notWritten(file: string, error: unknown): OperatorError {
  if ((error as NodeJS.ErrnoException).code === "EEXIST") {
    return new OperatorError("usage", `${file} is there already`, {
      hint: "Name another file with --out: nothing is overwritten.",
      place: { file },
    });
  }
  return new OperatorError("state-not-writable", `cannot write the file: ${messageOf(error)}`, {
    hint: "Name a file in a folder that you may write to, with room on its disk.",
    place: { file },
    cause: error,
  });
}
