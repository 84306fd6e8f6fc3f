// One login to one node's platform CLI: read-only commands and writes in, answers and outcomes out, one at a time.
import type { Clock } from "../base/clock.ts";
import type { Masker } from "../base/secret.ts";
import type { ClusterNode } from "../inventory/cluster.ts";
import { createChannel } from "./channel.ts";
import { awaitFirstPrompt } from "./first-prompt.ts";
import { holdDialogue, stopQuestion } from "./dialogue.ts";
import type { DialogueEnd } from "./dialogue.ts";
import type { SessionLimits } from "./limits.ts";
import { refusalPattern } from "./platform-text.ts";
import { isReadCommand, setCliPaginationOff } from "./read-commands.ts";
import type { ReadCommand } from "./read-commands.ts";
import { closedBeforePrompt, readFailure } from "./session-error.ts";
import type { Transcript } from "./transcript.ts";
import type { Transport } from "./transport.ts";
import { createWire } from "./wire.ts";
import { isWriteCommand } from "./write-commands.ts";
import type { WriteCommand } from "./write-commands.ts";
import type { WriteOutcome } from "./write-outcome.ts";
import { judgeWriteEnd } from "./write-end.ts";

/** `text` is clean, without echo and prompt, LF between lines, not masked; `tail` is its last lines, masked. */
export interface Answer {
  readonly command: string;
  readonly text: string;
  /** The platform's trailer of a failed or unknown command is in it. */
  readonly isRefused: boolean;
  readonly tail: string;
}

export interface Session {
  readonly node: ClusterNode;
  readonly isOpen: boolean;
  /** For what is told of an answer's raw text. */
  readonly mask: (text: string) => string;
  /**
   * Throws `question-unexpected` (after Ctrl-C), `session-lost`, `command-timed-out`, `answer-not-understood` or `cancelled`;
   * after the last four the session is closed. The caller may open another and read again.
   */
  read(command: ReadCommand, options?: ReadOptions): Promise<Answer>;
  /** Never throws once the line was typed. Nobody repeats a write whose outcome says `wasSent`. */
  write(command: WriteCommand, hooks?: WriteHooks): Promise<WriteOutcome>;
  close(): Promise<void>;
}

export interface ReadOptions {
  readonly timeoutMs?: number;
  /** Aborting closes the session. */
  readonly signal?: AbortSignal;
}

export interface WriteHooks {
  /** Each finished line as it comes, masked. */
  onText?(line: string): void;
}

/** Waits for the prompt of a fresh transport and turns paging off where the login may; closes the transport when that fails. */
export async function openSession(options: {
  readonly node: ClusterNode;
  readonly transport: Transport;
  readonly masker: Masker;
  readonly clock: Clock;
  readonly transcript: Transcript;
  readonly limits: SessionLimits;
  readonly signal?: AbortSignal | undefined;
}): Promise<Session> {
  const { node, masker, limits } = options;
  const channel = createChannel();
  let onLine: ((line: string) => void) | null = null;
  let linesTold = 0;
  const tellLines = () => {
    if (channel.answerLines.length < linesTold) linesTold = 0;
    const fresh = channel.answerLines.slice(linesTold);
    linesTold += fresh.length;
    for (const line of fresh) onLine?.(masker.mask(line));
  };
  const wire = createWire({ ...options, channel, onChunk: () => onLine !== null && tellLines() });
  const tail = () =>
    // Masked before it is cut: no part of a secret is left at the edge.
    masker.mask(channel.wholeText().trimEnd().slice(-65_536)).slice(-2_000).split("\n").slice(-20).join("\n");
  const stopLimits = { timeoutMs: limits.silenceTimeoutMs, silenceMs: null };
  const fail = (command: string, end: Exclude<DialogueEnd, { kind: "prompt" }>) => {
    if (end.kind !== "question") wire.close();
    const masked = end.kind === "closed" ? { ...end, reason: masker.mask(end.reason) } : end;
    return readFailure(node, masker.mask(command), masked, tail());
  };

  const carryOutRead = async (command: ReadCommand, settings: ReadOptions): Promise<Answer> => {
    const waits = {
      timeoutMs: settings.timeoutMs ?? limits.commandTimeoutMs,
      silenceMs: limits.silenceTimeoutMs,
      signal: settings.signal,
    };
    const { end } = await holdDialogue(wire, { ...command, questions: [] }, waits);
    if (end.kind === "prompt") {
      const text = channel.answerText();
      return { command: command.line, text, isRefused: refusalPattern.test(text), tail: tail() };
    }
    const error = fail(command.line, end);
    if (end.kind === "question" && !(await stopQuestion(wire, stopLimits))) wire.close();
    throw error;
  };

  const carryOutWrite = async (command: WriteCommand, hooks: WriteHooks): Promise<WriteOutcome> => {
    for (const { answer } of command.questions)
      if (answer !== null && typeof answer === "object") masker.add(answer);
    const unkept = options.transcript.failure?.() ?? null;
    if (unkept !== null) {
      const message = masker.mask(`${node.name}: "${command.line}" was not sent: ${unkept.message}`);
      return { kind: "lost", wasSent: false, reason: unkept.message, text: "", tail: "", message };
    }
    linesTold = 0;
    onLine = (line) => {
      try {
        hooks.onText?.(line);
      } catch (error) {
        options.transcript.note(`a listener failed: ${String(error)}`);
      }
    };
    try {
      const { end, wasSent } = await holdDialogue(wire, command, command);
      const [text, seen] = [channel.answerText(), tail()];
      const didPromptReturn =
        end.kind === "prompt" || (end.kind === "question" && (await stopQuestion(wire, stopLimits)));
      if (!didPromptReturn) wire.close();
      return judgeWriteEnd({
        node,
        line: command.line,
        end,
        wasSent,
        didPromptReturn,
        text,
        tail: seen,
        mask: masker.mask,
      });
    } finally {
      onLine = null;
    }
  };

  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const turn = queue.then(work, work);
    queue = turn.catch(() => null);
    return turn;
  };

  const session: Session = {
    node,
    mask: masker.mask,
    get isOpen() {
      return wire.isOpen;
    },
    async read(command, settings = {}) {
      if (!isReadCommand(command)) throw new TypeError("read takes only what read-commands makes");
      return inTurn(() => carryOutRead(command, settings));
    },
    async write(command, hooks = {}) {
      if (!isWriteCommand(command)) throw new TypeError("write takes only what write-commands makes");
      return inTurn(() => carryOutWrite(command, hooks));
    },
    async close() {
      wire.close();
      await options.transport.closed;
    },
  };

  const login = await awaitFirstPrompt(wire, limits, options.signal);
  if (login !== null) {
    wire.close();
    if (login.kind === "closed") throw closedBeforePrompt(node, masker.mask(login.reason), tail());
    throw readFailure(node, "login", login, tail());
  }
  try {
    await session.read(setCliPaginationOff(), options.signal === undefined ? {} : { signal: options.signal });
    return session;
  } catch (error) {
    wire.close();
    throw error;
  }
}
