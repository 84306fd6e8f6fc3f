// A journal and a playbook → the run carried to its end: step after step, each once, everything it did on disk first.
import { type ErrorCode, messageOf, OperatorError } from "../base/errors.ts";
import type { Step } from "../playbook/step.ts";
import { isFromRelease } from "../playbook/step-release.ts";
import type { Journal } from "./journal.ts";
import type { RunError, RunOutcome, StepOutcome } from "./journal-entry.ts";
import { hasWritten, type RunState, replay } from "./replay.ts";
import type { HeldResult, RunContext, RunTools, StepResult } from "./step-kind.ts";
import { stepKindOf } from "./steps/index.ts";
import { judgeTime } from "./step-time.ts";
import { recordTranscripts } from "./transcript-records.ts";

/** What `runner` is given beside its tools. */
export interface RunPart {
  readonly run: string;
  readonly journal: Journal;
  readonly confirmedStep: string | null;
  /** `resume --yes`: nobody is asked any more, also where the run began at a terminal. */
  readonly isUnattended?: boolean;
}

/**
 * Carries the run on from where its journal stands, and writes how it ended. Returns the state at the end; throws only
 * bugs and what the journal itself cannot take (`state-not-writable`).
 */
export async function carryOn(tools: RunTools, part: RunPart): Promise<RunState> {
  const context = contextOf(tools, part);
  let current: string | null = null;
  try {
    for (let step = nextStep(context); step !== undefined; step = nextStep(context)) {
      current = step.id;
      const closed = judgeTime(context, step);
      if (closed !== null) return end(context, notNow(context, step, closed));
      const result = await carryOutStep(context, step);
      if (result.kind !== "done" && result.kind !== "skipped") return end(context, endingOf(context, result));
      if (step.verb === "preflight" && !(await isApproved(context)))
        return end(context, notApproved(context));
    }
    const { findings } = context.state();
    return end(context, { outcome: findings.length > 0 ? "warned" : "done", error: null, next: null });
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code === "state-not-writable") throw error;
    return end(
      context,
      endingOfError(context, error.at({ cluster: tools.cluster.name, ...stepPlace(current) }), current),
    );
  } finally {
    await tools.pool.closeAll();
  }
}

/** Ctrl-C before the first write: the run is over, there is nothing to resume. */
function stoppedInTime(context: RunContext): OperatorError {
  return new OperatorError("cancelled", "interrupted by the operator; nothing was changed", {
    hint: "Run the command again when you are ready.",
    place: { cluster: context.cluster.name },
  });
}

interface Ending {
  readonly outcome: RunOutcome;
  readonly error: RunError | null;
  readonly next: string | null;
}

function contextOf(tools: RunTools, part: RunPart): RunContext {
  const state = () => replay(part.journal.entries());
  return {
    ...tools,
    ...part,
    isHistoryRequired: true,
    request: { ...state().request, isUnattended: state().request.isUnattended || part.isUnattended === true },
    state,
    record(event) {
      part.journal.append(event);
      if (event.kind === "node-ended") tools.events.emit(event);
    },
    basis() {
      const { basis } = state();
      if (basis === null) throw new Error("a step came before the preflight");
      return basis;
    },
    work() {
      const { work } = state();
      if (work === null) throw new Error("a step that changes certificates came before the preflight");
      return work;
    },
    ground() {
      const { basis, work } = state();
      const ground = work ?? basis;
      if (ground === null) throw new Error("a step came before the preflight");
      return ground;
    },
  };
}

/** The first step that is not over: of what the playbook was expanded to, once it was. */
function nextStep(context: RunContext): Step | undefined {
  const steps = context.state().expanded ?? context.playbook.steps;
  return steps.find((step) => !isOver(context, step));
}

/** Done or skipped before, or not for this release or (in a run whose steps are the playbook's) for mixed mode only. */
function isOver(context: RunContext, step: Step): boolean {
  const state = context.state();
  const release = (state.work ?? state.basis)?.release;
  if (release !== undefined && !isFromRelease(step, release)) return true;
  if (state.expanded === null && step.onlyIn !== undefined) return true;
  const known = state.steps.find((candidate) => candidate.step === step.id);
  if (step.verb === "preflight" && !state.isApproved) return false;
  return known?.outcome === "done" || known?.outcome === "skipped";
}

async function carryOutStep(context: RunContext, step: Step): Promise<StepResult> {
  // Nothing that may write comes before the plan was agreed to, whatever the playbook's order.
  const isHarmless = ["preflight", "backup", "notify", "confirm"].includes(step.verb);
  if (!isHarmless && !context.state().isApproved) throw new Error(`${step.id} came before the approval`);
  const title =
    context.state().plan?.steps.find((planned) => planned.step === step.id)?.title ?? titleWithoutPlan(step);
  context.record({ kind: "step-started", step: step.id, node: null });
  context.events.emit({ kind: "step-started", step: step.id, title });
  const result = await stepKindOf(step).carryOut(step, context);
  endStep(context, step.id, result.node, result.kind, result.detail);
  return result;
}

/** Of a step that comes before there is a plan, or in a playbook that makes none. */
function titleWithoutPlan(step: Step): string {
  switch (step.verb) {
    case "backup":
      return "have the publisher deliver its recovery key, prove it, keep it";
    case "confirm":
      return "wait until you say that this is done";
    case "notify":
      return `start ${step.hook[0]} on this machine`;
    default:
      return "look at every node and judge";
  }
}

function endStep(
  context: RunContext,
  step: string,
  node: string | null,
  outcome: StepOutcome,
  detail: string,
): void {
  context.record({ kind: "step-ended", step, node, outcome, detail });
  context.events.emit({ kind: "step-ended", step, outcome, detail });
}

async function isApproved(context: RunContext): Promise<boolean> {
  const { plan, isApproved: already } = context.state();
  if (already || plan === null) return already;
  if (context.request.isUnattended) {
    context.record({ kind: "approved", by: "yes" });
    return true;
  }
  const typed = context.operator !== null && (await context.operator.approve(plan));
  if (typed) context.record({ kind: "approved", by: "terminal" });
  return typed;
}

/** A step that may not begin at this time; it stays as it is, and the run waits. */
function notNow(context: RunContext, step: Step, closed: HeldResult): Ending {
  if (closed.until !== null)
    context.record({ kind: "waiting", step: step.id, text: closed.detail, until: closed.until });
  endStep(context, step.id, null, "held", closed.detail);
  return endingOf(context, closed);
}

function notApproved(context: RunContext): Ending {
  const error = new OperatorError("cancelled", "the plan was not confirmed; nothing was changed", {
    hint: "Run the command again and type the cluster's name to go on.",
    place: { cluster: context.cluster.name },
  });
  return { outcome: "cancelled", error: errorValue(error), next: null };
}

function endingOf(context: RunContext, result: StepResult): Ending {
  switch (result.kind) {
    case "held":
      return { outcome: "held", error: null, next: result.next };
    case "blocked":
    case "failed":
    case "unknown":
      return {
        outcome: result.kind,
        error: errorValue(result.error),
        next: nextOf(context, result.error, result.kind),
      };
    case "done":
    case "skipped":
      throw new Error("a finished step does not end the run");
  }
}

/** A step threw: before any write its cause counts; after one, what is known of the cluster counts. */
function endingOfError(context: RunContext, error: OperatorError, step: string | null): Ending {
  const isCancelled = error.code === "cancelled";
  const isAfterWrite = hasWritten(context.state());
  if (!isAfterWrite) {
    endOpenStep(context, step, isCancelled ? "pending" : "failed", error.message);
    if (isCancelled) return { outcome: "cancelled", error: errorValue(stoppedInTime(context)), next: null };
    return { outcome: "failed", error: errorValue(error), next: null };
  }
  endOpenStep(context, step, isCancelled ? "pending" : outcomeAfterWrite(error.code), error.message);
  if (isCancelled) {
    return { outcome: "interrupted", error: errorValue(error), next: `itlctl resume ${context.run}` };
  }
  const outcome = outcomeAfterWrite(error.code);
  const code: ErrorCode = outcome === "unknown" ? "outcome-unknown" : "step-failed";
  const place = error.place;
  const told = new OperatorError(code, `after a write was sent: ${messageOf(error)}`, {
    hint: error.hint,
    place,
    cause: error,
  });
  return { outcome, error: errorValue(told), next: nextOf(context, told, outcome) };
}

/** After a write, a node that cannot be read leaves the outcome unknown; anything else is a failed step. */
function outcomeAfterWrite(code: ErrorCode): "unknown" | "failed" {
  return ["node-unreachable", "session-lost", "command-timed-out", "login-refused"].includes(code)
    ? "unknown"
    : "failed";
}

function endOpenStep(context: RunContext, step: string | null, outcome: StepOutcome, detail: string): void {
  if (step !== null) endStep(context, step, null, outcome, detail);
}

function nextOf(context: RunContext, error: OperatorError, outcome: RunOutcome): string {
  if (outcome === "blocked" || error.hint.includes(`resume ${context.run}`)) return error.hint;
  return hasWritten(context.state()) ? `${error.hint} (itlctl resume ${context.run})` : error.hint;
}

function stepPlace(step: string | null): { step?: string } {
  return step === null ? {} : { step };
}

function errorValue(error: OperatorError): RunError {
  return { code: error.code, message: error.message, hint: error.hint, place: error.place };
}

function end(context: RunContext, ending: Ending): RunState {
  const transcripts = recordTranscripts(context.stateFolder, context.run);
  context.record({ kind: "run-ended", ...ending, ...(transcripts === null ? {} : { transcripts }) });
  return context.state();
}
