// A question as lines of text → what was typed, for screen readers: nothing is drawn twice and no cursor moves.
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { plainLine } from "../report/plain-text.ts";
import type { World } from "./io.ts";
import type { Question } from "./question.ts";

/** Rejects with `whenClosed()` where the signal is aborted, Ctrl-C is pressed or the input ends without an answer. */
export async function askInLines(
  world: Pick<World, "stdin" | "stderr">,
  question: Question,
  signal: AbortSignal,
  whenClosed: () => Error,
): Promise<string> {
  const isHidden = question.type === "password";
  const tell = (text: string) => void world.stderr.write(text);
  // Only what is hidden needs the terminal's raw mode; else the terminal itself shows and mends what is typed.
  const lines = createInterface({
    input: world.stdin,
    ...(isHidden ? { output: new PassThrough().resume(), terminal: true } : { terminal: false }),
  });
  const choices = question.type === "select" ? question.choices : [];
  tell(`question: ${question.message}\n`);
  for (const [at, { name }] of choices.entries()) tell(`${at + 1}: ${name}\n`);
  const wanted =
    choices.length > 0 ? `a number from 1 to ${choices.length}` : isHidden ? "it; it is not shown" : "it";
  tell(`Type ${wanted}, then press Enter.\n`);
  try {
    return await new Promise<string>((resolve, reject) => {
      const give = () => reject(whenClosed());
      if (signal.aborted) give();
      signal.addEventListener("abort", give, { once: true });
      lines.on("close", give);
      lines.on("error", give);
      lines.on("SIGINT", give);
      lines.on("line", (line) => {
        if (choices.length === 0) return resolve(line);
        const chosen = choices[Number(line.trim()) - 1];
        if (chosen !== undefined) return resolve(chosen.value);
        tell(`"${plainLine(line).slice(0, 20)}" is no answer. Type ${wanted}, then press Enter.\n`);
      });
    });
  } finally {
    lines.close();
    if (isHidden) tell("\n");
  }
}
