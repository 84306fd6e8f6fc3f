// Questions to the operator at a terminal; without one every question is refused. The only importer of inquirer.
import { PassThrough } from "node:stream";
import { OperatorError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { plainLine } from "../report/plain-text.ts";
import type { World } from "./io.ts";
import type { Question } from "./question.ts";

/** One answer to pick. */
export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

/** Asks; every method throws `no-terminal` where `isTerminal` is false, and `cancelled` at Ctrl-C. */
export interface Asker {
  readonly isTerminal: boolean;
  /** Has the name typed once; anything else throws `confirmation-mismatch`. `question` says what will happen. */
  confirmName(name: string, question: string): Promise<void>;
  choose<T extends string>(question: string, choices: readonly Choice<T>[]): Promise<T>;
  /** Nothing is echoed. */
  password(prompt: string): Promise<Secret>;
}

/** Before a question without a terminal: `about` names what would have been asked. */
function refuseToAsk(about: string): never {
  throw new OperatorError("no-terminal", `there is no terminal to ask for ${about}`, {
    hint: "Run it at a terminal and without --json, or give the answer with a flag or another reference",
  });
}

function requireName(typed: string, name: string): void {
  if (typed.trim() === name) return;
  throw new OperatorError(
    "confirmation-mismatch",
    `"${plainLine(typed)}" was typed, not "${name}"; nothing was done`,
    {
      hint: `Type the cluster's name, ${name}, to go on`,
    },
  );
}

/** A question is left by Ctrl-C, SIGTERM, or a terminal that was closed. */
async function promptAt(world: World, isPlain: boolean, question: Question): Promise<string> {
  if (world.answer !== undefined) return world.answer(question);
  const left = new AbortController();
  const stop = world.onInterrupt(() => left.abort());
  try {
    const { dropTypedAhead } = await import("./typed-ahead.ts");
    if (await dropTypedAhead(world.stdin)) throw cancelled();
    if (isPlain) {
      const { askInLines } = await import("./ask-plain.ts");
      return await askInLines(world, question, left.signal, cancelled);
    }
    return await askDrawn(world, question, left);
  } catch (error) {
    const isLeft = error instanceof Error && ["ExitPromptError", "AbortPromptError"].includes(error.name);
    throw isLeft ? cancelled() : error;
  } finally {
    stop();
  }
}

async function askDrawn(world: World, question: Question, left: AbortController): Promise<string> {
  const { default: inquirer } = await import("inquirer");
  const { stdin, stderr } = world;
  // Between the terminal and the prompt: a terminal that was closed refuses raw mode, and readline throws that as a bug.
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (isRaw: boolean) => void stdin.setRawMode?.(isRaw),
  });
  input.once("end", () => left.abort());
  stdin.pipe(input);
  try {
    const prompt = inquirer.createPromptModule({ input, output: stderr, signal: left.signal });
    const answers: Readonly<Record<string, unknown>> = await prompt([question]);
    return String(answers.answer);
  } finally {
    stdin.unpipe(input);
    stdin.pause();
  }
}

function cancelled(): OperatorError {
  return new OperatorError("cancelled", "cancelled at a question", {
    hint: "Run the command again to go on",
  });
}

/** An asker at this world's terminal; questions go to stderr. `isPlain`: as lines of text, answered by typing. */
export function openAsker(world: World, isTerminal: boolean, isPlain = false): Asker {
  const ask = (question: Question) => promptAt(world, isPlain, question);
  return {
    isTerminal,
    async confirmName(name, question) {
      if (!isTerminal) refuseToAsk(`the name of cluster ${name}`);
      requireName(await ask({ type: "input", name: "answer", message: question }), name);
    },
    async choose(question, choices) {
      if (!isTerminal) refuseToAsk(`a choice (${plainLine(question)})`);
      const listed = choices.map(({ value, label }) => ({ name: label, value }));
      const answer = await ask({
        type: "select",
        name: "answer",
        message: question,
        choices: listed,
      });
      const chosen = choices.find(({ value }) => value === answer);
      if (chosen === undefined) throw new Error(`the prompt answered ${answer}, which was no choice`);
      return chosen.value;
    },
    async password(prompt) {
      if (!isTerminal) refuseToAsk(prompt);
      return new Secret(await ask({ type: "password", name: "answer", message: prompt }));
    },
  };
}
