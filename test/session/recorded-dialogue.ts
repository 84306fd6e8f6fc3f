// A recorded transcript's file name in; the command line, its answer and the questions in it, as a memory command, out.
import { readFileSync } from "node:fs";
import type { MemoryCommand, MemoryEcho } from "../../mocks/memory-transport.ts";

/** A question of the recording: where it stands, and what was typed behind it in the recording, if shown. */
export interface RecordedQuestion {
  readonly text: string;
  readonly echo: MemoryEcho;
  readonly shown: string;
}

export interface RecordedDialogue {
  readonly line: string;
  /** The answer as the recording has it, questions included. */
  readonly text: string;
  readonly command: MemoryCommand;
  /** What was typed at each question, in order. */
  readonly given: string[];
}

/** Plays `name` of mocks/transcripts; a trailing prompt of the recording is left to the platform that plays it. */
export function loadDialogue(name: string, questions: readonly RecordedQuestion[] = []): RecordedDialogue {
  const recording = readFileSync(new URL(`../../mocks/transcripts/${name}`, import.meta.url), "utf8");
  const body = recording.replace(/\nadmin:\s*$/, "\n");
  const end = body.indexOf("\n");
  const line = body.slice("admin:".length, end);
  const text = body.slice(end + 1);
  const given: string[] = [];
  const command: MemoryCommand = async (terminal) => {
    const print = (part: string) => terminal.print(part.replaceAll("\n", "\r\n"));
    let rest = text;
    for (const question of questions) {
      const at = rest.indexOf(question.text);
      if (at < 0) throw new Error(`${name} does not ask ${question.text}`);
      print(rest.slice(0, at + question.text.length));
      given.push(await terminal.readLine(question.echo));
      // Enter printed the line end that the recording has behind the answer, if it has one.
      rest = rest.slice(at + question.text.length + question.shown.length).replace(/^\n/, "");
    }
    print(rest);
  };
  return { line, text, command, given };
}
