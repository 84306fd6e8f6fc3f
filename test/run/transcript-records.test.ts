// What the journal says of a run's transcripts: their digests, or nothing where the disk does not give them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  isRecorded,
  readTranscripts,
  recordTranscripts,
  sha256Of,
} from "../../src/run/transcript-records.ts";

let state: string;
let folder: string;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "itlctl-transcripts-"));
  folder = join(state, "runs", "run-1", "transcripts");
});
afterEach(() => rmSync(state, { recursive: true }));

test("each node's transcript, in the order of their names, and nothing else that lies there", () => {
  mkdirSync(folder, { recursive: true });
  for (const name of ["tftp2.log", "pub.log", "notes.txt"]) writeFileSync(join(folder, name), name);
  expect(recordTranscripts(state, "run-1")).toEqual([
    { node: "pub", lengthBytes: 7, sha256: sha256Of(Buffer.from("pub.log")) },
    { node: "tftp2", lengthBytes: 9, sha256: sha256Of(Buffer.from("tftp2.log")) },
  ]);
});

test("a run without transcripts has none", () => {
  expect(recordTranscripts(state, "run-1")).toEqual([]);
});

test("what cannot be read keeps no run from its end, and is not taken for none", () => {
  mkdirSync(join(folder, "pub.log"), { recursive: true });
  expect(recordTranscripts(state, "run-1"), "a folder in the place of a transcript").toBeNull();
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "");
  expect(recordTranscripts(state, "run-1"), "a file in the place of their folder").toBeNull();
  expect(() => readTranscripts(folder)).toThrow("ENOTDIR");
});

test("a transcript that went on is the one recorded; one that is shorter or another is not", () => {
  const record = { node: "pub", lengthBytes: 3, sha256: sha256Of(Buffer.from("abc")) };
  const held = (text: string) => isRecorded(Buffer.from(text), record);
  expect([held("abc"), held("abcdef"), held("ab"), held("abX"), held("")]).toEqual([
    ...[true, true, false, false, false],
  ]);
});
