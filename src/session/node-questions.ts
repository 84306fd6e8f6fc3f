// One session → questions that each give facts or a trouble, until the session is lost.
import type { NodeTrouble } from "../facts/node-facts.ts";
import type { ReadCommand } from "./read-commands.ts";
import type { Session } from "./session.ts";
import { troubleOf } from "./node-trouble.ts";
import { readAnswer } from "./read-answer.ts";

export interface NodeQuestions {
  /** Null where the answer could not be had or read: `trouble` then says why. Only an abort of the signal throws. */
  ask<Facts>(command: ReadCommand, read: (text: string) => Facts): Promise<Facts | null>;
  readonly trouble: NodeTrouble[];
  /** True: nothing more is asked. */
  isLost(): boolean;
}

/** Each command is asked once, and none after the session was lost. */
export function openQuestions(session: Session, signal: AbortSignal | undefined): NodeQuestions {
  const trouble: NodeTrouble[] = [];
  let isLost = false;
  return {
    trouble,
    isLost: () => isLost,
    async ask(command, read) {
      if (isLost) return null;
      try {
        const answer = await session.read(command, signal ? { signal } : {});
        return readAnswer(answer.text, read, session.mask);
      } catch (error) {
        if (signal?.aborted) throw error;
        const entry = troubleOf(error, command.line);
        if (entry.code === "answer-not-understood") trouble.push(entry);
        else trouble.push({ ...entry, message: `${entry.message} (during ${command.line})` });
        isLost = !session.isOpen;
        return null;
      }
    },
  };
}
