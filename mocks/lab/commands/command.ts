// What a command of the platform is, and what the shell gives it: printing, asking, waiting.
import type { LabAccount } from "../model.ts";
import type { Echo } from "../line-editor.ts";

/** The terminal as one command sees it. Every call rejects once the reader pressed Ctrl-C or the session is gone. */
export interface CommandIo {
  /** Whole lines, joined by `\n`; each ends with CRLF on the wire and counts as a line for pagination and faults. */
  print(text: string): Promise<void>;
  /** Text without a line end, such as dots; not paged. */
  printPart(text: string): Promise<void>;
  /** Prints the question as it is and reads one line; `name` is what faults call it. The echo is `shown` by default. */
  ask(name: string, question: string, echo?: Echo): Promise<string>;
  /** Lines with the pager of `file view`, whatever the pagination. */
  view(lines: readonly string[]): Promise<void>;
  /** A moment at which faults may strike; nothing is printed. */
  pass(name: string): Promise<void>;
  /** Lab time. */
  sleep(ms: number): Promise<void>;
}

/** What commands about the session itself may change. */
export interface SessionState {
  isPaginated: boolean;
  isEnding: boolean;
}

export interface CommandCall {
  /** The line with single blanks. */
  readonly line: string;
  /** The groups of the command's pattern. */
  readonly argument: (index: number) => string;
  readonly account: Pick<LabAccount, "username" | "level">;
  readonly io: CommandIo;
  readonly session: SessionState;
}

/** `pattern` matches whole lines; `level` is the least privilege. `run` throws `CommandRefused` to fail. */
export interface Command {
  readonly name: string;
  readonly pattern: RegExp;
  readonly level: 0 | 1 | 4;
  run(call: CommandCall): Promise<void>;
}

export type CommandTable = readonly Command[];

/** Ends a command: the shell prints the text, if any, and `Executed command unsuccessfully`. */
export class CommandRefused extends Error {
  override readonly name = "CommandRefused";
}

/** Ctrl-C was pressed while the command ran. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** The connection ended while something was printed, asked or waited for. */
export class SessionGone extends Error {
  override readonly name = "SessionGone";
}
