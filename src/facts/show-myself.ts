// The answer of `show myself` in; this login's privilege level out.
import { answerLines } from "./answer-lines.ts";

/** The text is not documented: one line that names the privilege level with a number is believed, else null. */
export function parsePrivilege(text: string): number | null {
  const levels = new Set<number>();
  for (const line of answerLines(text, "show myself")) {
    const level = /\bprivilege(?:\s{1,8}level)?\s{0,32}[:=]?\s{0,32}(\d{1,2})$/i.exec(line)?.[1];
    if (level !== undefined) levels.add(Number(level));
  }
  const [only] = levels;
  return levels.size === 1 && only !== undefined ? only : null;
}
