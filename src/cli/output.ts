// Answers to stdout and talk to stderr: masked, free of control characters, one JSON document at most.
import type { Writable } from "node:stream";
import type { Masker } from "../base/secret.ts";
import { plainJson, plainText } from "../report/plain-text.ts";
import type { World } from "./io.ts";

/** Where a command speaks. `answer` and `note` end their text with a line end if it has none. */
export interface Output {
  /** Text for people on stdout; the caller has already made platform text plain. */
  answer(text: string): void;
  /** The one JSON document on stdout. A second one is a bug and throws. */
  answerJson(value: unknown): void;
  hasDocument(): boolean;
  /** Progress and talk, on stderr. */
  note(text: string): void;
  /** Shows one line below all talk, in place of the one before; "" takes it away. Null where stderr is no terminal. */
  readonly draw: ((line: string) => void) | null;
  /** Settles when everything written has left the process, or its reader has gone. */
  flush(): Promise<void>;
}

/** The colours that `paint` gives; anything else that steers a terminal is spelled out. */
const colours = /(\u001b\[[\d;]*m)/;

function onlyColours(text: string): string {
  const parts = text.split(colours);
  return parts.map((part, at) => (at % 2 === 1 ? part : plainText(part))).join("");
}

function lineEnded(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

function isReaderGone(error: Error): boolean {
  return "code" in error && (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
}

/** Ignores a reader that went away (`| head`); any other failure of a stream is thrown by `flush`. */
export function openOutput(world: World, masker: Masker): Output {
  let isAnswered = false;
  let failure: Error | null = null;
  const pending = new Set<Promise<void>>();
  const onError = (error: Error) => {
    if (!isReaderGone(error)) failure ??= error;
  };
  world.stdout.on("error", onError);
  world.stderr.on("error", onError);
  const write = (stream: Writable, text: string) => {
    const done = new Promise<void>((resolve) => {
      if (stream.destroyed) return resolve();
      stream.write(text, () => resolve());
    });
    pending.add(done);
    void done.then(() => pending.delete(done));
  };
  let drawn = "";
  let isOver = false;
  // Blanks instead of an escape sequence: any terminal knows them.
  const draw = (line: string) => {
    const room = Math.max(1, (world.stderr.columns ?? 80) - 1);
    const next = plainText(masker.mask(line)).slice(0, room);
    if (isOver || next === drawn) return;
    write(world.stderr, `\r${next.padEnd(Math.min(room, drawn.length))}${next === "" ? "\r" : ""}`);
    drawn = next;
  };
  const forPeople = (text: string) => lineEnded(onlyColours(masker.mask(text)));
  return {
    draw: world.stderr.isTTY === true ? draw : null,
    answer(text) {
      draw("");
      write(world.stdout, forPeople(text));
    },
    answerJson(value) {
      draw("");
      if (isAnswered) throw new Error("a second JSON document was about to be printed");
      isAnswered = true;
      write(world.stdout, `${plainJson(value, masker.mask)}\n`);
    },
    hasDocument: () => isAnswered,
    note(text) {
      draw("");
      write(world.stderr, forPeople(text));
    },
    async flush() {
      draw("");
      isOver = true;
      await Promise.all(pending);
      world.stdout.off("error", onError);
      world.stderr.off("error", onError);
      if (failure !== null) throw failure as Error;
    },
  };
}
