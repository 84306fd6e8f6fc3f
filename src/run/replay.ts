// Journal entries → where the run stands. The journal is the only memory of a run: everything else is drawn from it.
import type { Plan } from "../playbook/plan.ts";
import type { Finding } from "../verdict/verdict.ts";
import type {
  BackupRecord,
  JournalEntry,
  RunError,
  RunOutcome,
  RunRequest,
  StepOutcome,
  WriteEnd,
} from "./journal-entry.ts";
import type { Step } from "../playbook/step.ts";
import type { RecoveryBasis } from "./recovery-basis.ts";
import type { WorkBasis } from "./work-basis.ts";

/** One write on the cluster; `end` null: intended, and nothing is known of its end. Times ISO 8601 UTC. */
export interface WriteRecord {
  readonly step: string;
  readonly node: string;
  readonly line: string;
  readonly intendedAt: string;
  readonly baseline: Readonly<Record<string, string | null>>;
  readonly end: WriteEnd | null;
  readonly detail: string | null;
}

export interface StepState {
  readonly step: string;
  readonly node: string | null;
  readonly outcome: StepOutcome;
  readonly detail: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly nodes: readonly NodeState[];
}

/** One node's part of a step. */
export interface NodeState {
  readonly node: string;
  readonly outcome: StepOutcome;
  readonly detail: string;
}

/** A run as its journal tells it; `outcome` is `running` until an ending was written. */
export interface RunState {
  readonly run: string;
  readonly cluster: string;
  readonly playbook: string;
  readonly fingerprint: string;
  readonly request: RunRequest;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: RunOutcome;
  readonly steps: readonly StepState[];
  readonly findings: readonly Finding[];
  readonly plan: Plan | null;
  readonly basis: RecoveryBasis | null;
  /** Of a run that changes certificates, and of every other playbook without a recovery in front. */
  readonly work: WorkBasis | null;
  /** What the playbook was expanded to; null: its steps as they are written. */
  readonly expanded: readonly Step[] | null;
  readonly isApproved: boolean;
  readonly writes: readonly WriteRecord[];
  /** Certificates that this run has made, in order; SHA-1 of the DER as the journal has it. */
  readonly changed: readonly ChangedCertificate[];
  /** By step: SHA-1 of what each node served when that step was proven. */
  readonly listsSeen: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
  readonly confirmed: readonly string[];
  readonly waitsFor: string | null;
  readonly until: string | null;
  readonly error: RunError | null;
  readonly next: string | null;
  readonly abandonedBecause: string | null;
  /** What a backup run left in the vault; `isNewBackup` false where it was there already. */
  readonly backup: BackupRecord | null;
  readonly isNewBackup: boolean;
}

/** A certificate read back after its regeneration. */
export interface ChangedCertificate {
  readonly node: string;
  readonly unit: string;
  readonly serial: string;
  readonly sha1: string;
}

type Draft = { -readonly [K in keyof RunState]: RunState[K] };

/** Folds the entries, in order; the first must be `run-started`. */
export function replay(entries: readonly JournalEntry[]): RunState {
  const [first, ...rest] = entries;
  if (first?.kind !== "run-started") throw new Error("a run journal begins with run-started");
  const { run, cluster, playbook, fingerprint, request } = first;
  const draft: Draft = {
    ...{
      run,
      cluster,
      playbook,
      fingerprint,
      request,
      startedAt: first.at,
      endedAt: null,
      outcome: "running",
    },
    ...{
      steps: [],
      findings: [],
      plan: null,
      basis: null,
      work: null,
      expanded: null,
      isApproved: false,
      writes: [],
      changed: [],
      listsSeen: {},
      confirmed: [],
    },
    ...{ waitsFor: null, until: null, error: null, next: null, abandonedBecause: null },
    ...{ backup: null, isNewBackup: false },
  };
  for (const entry of rest) apply(draft, entry);
  return draft;
}

function apply(draft: Draft, entry: JournalEntry): void {
  switch (entry.kind) {
    case "run-started":
      break;
    case "run-resumed":
      Object.assign(draft, {
        outcome: "running",
        endedAt: null,
        waitsFor: null,
        until: null,
        error: null,
        next: null,
      });
      break;
    case "step-started":
      setStep(draft, entry.step, {
        node: entry.node,
        outcome: "pending",
        detail: "",
        startedAt: entry.at,
        endedAt: null,
      });
      break;
    case "node-ended": {
      const { node, outcome, detail } = entry;
      const others = (stepOf(draft, entry.step)?.nodes ?? []).filter((state) => state.node !== node);
      setStep(draft, entry.step, { nodes: [...others, { node, outcome, detail }] });
      break;
    }
    case "findings":
      draft.findings = mergeFindings(draft.findings, entry.findings);
      break;
    case "planned":
      draft.plan = entry.plan;
      draft.basis = entry.basis;
      draft.work = entry.work ?? null;
      draft.expanded = entry.steps ?? null;
      break;
    case "reset-prepared":
      draft.basis = entry.basis;
      break;
    case "approved":
      draft.isApproved = true;
      break;
    case "write-intended": {
      const { step, node, line, baseline } = entry;
      draft.writes = [
        ...draft.writes,
        { step, node, line, baseline, intendedAt: entry.at, end: null, detail: null },
      ];
      break;
    }
    case "write-ended":
      draft.writes = draft.writes.map((write, index) =>
        index === draft.writes.length - 1 ? { ...write, end: entry.end, detail: entry.detail } : write,
      );
      break;
    case "step-ended":
      setStep(draft, entry.step, {
        ...{ node: entry.node, outcome: entry.outcome, detail: entry.detail, endedAt: entry.at },
      });
      if (entry.outcome !== "held") draft.until = null;
      break;
    case "certificate-changed": {
      const { node, unit, after } = entry;
      draft.changed = [...draft.changed, { node, unit, serial: after.serial, sha1: after.sha1 }];
      break;
    }
    case "lists-seen":
      draft.listsSeen = { ...draft.listsSeen, [entry.step]: entry.lists };
      break;
    case "backup-stored":
      draft.backup = entry.backup;
      draft.isNewBackup = entry.isNew;
      break;
    case "waiting":
      draft.waitsFor = entry.until === null ? entry.step : null;
      draft.until = entry.until;
      break;
    case "confirmed":
      draft.confirmed = [...draft.confirmed, entry.step];
      draft.waitsFor = null;
      break;
    case "run-ended":
      Object.assign(draft, {
        outcome: entry.outcome,
        endedAt: entry.at,
        error: entry.error,
        next: entry.next,
      });
      break;
    case "abandoned":
      Object.assign(draft, { outcome: "abandoned", endedAt: entry.at, waitsFor: null, next: null });
      draft.abandonedBecause = entry.reason;
      break;
  }
}

function stepOf(draft: Draft, step: string): StepState | undefined {
  return draft.steps.find((state) => state.step === step);
}

function setStep(draft: Draft, step: string, change: Partial<StepState>): void {
  const known = stepOf(draft, step);
  const blank: StepState = {
    step,
    node: null,
    outcome: "pending",
    detail: "",
    startedAt: null,
    endedAt: null,
    nodes: [],
  };
  draft.steps = known
    ? draft.steps.map((state) => (state === known ? { ...state, ...change } : state))
    : [...draft.steps, { ...blank, ...change }];
}

function mergeFindings(known: readonly Finding[], added: readonly Finding[]): readonly Finding[] {
  const fresh = added.filter(
    (finding) => !known.some((other) => other.code === finding.code && other.node === finding.node),
  );
  return [...known, ...fresh];
}

/** Whether anything may have been changed on the cluster. */
export function hasWritten(state: RunState): boolean {
  return state.writes.some((write) => write.end !== "not-sent");
}

/** The last write of a step (on one node) that left, or may have left, this machine. */
export function lastWrite(state: RunState, step: string, node?: string): WriteRecord | undefined {
  return state.writes.findLast(
    (write) => write.step === step && write.end !== "not-sent" && (node === undefined || write.node === node),
  );
}
