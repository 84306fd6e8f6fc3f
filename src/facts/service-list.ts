// The answer of `utils service list` in; one row per service out.
import { answerLines } from "./answer-lines.ts";
import type { ServiceRow } from "./node-facts.ts";
import { answerNotUnderstood } from "./not-understood.ts";

/**
 * In printed order. Lines without a state are passed over (their wording differs between releases); no row at all, or
 * a state that cannot be read, is answer-not-understood.
 */
export function parseServiceList(text: string): ServiceRow[] {
  const command = "utils service list";
  const rows: ServiceRow[] = [];
  for (const line of answerLines(text, command)) {
    const row = parseServiceRow(line);
    if (row !== null) rows.push(row);
    else if (line.includes("["))
      throw answerNotUnderstood(command, text, `unknown line "${line.trim().slice(0, 120)}"`);
  }
  if (rows.length === 0) throw answerNotUnderstood(command, text, "it lists no service");
  return rows;
}

/** `Cisco Tftp[STARTED]`, with or without blanks and a note; null for any other line. */
export function parseServiceRow(line: string): ServiceRow | null {
  const open = line.indexOf("[");
  const close = line.indexOf("]", open);
  if (open === -1 || close === -1) return null;
  const name = line.slice(0, open).trim();
  const state = line.slice(open + 1, close).trim();
  const note = line.slice(close + 1).trim();
  if (name === "" || !/^[A-Z][A-Z _-]{0,63}$/.test(state)) return null;
  return { name, state, isActivated: !/\bnot activated\b/i.test(note), note: note === "" ? null : note };
}
