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
  close(): void;
}

/** Keeps nothing. */
export const nullTranscript: Transcript = { sent() {}, received() {}, note() {}, close() {} };

/**
 * Appends to `path` (0600): `TIME > "sent"`, `TIME < "received"`, `TIME # note`; the text as a JSON string, one record per line end.
 * Joined per direction the strings are every character. Each record is written through before the call returns.
 * Throws `state-not-writable` when it cannot be opened or written.
 */
export function openFileTranscript(path: string, masker: Masker, clock: Clock): Transcript {
  const masks = { ">": masker.stream(), "<": masker.stream() };
  let descriptor: number | null = guarded(path, () => openSync(path, "a", 0o600));

  const record = (text: string) => {
    const open = descriptor;
    if (open !== null)
      guarded(path, () => writeSync(open, `${new Date(clock.now()).toISOString()} ${text}\n`));
  };
  const put = (mark: ">" | "<", text: string) => {
    for (const piece of text.match(/[^\n]*\n|[^\n]+/g) ?? []) record(`${mark} ${JSON.stringify(piece)}`);
  };
  return {
    sent: (text) => put(">", masks[">"].push(String(text))),
    received: (text) => put("<", masks["<"].push(text)),
    note: (text) => record(`# ${masker.mask(text).replace(/\s+/g, " ")}`),
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
    throw new OperatorError(
      "state-not-writable",
      `${path}: the transcript cannot be written: ${messageOf(error)}`,
      {
        hint: "Make room in the state folder, or name another with --state",
        place: { file: path },
        cause: error,
      },
    );
  }
}
