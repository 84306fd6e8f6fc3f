// Events → journal.jsonl: appended, flushed to disk before `append` returns, each with its hash and the one before it, so that damage is seen.
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { type Clock, isoTime } from "../base/clock.ts";
import { messageOf, OperatorError } from "../base/errors.ts";
import type { Masker } from "../base/secret.ts";
import type { JournalEntry, JournalEvent } from "./journal-entry.ts";

const firstPrevious = "0".repeat(64);

/** An open journal. `append` returns only when the line is on disk; it throws `state-not-writable` when it is not. */
export interface Journal {
  /** Bytes of a last line that was never finished, cut off when the journal was opened; 0 as a rule. */
  readonly cutBytes: number;
  append(event: JournalEvent): JournalEntry;
  entries(): readonly JournalEntry[];
  close(): void;
}

/** Opens (and with `isNew` creates) the journal of a run for writing; what it holds already is checked first. */
export function openJournal(path: string, tools: { clock: Clock; masker: Masker; isNew: boolean }): Journal {
  const known: JournalEntry[] = tools.isNew ? [] : [...readJournal(path)];
  let previous = tools.isNew ? firstPrevious : lastHash(path);
  const descriptor = guard(path, () => openSync(path, tools.isNew ? "ax" : "a", 0o600));
  const cutBytes = tools.isNew ? 0 : cutUnfinished(path, descriptor);
  let isClosed = false;
  return {
    cutBytes,
    append(event) {
      const raw = { seq: known.length + 1, at: isoTime(tools.clock.now()), previous, ...event };
      // What is known of the run in memory is what stands on disk.
      const entry = maskFreeText(raw, tools.masker) as JournalEntry;
      const line = sealed(JSON.stringify(entry));
      guard(path, () => {
        writeWhole(descriptor, Buffer.from(`${line}\n`));
        fsyncSync(descriptor);
      });
      previous = hashOf(line);
      known.push(entry);
      return entry;
    },
    entries: () => known,
    close() {
      if (!isClosed) closeSync(descriptor);
      isClosed = true;
    },
  };
}

/** Keys whose values are words of ours or bytes of a list: never masked, so that a secret that is also a common word cannot bend the record. */
const structuralKeys: ReadonlySet<string> = new Set([
  ...[
    "kind",
    "step",
    "node",
    "nodes",
    "run",
    "cluster",
    "code",
    "outcome",
    "severity",
    "by",
    "end",
    "verb",
    "at",
  ],
  ...[
    "previous",
    "fingerprint",
    "file",
    "bytes",
    "sha1",
    "signedBy",
    "key",
    "baseline",
    "tftpNodes",
    "signer",
  ],
  // What a resumed run rests on: it must find again what was seen.
  ...["request", "backup", "basis", "lists", "release", "playbook", "version", "confirmed"],
  // Digests that the evidence is held against.
  "transcripts",
]);

function maskFreeText(value: unknown, masker: Masker): unknown {
  if (typeof value === "string") return masker.mask(value);
  if (Array.isArray(value)) return value.map((item) => maskFreeText(item, masker));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      structuralKeys.has(key) ? item : maskFreeText(item, masker),
    ]),
  );
}

/** Reads and checks a journal; damage throws `journal-damaged` with the line. A last line that was never finished (no line end) was never acted upon and is left out. */
export function readJournal(path: string): readonly JournalEntry[] {
  const { entries, damage } = readSoundPart(path);
  if (damage !== null) throw damage;
  return entries;
}

/** The lines before the first damaged one, and what `readJournal` would throw; for lists that must not fail for one bad run. */
export function readSoundPart(path: string): {
  readonly entries: readonly JournalEntry[];
  readonly damage: OperatorError | null;
} {
  const entries: JournalEntry[] = [];
  let previous = firstPrevious;
  for (const [index, line] of wholeLines(path).entries()) {
    const entry = entryOf(line);
    if (entry === null || entry.previous !== previous || entry.seq !== index + 1) {
      return { entries, damage: damaged(path, index + 1) };
    }
    previous = hashOf(line);
    entries.push(entry);
  }
  return { entries, damage: null };
}

/** Whether a first line was ever finished; before that nothing was done, and nobody was told of the run. */
export function hasFirstLine(path: string): boolean {
  return wholeLines(path).length > 0;
}

/** An invalid byte gives a text that differs from what was hashed, so it is seen as damage. */
function wholeLines(path: string): string[] {
  const text = guard(path, () => readFileSync(path, "utf8"));
  return text.split("\n").slice(0, -1);
}

/** What follows the last line end was never finished, and the next line must not stand behind it. */
function cutUnfinished(path: string, descriptor: number): number {
  return guard(path, () => {
    const bytes = readFileSync(path);
    const wholeLength = bytes.lastIndexOf("\n") + 1;
    if (wholeLength < bytes.length) ftruncateSync(descriptor, wholeLength);
    return bytes.length - wholeLength;
  });
}

function lastHash(path: string): string {
  const last = wholeLines(path).at(-1);
  return last === undefined ? firstPrevious : hashOf(last);
}

/** The line with a hash of its own at its end: damage is seen in the very line, the last one too. */
function sealed(body: string): string {
  return `${body.slice(0, -1)},"hash":"${hashOf(body)}"}`;
}

function unsealed(line: string): string | null {
  const [, body, hash] = /^(.*),"hash":"([0-9a-f]{64})"\}$/s.exec(line) ?? [];
  return body !== undefined && hashOf(`${body}}`) === hash ? `${body}}` : null;
}

function entryOf(line: string): JournalEntry | null {
  const body = unsealed(line);
  if (body === null) return null;
  try {
    const value: unknown = JSON.parse(body);
    if (
      typeof value === "object" &&
      value !== null &&
      "kind" in value &&
      "seq" in value &&
      "previous" in value
    ) {
      return value as JournalEntry;
    }
  } catch {
    // no JSON: damage
  }
  return null;
}

function damaged(path: string, line: number): OperatorError {
  return new OperatorError("journal-damaged", `the run journal is damaged from line ${line} on`, {
    hint: "Do not resume this run: look at the cluster with `itlctl status`, move the run's folder away, and start a new run.",
    place: { file: path, line },
  });
}

function hashOf(line: string): string {
  return createHash("sha256").update(line).digest("hex");
}

function writeWhole(descriptor: number, bytes: Buffer): void {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(descriptor, bytes, offset);
}

function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new OperatorError("state-not-writable", `cannot use the run journal: ${messageOf(error)}`, {
      hint: "Make room in the state folder, or name another with --state.",
      place: { file: path },
      cause: error,
    });
  }
}
