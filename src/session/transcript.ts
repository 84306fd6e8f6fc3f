// What is sent to and received from a node, in; a file with a time and a direction mark per line, secrets masked, out.
import { closeSync, openSync, writeSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import { OperatorError, messageOf } from "../base/errors.ts";
import type { Masker, Secret } from "../base/secret.ts";

/** Text as it crosses the wire, in order. After `close` everything is ignored. */
export interface Transcript {
  /** A secret is kept as bullets, however short it is. */
  sent(text: string | Secret): void;
  received(text: string): void;
  /** An event that is not on the wire: a login, a close and its reason. */
  note(text: string): void;
  /** Why records are lost, from the first one on; null while every one is kept. */
  failure?(): OperatorError | null;
  close(): void;
}

/** Keeps nothing. */
export const nullTranscript: Transcript = { sent() {}, received() {}, note() {}, close() {} };

/**
 * Appends to `path` (0600): `TIME > "sent"`, `TIME < "received"`, `TIME # note`; the text as a JSON string, one record per line end.
 * Joined per direction the strings are every character. Each record is written through before the call returns.
 * Throws `state-not-writable` when it cannot be opened. What cannot be written later is told by `failure`, never thrown:
 * it would be thrown at whoever hears the node, in the middle of a write.
 */
export function openFileTranscript(path: string, masker: Masker, clock: Clock): Transcript {
  const masks = { ">": masker.stream(), "<": masker.stream() };
  let descriptor: number | null = guarded(path, () => openSync(path, "a", 0o600));
  let failed: OperatorError | null = null;

  const record = (text: string) => {
    if (descriptor === null || failed !== null) return;
    try {
      writeSync(descriptor, `${new Date(clock.now()).toISOString()} ${text}\n`);
    } catch (error) {
      failed = notKept(path, error);
    }
  };
  const put = (mark: ">" | "<", text: string) => {
    for (const piece of text.match(/[^\n]*\n|[^\n]+/g) ?? []) record(`${mark} ${JSON.stringify(piece)}`);
  };
  return {
    sent: (text) => put(">", masks[">"].push(String(text))),
    received: (text) => put("<", masks["<"].push(text)),
    note: (text) => record(`# ${masker.mask(text).replace(/\s+/g, " ")}`),
    failure: () => failed,
    close() {
      const open = descriptor;
      if (open === null) return;
      put(">", masks[">"].end());
      put("<", masks["<"].end());
      descriptor = null;
      guarded(path, () => closeSync(open));
    },
  };
}

function guarded<Value>(path: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw notKept(path, error);
  }
}

function notKept(path: string, error: unknown): OperatorError {
  const message = `${path}: the transcript cannot be written: ${messageOf(error)}`;
  return new OperatorError("state-not-writable", message, {
    hint: "Make room in the state folder, or name another with --state",
    place: { file: path },
    cause: error,
  });
}
