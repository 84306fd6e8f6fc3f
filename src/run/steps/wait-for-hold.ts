// Holds of nodes → waited out with a countdown, or the run held until then; the deadline is on disk before the wait.
import { isoTime } from "../../base/clock.ts";
import { renderDuration } from "../../base/duration.ts";
import { type ClockWentBack, type HoldState, type NodeHold, restOf } from "../node-hold.ts";
import type { RunContext, StepResult } from "../step-kind.ts";
import { sleep, throwIfInterrupted } from "./timed-wait.ts";

const tickMs = 1000;
/** A wait longer than this keeps no session open: the platform ends idle ones, and there are few. */
const sessionIdleMs = 60_000;

/**
 * Waits until the last of the holds is over; null: it is. `waiting` comes every second, in words that change every minute
 * and at the end. Where nobody waits, or the clock went back, the result says what to do then.
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
  return countDown(context, last, (rest) =>
    context.events.emit({ kind: "waiting", step, what: `${text}, at most ${rest} left`, until }),
  );
}

async function countDown(
  context: RunContext,
  hold: NodeHold,
  tell: (rest: string) => void,
): Promise<StepResult | null> {
  let isFirst = true;
  for (;;) {
    throwIfInterrupted(context);
    const rest = restOf(context, hold);
    if (rest.kind === "over") return null;
    if (rest.kind === "clock-went-back") return heldByClock(context, rest);
    if (isFirst && rest.ms > sessionIdleMs) await context.pool.closeAll();
    isFirst = false;
    tell(roundedRest(rest.ms));
    await sleep(context, Math.min(tickMs, rest.ms));
  }
}

/** What is left, in steps that do not flood a log: whole minutes, then below 30 and 10 seconds. */
function roundedRest(ms: number): string {
  if (ms > 30_000) return renderDuration(Math.ceil(ms / 60_000) * 60_000);
  return ms > 10_000 ? "30s" : "10s";
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
