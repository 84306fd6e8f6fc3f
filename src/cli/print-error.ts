// An error → what people or scripts read of it.
import { inspect } from "node:util";
import { type ErrorCode, OperatorError, type Place } from "../base/errors.ts";
import { plainText } from "../report/plain-text.ts";
import { wrapProse } from "../report/wrap-prose.ts";
import type { World } from "./io.ts";

/** `error` of every JSON document. */
export interface ErrorDocument {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly place: Place;
}

const indent = " ".repeat("error: ".length);
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

/** A name with a line break in it must not look like a line of ours. */
function onOneLine(text: string): string {
  return plainText(text.replace(/[\n\r\t]/g, (sign) => JSON.stringify(sign).slice(1, -1)));
}

/** What these say may end with the platform's own lines, as they came. */
const platformCodes = new Set<ErrorCode>([
  ...([
    "node-unreachable",
    "session-lost",
    "command-timed-out",
    "login-refused",
    "platform-refused",
  ] as const),
  ...(["question-unexpected", "text-unknown", "answer-not-understood", "outcome-unknown"] as const),
  ...(["step-failed", "bug"] as const),
]);

/** A list of problems has a line for each; what the platform said stands indented. Anything else is one line. */
function linesOf({ code, message, place }: ErrorDocument): { readonly isList: boolean; lines: string[] } {
  const isOfFile = code === "inventory-invalid" || code === "playbook-invalid";
  const isList = isOfFile && place.line !== undefined && message.includes("\n");
  if (!isList && !platformCodes.has(code)) return { isList, lines: [onOneLine(message)] };
  return { isList, lines: plainText(message).split("\n") };
}

/**
 * `error:`, `where:`, `next:`; problems of a file stand below `error:`, each on a line by itself. `width`: of a terminal, to
 * break lines at; null where what is printed may be read by a program.
 */
export function renderError(error: ErrorDocument, width: number | null): string {
  const fit = (text: string, indent: string) => (width === null ? text : wrapProse(text, width, indent));
  const { isList, lines } = linesOf(error);
  const [first = "", ...rest] = lines;
  const where = renderPlace(error.place);
  return [
    ...(isList
      ? ["error:", ...lines.map((line) => fit(line, "  "))]
      : [fit(`error: ${first}`, indent), ...rest.map((line) => fit(`  ${line}`, "  "))]),
    ...(where === "" ? [] : [fit(`where: ${onOneLine(where)}`, indent)]),
    fit(`next: ${onOneLine(error.hint)}`, "      "),
  ].join("\n");
}

/** How wide errors may be; null where nobody reads them on a terminal line by line. */
export function errorWidthOf({ stderr, argv, environment }: World): number | null {
  const isPlain = argv.includes("--plain") || environment.ITLCTL_PLAIN === "1";
  return stderr.isTTY === true && !isPlain ? Math.max(40, stderr.columns ?? 80) : null;
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
