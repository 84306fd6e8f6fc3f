// One command's printing, asking and waiting in; screen and keyboard with the faults that strike on the way, out.
import type { Clock } from "../../../src/base/clock.ts";
import { type CommandIo, CommandRefused, SessionGone } from "../commands/command.ts";
import type { FaultAction, FaultBook, FaultPoint } from "../faults.ts";
import type { Echo } from "../line-editor.ts";
import { type AutomaticPager, pageFile } from "../pager.ts";
import type { Keyboard } from "./keyboard.ts";
import type { Screen } from "./screen.ts";

/** What one command needs of its session. */
export interface CommandIoOptions {
  readonly node: string;
  /** The whole line, or `login`. */
  readonly command: string;
  readonly clock: Clock;
  readonly faults: FaultBook;
  readonly keyboard: Keyboard;
  readonly screen: Screen;
  readonly pager: AutomaticPager | null;
  /** Aborted with `Interrupted` or `SessionGone`. */
  readonly signal: AbortSignal;
  readonly hangUp: () => void;
  readonly setPrompt: (text: string) => void;
}

/** `strike` carries out the faults of a point; the shell calls it before and after a command. */
export interface StruckCommandIo extends CommandIo {
  strike(at: FaultPoint): Promise<void>;
}

export function createCommandIo(options: CommandIoOptions): StruckCommandIo {
  const { screen, keyboard, clock, signal } = options;
  let lines = 0;
  let msPerLine = 0;
  let isUnseen = false;

  const checkSession = () => {
    if (signal.aborted && !isUnseen) throw signal.reason as Error;
  };
  const sleep = async (ms: number) => {
    checkSession();
    if (ms <= 0) return;
    await (isUnseen ? clock.sleep(ms) : clock.sleep(ms, signal));
  };
  const readAnswer = async (question: string, echo: Echo) => {
    if (isUnseen) throw new SessionGone("nobody is there to answer");
    screen.write(question);
    options.pager?.restart();
    return await keyboard.readLine(screen.column(), echo);
  };
  const printLine = async (line: string) => {
    if (msPerLine > 0) await sleep(msPerLine);
    checkSession();
    if (isUnseen) return;
    if (options.pager === null) screen.write(`${line}\r\n`);
    else await options.pager.line(line);
  };
  const carryOut = async (action: FaultAction): Promise<void> => {
    switch (action.kind) {
      case "drop":
        isUnseen = action.commandGoesOn === true;
        options.hangUp();
        if (!isUnseen) throw new SessionGone("dropped by a fault");
        return;
      case "stall":
        if (action.ms === undefined) await untilGone(signal);
        else await sleep(action.ms);
        return;
      case "ask":
        await readAnswer(action.question, "shown");
        if (action.ends === true) throw new CommandRefused("");
        return;
      case "say":
        if (action.goesOn !== true) throw new CommandRefused(action.text);
        for (const line of action.text.split("\n")) await printLine(line);
        return;
      case "prompt":
        options.setPrompt(action.text);
        return;
      case "garbage":
        screen.bytes(action.bytes);
        return;
      case "slow":
        msPerLine = action.msPerLine;
    }
  };
  const strike = async (at: FaultPoint) => {
    for (const action of options.faults.strike(options.node, options.command, at)) {
      if (!isUnseen) await carryOut(action);
    }
  };

  return {
    strike,
    sleep,
    async print(text) {
      for (const line of text.split("\n")) {
        checkSession();
        lines += 1;
        await strike({ kind: "line", line: lines });
        await printLine(line);
      }
    },
    printPart(text) {
      checkSession();
      if (!isUnseen) screen.write(text);
      return Promise.resolve();
    },
    async view(lines) {
      checkSession();
      if (isUnseen) return;
      const terminal = { write: (text: string) => screen.write(text), readKey: keyboard.readKey };
      await pageFile(lines, terminal);
    },
    async pass(name) {
      checkSession();
      await strike({ kind: "point", name });
    },
    async ask(name, question, echo = "shown") {
      checkSession();
      await strike({ kind: "question", name });
      return await readAnswer(question, echo);
    },
  };
}

/** A stall for ever is deaf to Ctrl-C too: only the end of the session ends it. */
function untilGone(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.reason instanceof SessionGone) reject(signal.reason);
    else
      signal.addEventListener("abort", () => signal.reason instanceof SessionGone && reject(signal.reason));
  });
}
