// The file of a key as typed → its bytes and its mode.
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { messageOf, OperatorError } from "../base/errors.ts";
import type { CommandContext } from "./command.ts";

const mostBytes = 1024 * 1024;

/** A local file only: keys do not travel over HTTP. Throws `file-unreadable`. */
export async function loadKeyFile(
  named: string,
  { world }: Pick<CommandContext, "world">,
): Promise<{ readonly bytes: Buffer; readonly mode: number }> {
  try {
    // A named pipe that nobody writes to would hold `open`, and with it the process, for ever.
    const file = await open(resolve(world.cwd, named), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stand = await file.stat();
      if (!stand.isFile()) throw new Error("it is not a regular file");
      if (stand.size > mostBytes) throw new Error("it is larger than 1 MiB, which no key is");
      return { bytes: await file.readFile(), mode: stand.mode };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new OperatorError("file-unreadable", `${named} could not be read: ${messageOf(error)}`, {
      hint: "Give the path of a file that you may read",
      place: { file: named },
      cause: error,
    });
  }
}
