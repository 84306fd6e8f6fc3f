// The folder that a flag named → there, made with mode 0700 where it was missing.
import { mkdirSync } from "node:fs";
import { messageOf, OperatorError } from "../base/errors.ts";

/** Those above it too; one that exists is kept as it is. Throws `state-not-writable`. */
export function makeOutFolder(folder: string, flag: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new OperatorError("state-not-writable", `cannot write into ${folder}: ${messageOf(error)}`, {
      hint: `Name a folder with ${flag} that you may write to, with room on its disk`,
      place: { file: folder },
      cause: error,
    });
  }
}
