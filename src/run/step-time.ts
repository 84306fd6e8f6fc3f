// The clock and the playbook's window → whether a step may begin now, or the run is held.
import { isoTime } from "../base/clock.ts";
import { renderDuration } from "../base/duration.ts";
import type { Step } from "../playbook/step.ts";
import { judgeWindow } from "../verdict/change-window.ts";
import { estimateOf } from "./step-estimate.ts";
import type { HeldResult, RunContext } from "./step-kind.ts";

/** A clock may be set right by this much without anybody being asked. */
const clockPatienceMs = 60_000;

/** Null: it may begin. Held where this machine's clock went back behind the journal, or where a unit of work does not fit into the window. */
export function judgeTime(context: RunContext, step: Step): HeldResult | null {
  return judgeClock(context) ?? judgeFit(context, step);
}

/** Holds, settle times and windows are told by this clock: nothing is begun while it is behind what was written down. */
function judgeClock(context: RunContext): HeldResult | null {
  // Not the last line: one that was written after the clock went back has the wrong time itself.
  const times = context.journal.entries().map(({ at }) => Date.parse(at));
  const latest = Math.max(...times);
  const behindMs = latest - context.clock.now();
  if (behindMs <= clockPatienceMs) return null;
  const detail = `the clock of this machine went back by ${renderDuration(behindMs)} behind the journal, which was written until ${isoTime(latest)}`;
  return {
    ...{ kind: "held", node: null, detail, until: null },
    next: `Set the clock of this machine right, then: itlctl resume ${context.run}`,
  };
}

function judgeFit(context: RunContext, step: Step): HeldResult | null {
  const { window } = context.playbook;
  if (window === null || !isBeginning(context, step)) return null;
  const estimateMs = stepsOfWork(context, step).reduce((sum, each) => sum + estimateOf(each), 0);
  const verdict = judgeWindow(window, context.clock.now(), estimateMs);
  if (verdict.kind === "open") return null;
  const when = `${window.from} to ${window.until} ${window.timeZone}`;
  const work = `${step.work ?? step.id} takes about ${renderDuration(estimateMs)}`;
  if (verdict.kind === "never-fits") {
    const detail = `${work}: longer than the whole window (${when})`;
    const next = `Widen the window and plan anew: itlctl abandon ${context.run} --reason TEXT`;
    return { kind: "held", node: null, detail, until: null, next };
  }
  const until = isoTime(verdict.opensAtMs);
  const why = verdict.why === "outside" ? "it is closed now" : `what is left of it is too short: ${work}`;
  return {
    ...{ kind: "held", node: null, until },
    detail: `the window is ${when}, and ${why}`,
    next: `When the window opens (${until}): itlctl resume ${context.run}`,
  };
}

/** A step that changes the cluster and is the first of its unit of work: what was begun is finished, whatever the time. */
function isBeginning(context: RunContext, step: Step): boolean {
  const { steps } = context.state();
  const hasBegun = (id: string) => steps.some((state) => state.step === id && state.startedAt !== null);
  if (step.work === undefined) return isChange(step) && !hasBegun(step.id);
  return !stepsOfWork(context, step).some(({ id }) => hasBegun(id));
}

function stepsOfWork(context: RunContext, step: Step): readonly Step[] {
  const all = context.state().expanded ?? context.playbook.steps;
  return step.work === undefined ? [step] : all.filter(({ work }) => work === step.work);
}

function isChange({ verb }: Step): boolean {
  return ["reset", "regenerate", "restart-service", "update-ctl", "reset-ctl"].includes(verb);
}
