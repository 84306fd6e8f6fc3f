// The lines of a run journal: everything needed to know, after a crash, what was sent and what was seen.
import type { ErrorCode, Place } from "../base/errors.ts";
import type { Plan } from "../playbook/plan.ts";
import type { BackupProof } from "../vault/vault.ts";
import type { Finding } from "../verdict/verdict.ts";
import type { Step } from "../playbook/step.ts";
import type { RecoveryBasis } from "./recovery-basis.ts";
import type { SavedBaseline } from "./saved-baseline.ts";
import type { WorkBasis } from "./work-basis.ts";

/** An error as a value, as `--json` prints it. */
export interface RunError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly place: Place;
}

/** A kept backup as documents and the journal tell it. Times ISO 8601 UTC; `path` relative to the vault. */
export interface BackupRecord {
  readonly id: string;
  readonly cluster: string;
  readonly takenAt: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly certificateSerial: string | null;
  readonly proof: BackupProof;
  readonly proofNote: string | null;
  readonly path: string;
}

export type StepOutcome = "done" | "skipped" | "pending" | "blocked" | "held" | "unknown" | "failed";

export type RunOutcome =
  | "planned"
  | "running"
  | "interrupted"
  | "held"
  | "done"
  | "warned"
  | "blocked"
  | "unknown"
  | "failed"
  | "cancelled"
  | "abandoned";

/** What the run was asked to do; enough to go on with it. Secrets stand as references or not at all. */
export interface RunRequest {
  readonly requestedKey: "local" | "remote" | null;
  readonly accepted: readonly string[];
  readonly isUnattended: boolean;
  readonly remoteKey: RemoteKeyRequest | null;
  /** The file named with `--held`, absolute. */
  readonly heldFile: string | null;
  /** The kept backup named with `--backup`. */
  readonly backup?: string;
  /** A playbook of the user's own, absolute; absent: one that itlctl brings, by its name. */
  readonly playbookFile?: string;
  /** The values given with `--var`, as written. */
  readonly given?: Readonly<Record<string, string>>;
  /** What the saved plan rests on that is carried out. */
  readonly saved?: SavedBaseline;
}

/** A recovery key on some SFTP server, as given on the command line; `passwordReference` as written. */
export interface RemoteKeyRequest {
  readonly user: string;
  readonly host: string;
  readonly path: string;
  readonly hostKey: string;
  readonly passwordReference: string;
}

/** How a write ended, as far as its own dialogue tells; `not-sent`: the line never left. */
export type WriteEnd = "not-sent" | "answered" | "refused" | "lost" | "timed-out" | "unexpected-question";

/** A node's transcript as it stood when the run ended: SHA-256 of its first `lengthBytes` bytes. A resume appends behind them. */
export interface TranscriptRecord {
  readonly node: string;
  readonly lengthBytes: number;
  readonly sha256: string;
}

export type JournalEvent =
  | {
      readonly kind: "run-started";
      readonly run: string;
      readonly cluster: string;
      readonly playbook: string;
      readonly fingerprint: string;
      readonly nodes: readonly string[];
      readonly request: RunRequest;
      readonly version: string;
    }
  | {
      readonly kind: "run-resumed";
      readonly confirmed: string | null;
      /** What was found amiss on the way, for people: a last line that was never finished. */
      readonly note?: string;
    }
  | { readonly kind: "step-started"; readonly step: string; readonly node: string | null }
  | { readonly kind: "findings"; readonly step: string; readonly findings: readonly Finding[] }
  | {
      /** Either a recovery's `basis`, or `work` with the steps that the playbook was expanded to. */
      readonly kind: "planned";
      readonly plan: Plan;
      readonly basis: RecoveryBasis | null;
      readonly work?: WorkBasis;
      readonly steps?: readonly Step[];
    }
  | {
      /** Read back after a regeneration. */
      readonly kind: "certificate-changed";
      readonly step: string;
      readonly node: string;
      readonly unit: string;
      readonly before: { readonly serial: string; readonly sha1: string };
      readonly after: {
        readonly serial: string;
        readonly sha1: string;
        readonly notBefore: string;
        readonly notAfter: string;
      };
    }
  | {
      /** A reset inside a change of certificates settled what it rests on. */
      readonly kind: "reset-prepared";
      readonly step: string;
      readonly basis: RecoveryBasis;
    }
  | { readonly kind: "approved"; readonly by: "terminal" | "yes" }
  | {
      /** Flushed before the line is sent. `baseline`: SHA-1 of what each node served just before. */
      readonly kind: "write-intended";
      readonly step: string;
      readonly node: string;
      readonly line: string;
      readonly baseline: Readonly<Record<string, string | null>>;
    }
  | {
      readonly kind: "write-ended";
      readonly step: string;
      readonly node: string;
      readonly end: WriteEnd;
      readonly detail: string;
    }
  | {
      /** One node's part of a step that visits several. */
      readonly kind: "node-ended";
      readonly step: string;
      readonly node: string;
      readonly outcome: StepOutcome;
      readonly detail: string;
    }
  | {
      readonly kind: "step-ended";
      readonly step: string;
      readonly node: string | null;
      readonly outcome: StepOutcome;
      readonly detail: string;
    }
  | {
      /** SHA-1 of what each node served at a proof (null: not fetched); the bytes lie in the history of lists. */
      readonly kind: "lists-seen";
      readonly step: string;
      readonly lists: Readonly<Record<string, string | null>>;
    }
  | {
      /** `isNew` false: the vault holds this very file already, and it was found whole. */
      readonly kind: "backup-stored";
      readonly backup: BackupRecord;
      readonly isNew: boolean;
    }
  | { readonly kind: "waiting"; readonly step: string; readonly text: string; readonly until: string | null }
  | { readonly kind: "confirmed"; readonly step: string; readonly by: "terminal" | "flag" }
  | {
      readonly kind: "run-ended";
      readonly outcome: RunOutcome;
      readonly error: RunError | null;
      readonly next: string | null;
      /** Absent in journals of versions that did not record them, and where they could not be read. */
      readonly transcripts?: readonly TranscriptRecord[];
    }
  | { readonly kind: "abandoned"; readonly reason: string };

/** A line of `journal.jsonl`: the event with its number, its time (ISO 8601 UTC) and the chain of hashes. In the file, the line ends with its own `hash`. */
export type JournalEntry = JournalEvent & {
  readonly seq: number;
  readonly at: string;
  /** SHA-256 of the line before, 64 zeros for the first. */
  readonly previous: string;
};
