// The path that --held named → the list that phones hold.
import { messageOf, OperatorError } from "../base/errors.ts";
import { readGivenFile } from "../base/given-file.ts";

/** Throws `file-unreadable`. */
export function readHeldList(file: string): Buffer {
  try {
    return readGivenFile(file);
  } catch (error) {
    throw new OperatorError("file-unreadable", `cannot read the held list: ${messageOf(error)}`, {
      hint: "Name a list file with --held, e.g. one of `itlctl itl history`.",
      place: { file },
      cause: error,
    });
  }
}
