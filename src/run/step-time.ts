// The clock and the playbook's window → whether a step may begin now, or the run is held.
import { isoTime } from "../base/clock.ts";
import { renderDuration } from "../base/duration.ts";
import type { Step } from "../playbook/step.ts";
import { judgeWindow } from "../verdict/change-window.ts";
import { lastWrite } from "./replay.ts";
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

/**
 * A step of a unit of work (or that changes the cluster by itself) of which nothing has been sent yet. A hold that was waited
 * out, or a look that failed, has begun nothing: by the time it is over the window may be closed. Once a line was sent, the
 * unit is finished, whatever the time.
 */
function isBeginning(context: RunContext, step: Step): boolean {
  if (step.work === undefined && !isChange(step)) return false;
  return !stepsOfWork(context, step).some(({ id }) => hasSent(context, id));
}

/** A regeneration that the platform refused for its hold changed nothing, and has not begun either. */
function hasSent(context: RunContext, id: string): boolean {
  const last = context.journal
    .entries()
    .filter((entry) => entry.kind === "write-intended" || entry.kind === "node-ended")
    .findLast((entry) => entry.step === id);
  if (last?.kind === "node-ended" && last.outcome === "held") return false;
  return lastWrite(context.state(), id) !== undefined;
}

function stepsOfWork(context: RunContext, step: Step): readonly Step[] {
  const all = context.state().expanded ?? context.playbook.steps;
  return step.work === undefined ? [step] : all.filter(({ work }) => work === step.work);
}

function isChange({ verb }: Step): boolean {
  return ["reset", "regenerate", "restart-service", "update-ctl", "reset-ctl"].includes(verb);
}
