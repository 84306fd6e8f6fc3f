// One raw answer of the platform CLI in; its lines without terminal control, echo, prompt and pager out.
import { answerNotUnderstood } from "./not-understood.ts";

const maxTextLength = 8 * 1024 * 1024;
const lineEnd = /\r\n?|[\n\u2028\u2029]/;
const terminalControl = /\x1b\[[0-9;?]*[@-~]/g;
const pager = "Press <enter> for 1 line, <space> for one page, or <q> to quit";

/**
 * Lines that are not blank, without trailing blanks; indentation is kept. Gone are the echoed command (with or without
 * its prompt) on the first line and the bare prompt on the last. Throws answer-not-understood past 8 MiB.
 */
export function answerLines(text: string, command: string): string[] {
  if (text.length > maxTextLength) throw answerNotUnderstood(command, text, "it is longer than 8 MiB");
  const lines = text
    .replace(terminalControl, "")
    .replaceAll(pager, "")
    .split(lineEnd)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  const first = lines[0]?.trimStart();
  if (first !== undefined && (first.startsWith("admin:") || startsWithCommand(first, command))) lines.shift();
  if (lines.at(-1)?.trimStart() === "admin:") lines.pop();
  return lines;
}

/** The platform's trailer of a command that failed, with or without its full stop. */
export function isRefusalTrailer(line: string): boolean {
  return /^(?:Executed command unsuccessfully\.?|No valid command entered\.?)$/.test(line.trim());
}

function startsWithCommand(line: string, command: string): boolean {
  return line === command || line.startsWith(`${command} `);
}
