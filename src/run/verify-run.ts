// A run's folder → whether its evidence is whole: the journal's chain, transcripts, lists and report against what the journal recorded.
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { messageOf, OperatorError } from "../base/errors.ts";
import { onDisk, readIfPresent } from "../base/files.ts";
import { openListHistory } from "../served/list-history.ts";
import { readSoundPart } from "./journal.ts";
import type { JournalEntry, RunError } from "./journal-entry.ts";
import { type RunState, replay } from "./replay.ts";
import { judgeReport } from "./report-agreement.ts";
import { findRunFolder, type RunFolder } from "./run-folder.ts";
import { seenSha1s } from "./run-material.ts";
import { isRecorded, readTranscripts, sha256Of } from "./transcript-records.ts";

/** `not-recorded`: there is nothing to hold it against, or it was never kept; that is no damage. */
export type EvidenceState = "whole" | "damaged" | "missing" | "not-recorded";

/** One file; `file` relative to the state folder; digest and size null where there is none. */
export interface CheckedFile {
  readonly file: string;
  readonly kind: "journal" | "transcript" | "list" | "report";
  readonly state: EvidenceState;
  readonly detail: string;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
}

export interface Verification {
  readonly run: string;
  readonly isWhole: boolean;
  /** The first damaged line of the journal, from 1. */
  readonly damagedLine: number | null;
  readonly files: readonly CheckedFile[];
  readonly error: RunError | null;
}

/** Throws `run-not-found`, and `state-not-writable` where a file cannot be read; damage is the answer, never thrown. */
export function verifyRun(stateFolder: string, run: string): Verification {
  const folder = findRunFolder(stateFolder, run);
  const { entries, damage } = readSoundPart(folder.journal);
  const state = entries[0]?.kind === "run-started" ? replay(entries) : null;
  const files = [
    journalFile(stateFolder, folder, entries, damage),
    ...reportFile(stateFolder, folder, entries),
    ...transcriptFiles(stateFolder, folder, entries),
    ...(state === null ? [] : listFiles(stateFolder, state)),
  ];
  return {
    run: folder.run,
    isWhole: files.every((file) => file.state === "whole" || file.state === "not-recorded"),
    damagedLine: damage?.place.line ?? null,
    files,
    error: damage && { code: damage.code, message: damage.message, hint: damage.hint, place: damage.place },
  };
}

function journalFile(
  stateFolder: string,
  folder: RunFolder,
  entries: readonly JournalEntry[],
  damage: OperatorError | null,
): CheckedFile {
  const bytes = readIfPresent(folder.journal);
  const cut = bytes === null ? 0 : bytes.length - bytes.lastIndexOf("\n") - 1;
  const tail = cut === 0 ? "" : `; a last line that was never finished (${cut} bytes) was never acted upon`;
  const detail =
    damage === null ? `${entries.length} lines, each chained to the one before${tail}` : damage.message;
  return checked(
    stateFolder,
    folder.journal,
    "journal",
    bytes,
    damage === null ? "whole" : "damaged",
    detail,
  );
}

function reportFile(
  stateFolder: string,
  folder: RunFolder,
  entries: readonly JournalEntry[],
): readonly CheckedFile[] {
  const bytes = readIfPresent(folder.report);
  if (bytes === null) return [];
  const { state, detail } = judgeReport(bytes.toString("utf8"), entries);
  return [checked(stateFolder, folder.report, "report", bytes, state, detail)];
}

function transcriptFiles(
  stateFolder: string,
  folder: RunFolder,
  entries: readonly JournalEntry[],
): readonly CheckedFile[] {
  const kept = new Map(
    onDisk(folder.transcripts, () => readTranscripts(folder.transcripts)).map(({ node, bytes }) => [
      node,
      bytes,
    ]),
  );
  const records = entries.flatMap((entry) => (entry.kind === "run-ended" ? (entry.transcripts ?? []) : []));
  const nodes = [...new Set([...kept.keys(), ...records.map(({ node }) => node)])].toSorted();
  return nodes.map((node) => {
    const bytes = kept.get(node) ?? null;
    const own = records.filter((record) => record.node === node);
    const put = (state: EvidenceState, detail: string) =>
      checked(stateFolder, folder.transcript(node), "transcript", bytes, state, detail);
    const newest = own.at(-1);
    if (newest === undefined) return put("not-recorded", "the journal holds no digest of it");
    if (bytes === null) return put("missing", `recorded with ${newest.lengthBytes} bytes, and not there`);
    const bad = own.find((record) => !isRecorded(bytes, record));
    if (bad !== undefined) {
      const isShort = bytes.length < bad.lengthBytes;
      return put(
        "damaged",
        isShort
          ? `shorter than the ${bad.lengthBytes} bytes recorded`
          : `its first ${bad.lengthBytes} bytes are not those recorded`,
      );
    }
    const behind = bytes.length - newest.lengthBytes;
    return put(
      "whole",
      `${newest.lengthBytes} bytes as recorded${behind === 0 ? "" : `, ${behind} behind them`}`,
    );
  });
}

/** A list is kept under its SHA-1. One that `show itl` named and nobody could fetch was never kept. */
function listFiles(stateFolder: string, state: RunState): readonly CheckedFile[] {
  const history = openListHistory(stateFolder);
  const known = new Set(history.sightings(state.cluster).map(({ sha1 }) => sha1));
  return seenSha1s(state).map((sha1) => {
    const path = `${stateFolder}/lists/${sha1}.tlv`;
    const put = (bytes: Uint8Array | null, is: EvidenceState, detail: string) =>
      checked(stateFolder, path, "list", bytes, is, detail);
    if (!existsSync(path)) {
      return known.has(sha1)
        ? put(null, "missing", "it was kept once, and is not there")
        : put(null, "not-recorded", "never kept: the node told its SHA-1 only");
    }
    const bytes = readIfPresent(path);
    try {
      history.bytesOf(sha1);
      return put(bytes, "whole", "its SHA-1 is its name, as the journal has it");
    } catch (error) {
      if (!(error instanceof OperatorError) || error.code !== "file-unreadable") throw error;
      return put(bytes, "damaged", messageOf(error));
    }
  });
}

function checked(
  stateFolder: string,
  path: string,
  kind: CheckedFile["kind"],
  bytes: Uint8Array | null,
  state: EvidenceState,
  detail: string,
): CheckedFile {
  return {
    ...{ file: relative(stateFolder, path), kind, state, detail },
    sizeBytes: bytes?.length ?? null,
    sha256: bytes === null ? null : sha256Of(bytes),
  };
}
