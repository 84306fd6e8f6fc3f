// An error → what people or scripts read of it.
import { inspect } from "node:util";
import { type ErrorCode, OperatorError, type Place } from "../base/errors.ts";
import { plainText } from "../report/plain-text.ts";

/** `error` of every JSON document. */
export interface ErrorDocument {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly place: Place;
}

const bugHint = "Report it with the text on stderr; secrets are already masked there";

/** The error object of interface and journal; anything that is not an OperatorError is a bug. */
export function errorDocument(error: unknown): ErrorDocument {
  if (error instanceof OperatorError) {
    return { code: error.code, message: error.message, hint: error.hint, place: error.place };
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: "bug", message: text, hint: bugHint, place: {} };
}

/** `cluster east, node pub, clusters.yaml:3:5`; empty where nothing is known. */
function renderPlace({ cluster, node, step, file, line, column }: Place): string {
  const named = [
    ["cluster", cluster],
    ["node", node],
    ["step", step],
  ].flatMap(([what, name]) => (name === undefined ? [] : [`${what} ${name}`]));
  const position = [file, line, column].filter((part) => part !== undefined).join(":");
  return [...named, ...(position === "" ? [] : [position])].join(", ");
}

/** `error:`, `where:`, `next:`; a message of several lines stands below `error:`, each line by itself. */
export function renderError(error: ErrorDocument): string {
  const where = renderPlace(error.place);
  const isLong = error.message.includes("\n");
  const lines = [`error:${isLong ? "\n" : " "}${error.message}`];
  if (where !== "") lines.push(`where: ${where}`);
  lines.push(`next: ${error.hint}`);
  return plainText(lines.join("\n"));
}

/** Stack, causes and versions, for a bug report or --debug. */
export function renderTrace(error: unknown, about: { version: string; runFolder: string | null }): string {
  const lines: string[] = [];
  let current = error;
  for (let depth = 0; depth < 5 && current !== undefined; depth += 1) {
    const text = current instanceof Error ? (current.stack ?? current.message) : inspect(current);
    lines.push(depth === 0 ? text : `caused by: ${text}`);
    current = current instanceof Error ? current.cause : undefined;
  }
  lines.push(`itlctl ${about.version}, Node ${process.version}, ${process.platform} ${process.arch}`);
  if (about.runFolder !== null) lines.push(`run folder: ${about.runFolder}`);
  return plainText(lines.join("\n"));
}
