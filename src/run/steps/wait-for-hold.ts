// Holds of nodes → waited out and told every second, or the run held until then; the deadline is on disk before the wait.
import { isoTime } from "../../base/clock.ts";
import { renderDuration } from "../../base/duration.ts";
import { type ClockWentBack, type HoldState, type NodeHold, restOf } from "../node-hold.ts";
import type { RunContext, StepResult } from "../step-kind.ts";
import { sleep, throwIfInterrupted } from "./timed-wait.ts";

const tickMs = 1000;
/** A wait longer than this keeps no session open: the platform ends idle ones, and there are few. */
const sessionIdleMs = 60_000;

/**
 * Waits until the last of the holds is over; null: it is. `waiting` comes every second in the same words, so that who shows
 * it can count down. Where nobody waits, or the clock went back, the result says what to do then.
 */
export async function waitForHolds(
  context: RunContext,
  step: string,
  states: readonly HoldState[],
): Promise<StepResult | null> {
  const back = states.find((state) => state.kind === "clock-went-back");
  if (back !== undefined) return heldByClock(context, back);
  const holds = states.flatMap((state) => (state.kind === "held" ? [state.hold] : []));
  const last = holds.toSorted((one, other) => other.untilMs - one.untilMs)[0];
  if (last === undefined) return null;
  const until = isoTime(Math.ceil(last.untilMs / 1000) * 1000);
  const text = `the hold on ${holds.map(({ node, because }) => `${node} (${because})`).join(", ")} to end`;
  context.record({ kind: "waiting", step, text, until });
  if (!context.isWaiting) {
    const next = `Resume after ${until}: itlctl resume ${context.run}`;
    return { kind: "held", node: last.node, detail: `waits for ${text}`, until, next };
  }
  return waitOut(context, last, () => context.events.emit({ kind: "waiting", step, what: text, until }));
}

async function waitOut(context: RunContext, hold: NodeHold, tell: () => void): Promise<StepResult | null> {
  let isFirst = true;
  for (;;) {
    throwIfInterrupted(context);
    const rest = restOf(context, hold);
    if (rest.kind === "over") return null;
    if (rest.kind === "clock-went-back") return heldByClock(context, rest);
    if (isFirst && rest.ms > sessionIdleMs) await context.pool.closeAll();
    isFirst = false;
    tell();
    await sleep(context, Math.min(tickMs, rest.ms));
  }
}

function heldByClock(context: RunContext, { byMs }: ClockWentBack): StepResult {
  return {
    kind: "held",
    node: null,
    detail: `the clock of this machine went back by ${renderDuration(byMs)}: how long a hold lasts cannot be known; nothing was sent`,
    until: null,
    next: `Set the clock of this machine right, then resume: itlctl resume ${context.run}`,
  };
}
