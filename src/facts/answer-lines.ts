// One raw answer of the platform CLI in; its lines without terminal control, echo, prompt and pager out.
import { answerNotUnderstood } from "./not-understood.ts";

const maxTextLength = 8 * 1024 * 1024;
const lineEnd = /\r\n?|[\n\u2028\u2029]/;
const terminalControl = /\x1b\[[0-9;?]*[@-~]/g;
const pager = "Press <enter> for 1 line, <space> for one page, or <q> to quit";

/**
 * Lines that are not blank, without trailing blanks; indentation is kept. Gone are the echoed command (with or without
 * its prompt) at the start and bare prompts at the end. Throws answer-not-understood past 8 MiB.
 */
export function answerLines(text: string, command: string): string[] {
  if (text.length > maxTextLength) throw answerNotUnderstood(command, text, "it is longer than 8 MiB");
  const lines = text
    .replace(terminalControl, "")
    .replaceAll(pager, "")
    .split(lineEnd)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  let start = 0;
  while (lines[start]?.trimStart().startsWith("admin:")) start += 1;
  if (start === 0 && startsWithCommand(lines[0]?.trimStart() ?? "", command)) start = 1;
  let end = lines.length;
  while (end > start && lines[end - 1]?.trimStart() === "admin:") end -= 1;
  return lines.slice(start, end);
}

/** The platform's trailer of a command that failed, with or without its full stop. */
export function isRefusalTrailer(line: string): boolean {
  return /^(?:Executed command unsuccessfully\.?|No valid command entered\.?)$/.test(line.trim());
}

function startsWithCommand(line: string, command: string): boolean {
  return line === command || line.startsWith(`${command} `);
}
