// Words and a small world → what the program said and how it exited, run inside this process.
import { PassThrough, Writable } from "node:stream";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import type { Question } from "../../src/cli/question.ts";
import type { Command } from "../../src/cli/command.ts";
import type { World } from "../../src/cli/io.ts";
import { main } from "../../src/cli/main.ts";

export interface CliWorld {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Put in the environment as ITLCTL_INVENTORY. */
  readonly inventory?: string;
  /** Put in the environment as ITLCTL_STATE. */
  readonly state?: string;
  readonly cwd?: string;
  /** Given: stdin is a terminal, and its questions are answered in this order, or by this function. */
  readonly terminal?: readonly string[] | ((question: Question) => string | Promise<string>);
  readonly clock?: Clock;
  /** Where `remotekey` servers listen; the lab's SFTP port when rehearsing. */
  readonly remoteKeyPort?: number;
  /** Handed the way to press Ctrl-C. */
  readonly onStart?: (pressCtrlC: () => void) => void;
  /** Sees everything as it is printed. */
  readonly onText?: (stream: "stdout" | "stderr", text: string) => void;
  readonly isStdoutTerminal?: boolean;
  readonly columns?: number;
  readonly commands?: readonly Command[];
  readonly openVault?: World["openVault"];
  /** Left out: SSH, and the tries at a node that does not answer follow each other at once. */
  readonly session?: World["session"];
}

export interface CliResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The questions that were asked at the terminal. */
  readonly questions: readonly Question[];
  /** The one JSON document of stdout; throws where stdout is anything else. */
  readonly json: <T = Record<string, unknown>>() => T;
}

function gather(told: (text: string) => void): { stream: Writable; text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      text += chunk.toString();
      told(chunk.toString());
      done();
    },
  });
  return { stream, text: () => text };
}

/** Runs `itlctl ARGS`. The process's own environment is not seen. */
export async function runCli(args: readonly string[], world: CliWorld = {}): Promise<CliResult> {
  const stdout = gather((text) => world.onText?.("stdout", text));
  const stderr = gather((text) => world.onText?.("stderr", text));
  const listeners = new Set<() => void>();
  const questions: Question[] = [];
  const script = Array.isArray(world.terminal) ? [...world.terminal] : [];
  const answer = async (question: Question): Promise<string> => {
    questions.push(question);
    if (typeof world.terminal === "function") return world.terminal(question);
    const next: string | undefined = script.shift();
    if (next === undefined) throw new Error(`nobody answers: ${question.message}`);
    return next;
  };
  const terminal = { isTTY: world.isStdoutTerminal === true, columns: world.columns ?? 80 };
  const whole: World = {
    argv: args,
    environment: {
      ...(world.inventory === undefined ? {} : { ITLCTL_INVENTORY: world.inventory }),
      ...(world.state === undefined ? {} : { ITLCTL_STATE: world.state }),
      ...world.environment,
    },
    cwd: world.cwd ?? process.cwd(),
    stdin: Object.assign(new PassThrough(), { isTTY: world.terminal !== undefined }),
    stdout: Object.assign(stdout.stream, terminal),
    stderr: Object.assign(stderr.stream, terminal),
    clock: world.clock ?? systemClock,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    remoteKeyPort: world.remoteKeyPort ?? 22,
    session: { retryDelayMs: 0, ...world.session },
    ...(world.openVault === undefined ? {} : { openVault: world.openVault }),
    ...(world.terminal === undefined ? {} : { answer }),
  };
  world.onStart?.(() => {
    for (const listener of listeners) listener();
  });
  const exit = await main(
    whole,
    world.commands?.map((command) => ({ name: command.name, load: async () => command })),
  );
  return {
    exit,
    stdout: stdout.text(),
    stderr: stderr.text(),
    questions,
    json: <T>() => JSON.parse(stdout.text()) as T,
  };
}
