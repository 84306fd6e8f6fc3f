// Document of `compliance decrypt` → the texts for people, and what did not open.
import type { Paint } from "./paint.ts";
import { plainLine, plainText } from "./plain-text.ts";

/** `text` null: it stands in `out`. */
export interface OpenedMessage {
  readonly file: string;
  readonly text: string | null;
  readonly keyFile: string;
  readonly out: string | null;
}

/** `compliance decrypt --json`. */
export interface OpenedMessagesDocument {
  readonly messages: readonly OpenedMessage[];
  readonly failed: readonly {
    readonly file: string;
    readonly code: string;
    readonly message: string;
    readonly hint: string;
  }[];
}

/** One text alone stands there as it is; several with their files above them. */
export function renderMessagesText(
  { messages, failed }: OpenedMessagesDocument,
  { paint }: { readonly paint: Paint },
): string {
  const isAlone = messages.length + failed.length === 1;
  const told = messages.map(({ file, text, keyFile, out }) => {
    if (text === null)
      return `${plainLine(file)}: opened with ${plainLine(keyFile)}, written to ${plainLine(out ?? "")}`;
    return isAlone
      ? plainText(text)
      : `${paint("bold", `${plainLine(file)} (${plainLine(keyFile)})`)}\n${plainText(text)}\n`;
  });
  const troubles = failed.flatMap(({ message, hint }) => [
    `${paint("red", "not opened")}: ${plainLine(message)}`,
    `  ${plainLine(hint)}`,
  ]);
  return [...told, ...troubles].join("\n");
}
