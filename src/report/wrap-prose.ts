// A sentence of ours → lines of a width in which no command is broken.
import { wrapText } from "./text-table.ts";

/** In backticks, in brackets, or at the end behind a colon: what is there to be copied. */
const commands = /`[^`]+`|\((?:itlctl|ssh-keygen) [^()]+\)|(?<=: )(?:chmod|itlctl|rm|ssh-keygen) .+$/g;
/** Stands for a blank that is no place to break at; plain text has none. */
const unbroken = "\u0000";

/** As `wrapText`, for plain text of one line; a command that does not fit stands on a line of its own, whole. */
export function wrapProse(text: string, width: number, indent = ""): string {
  const kept = text.replace(commands, (command) => command.replaceAll(" ", unbroken));
  return wrapText(kept, width, indent).replaceAll(unbroken, " ");
}
