// A run's folder and the lists it speaks of, read from disk → values: the run, its journal lines, its files with their digests.
import { relative } from "node:path";
import { messageOf, OperatorError } from "../base/errors.ts";
import { onDisk, readIfPresent } from "../base/files.ts";
import { parseListFile } from "../facts/itl-file.ts";
import { type ListHistory, openListHistory } from "../served/list-history.ts";
import { signedBy } from "../verdict/signed-by.ts";
import { readJournal } from "./journal.ts";
import type { JournalEntry } from "./journal-entry.ts";
import type { RunState } from "./replay.ts";
import { findRunFolder } from "./run-folder.ts";
import { readRun } from "./start-run.ts";
import { readTranscripts, sha256Of } from "./transcript-records.ts";

/** A file of the evidence; `file` relative to the state folder. */
export interface KeptFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What a kept list says of itself. */
export interface KeptList {
  readonly sha1: string;
  readonly signer: string;
  readonly signerSerial: string;
  readonly signedBy: "CallManager" | "ITLRecovery" | "other";
}

export interface RunMaterial {
  readonly state: RunState;
  readonly entries: readonly JournalEntry[];
  readonly files: readonly KeptFile[];
  /** The files as text: masked when they were written. */
  readonly transcripts: readonly { readonly node: string; readonly text: string }[];
  /** Those that are kept and can be read, of all that the run saw served. */
  readonly lists: readonly KeptList[];
}

/** Throws `run-not-found`, `journal-damaged`, `state-not-writable`. */
export function loadRunMaterial(stateFolder: string, run: string): RunMaterial {
  const folder = findRunFolder(stateFolder, run);
  const state = readRun(stateFolder, folder.run);
  const transcripts = onDisk(folder.transcripts, () => readTranscripts(folder.transcripts));
  const kept = (path: string, bytes: Uint8Array | null): KeptFile[] =>
    bytes === null
      ? []
      : [{ file: relative(stateFolder, path), sizeBytes: bytes.length, sha256: sha256Of(bytes) }];
  const history = openListHistory(stateFolder);
  const lists = seenSha1s(state).flatMap((sha1) => keptList(history, sha1) ?? []);
  return {
    state,
    entries: readJournal(folder.journal),
    files: [
      ...kept(folder.journal, readIfPresent(folder.journal)),
      ...kept(folder.report, readIfPresent(folder.report)),
      ...transcripts.flatMap(({ node, bytes }) => kept(folder.transcript(node), bytes)),
      ...lists.map(({ list: { sha1 }, bytes }) => {
        return { file: `lists/${sha1}.tlv`, sizeBytes: bytes.length, sha256: sha256Of(bytes) };
      }),
    ],
    transcripts: transcripts.map(({ node, bytes }) => ({ node, text: bytes.toString("utf8") })),
    lists: lists.map(({ list }) => list),
  };
}

/** SHA-1 of every list that the run saw served: before, before each write, at each proof. */
export function seenSha1s({ basis, work, writes, listsSeen }: RunState): readonly string[] {
  const all = [
    ...[basis, work].flatMap((settled) => (settled?.baseline ?? []).map(({ sha1 }) => sha1)),
    ...writes.flatMap(({ baseline }) => Object.values(baseline)),
    ...Object.values(listsSeen).flatMap((lists) => Object.values(lists)),
  ];
  return [...new Set(all.filter((sha1) => sha1 !== null))].toSorted();
}

function keptList(history: ListHistory, sha1: string): { list: KeptList; bytes: Buffer } | null {
  try {
    const bytes = history.bytesOf(sha1);
    const file = parseListFile(bytes);
    const { name, serial } = file.header.signer;
    return { list: { sha1, signer: name, signerSerial: serial, signedBy: signedBy(file) }, bytes };
  } catch (error) {
    if (error instanceof OperatorError) return null;
    throw new Error(`list ${sha1}: ${messageOf(error)}`, { cause: error });
  }
}
