// What a run left behind, read by others → the report: the run's document, and what only its lines and files tell.
import type { JournalEntry } from "../run/journal-entry.ts";
import type { RunState } from "../run/replay.ts";
import { type CertificateChange, certificateChanges } from "./certificate-changes.ts";
import { type KnownList, type NodeChange, runChanges } from "./run-changes.ts";
import { type RunDocument, runDocument } from "./run-document.ts";
import { runTimeline, type TimelineSpan } from "./run-timeline.ts";

/** A file of the evidence; `file` relative to the state folder. */
export interface EvidenceFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** One command and its dialogue, from a transcript (masked when it was written). */
export interface ToldExchange {
  readonly at: string | null;
  readonly line: string | null;
  readonly parts: readonly { readonly by: "node" | "itlctl" | "note"; readonly text: string }[];
}

/** What `report --format json` prints; the document of the run with more in it. */
export interface RunReport extends RunDocument {
  readonly changes: readonly NodeChange[];
  readonly certificates: readonly CertificateChange[];
  readonly timeline: readonly TimelineSpan[];
  readonly evidence: readonly EvidenceFile[];
}

export interface ReportMaterial {
  readonly state: RunState;
  readonly entries: readonly JournalEntry[];
  readonly files: readonly EvidenceFile[];
  readonly lists: readonly KnownList[];
}

export function runReport({ state, entries, files, lists }: ReportMaterial): RunReport {
  return {
    ...runDocument(state),
    changes: runChanges(state, lists),
    certificates: certificateChanges(state, entries),
    timeline: runTimeline(entries),
    evidence: files,
  };
}
