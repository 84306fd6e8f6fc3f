// A run's state → the document that scripts read (`recover`, `resume`, `report --format json`); the shape is a promise.
import type { Plan } from "../playbook/plan.ts";
import type { BackupRecord, RunError, RunOutcome, StepOutcome } from "../run/journal-entry.ts";
import type { NodeState, RunState } from "../run/replay.ts";
import type { Finding } from "../verdict/verdict.ts";

/** One step; `nodes` are its parts where it visits several nodes. */
export interface RunStepDocument {
  readonly step: string;
  readonly node: string | null;
  readonly outcome: StepOutcome;
  readonly detail: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly nodes: readonly NodeState[];
}

/** Times ISO 8601 UTC; `writes` are the lines sent to the cluster, as typed. */
export interface RunDocument {
  readonly run: string | null;
  readonly cluster: string;
  readonly playbook: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly outcome: RunOutcome;
  readonly steps: readonly RunStepDocument[];
  readonly findings: readonly Finding[];
  readonly backup: BackupRecord | null;
  readonly error: RunError | null;
  readonly waitsFor: string | null;
  readonly until: string | null;
  readonly next: string | null;
  readonly plan: Plan | null;
  readonly writes: readonly {
    readonly at: string;
    readonly node: string;
    readonly line: string;
    readonly end: string | null;
  }[];
}

/** A run without its steps, as `runs` lists it. */
export type RunSummary = Omit<RunDocument, "steps" | "plan" | "writes">;

/** The run as a document. `endedAt` is null while it is unfinished (running, held, unknown, interrupted). */
export function runDocument(state: RunState): RunDocument {
  const isOver = !["running", "held", "unknown", "interrupted"].includes(state.outcome);
  return {
    ...summary(state, isOver),
    steps: stepDocuments(state),
    plan: state.plan,
    writes: state.writes.map(({ intendedAt, node, line, end }) => ({ at: intendedAt, node, line, end })),
  };
}

/** The run as `runs` lists it. */
export function runSummary(state: RunState): RunSummary {
  return summary(state, !["running", "held", "unknown", "interrupted"].includes(state.outcome));
}

function summary(state: RunState, isOver: boolean): RunSummary {
  const { run, cluster, playbook, startedAt, outcome, findings, error, waitsFor, until, next } = state;
  const endedAt = isOver ? state.endedAt : null;
  return {
    run,
    cluster,
    playbook,
    startedAt,
    endedAt,
    outcome,
    findings,
    backup: state.backup,
    error,
    waitsFor,
    until,
    next,
  };
}

/** Steps that the run has met, then those of its plan that are still to come. */
function stepDocuments(state: RunState): RunStepDocument[] {
  const met = state.steps.map(({ step, node, outcome, detail, startedAt, endedAt, nodes }) => {
    return { step, node, outcome, detail, startedAt, endedAt, nodes };
  });
  const coming = (state.plan?.steps ?? [])
    .filter(({ step }) => !met.some((known) => known.step === step))
    .map(({ step, title }) => {
      return {
        step,
        node: null,
        outcome: "pending" as const,
        detail: title,
        startedAt: null,
        endedAt: null,
        nodes: [],
      };
    });
  return [...met, ...coming];
}

/** What stands for a run that could not begin; `error` says why. */
export function unbegunDocument(cluster: string, playbook: string, error: RunError): RunDocument {
  return {
    ...{ run: null, cluster, playbook, startedAt: null, endedAt: null, outcome: "failed" },
    ...{ steps: [], findings: [], backup: null, error, waitsFor: null, until: null, next: error.hint },
    ...{ plan: null, writes: [] },
  };
}

/** What a dry run answers: no run, no steps done, the plan or what blocks it. `next`: how it is carried out. */
export function plannedDocument(
  cluster: string,
  playbook: string,
  findings: readonly Finding[],
  plan: Plan | null,
  error: RunError | null,
  next: string,
): RunDocument {
  const steps = (plan?.steps ?? []).map(({ step, title }) => {
    const outcome = step === "preflight" ? ("done" as const) : ("pending" as const);
    return { step, node: null, outcome, detail: title, startedAt: null, endedAt: null, nodes: [] };
  });
  const value = error && { code: error.code, message: error.message, hint: error.hint, place: error.place };
  return {
    ...{
      run: null,
      cluster,
      playbook,
      startedAt: null,
      endedAt: null,
      steps,
      findings,
      backup: null,
      plan,
      writes: [],
    },
    outcome: error === null ? "planned" : "blocked",
    ...{ error: value, waitsFor: null, until: null, next: error?.hint ?? next },
  };
}
