// Waiting inside a run: a deadline written down first, then the clock; what is waited for is said while it lasts.
import { isoTime } from "../../base/clock.ts";
import { renderDuration } from "../../base/duration.ts";
import { OperatorError } from "../../base/errors.ts";
import type { RunContext, StepResult } from "../step-kind.ts";

/** Tries until it is true or the time is over; true when it became true. Waits `everyMs` between tries. */
export async function waitUntil(
  context: RunContext,
  step: string,
  what: string,
  limits: { readonly forMs: number; readonly everyMs: number },
  isReached: () => Promise<boolean>,
): Promise<boolean> {
  const deadline = context.clock.now() + limits.forMs;
  for (;;) {
    if (await isReached()) return true;
    if (context.clock.now() + limits.everyMs > deadline) return false;
    context.events.emit({ kind: "waiting", step, what, until: isoTime(deadline) });
    await sleep(context, limits.everyMs);
  }
}

/** Sleeps on the run's clock; an interrupt ends it as `cancelled`. */
export async function sleep(context: RunContext, ms: number): Promise<void> {
  try {
    await context.clock.sleep(ms, context.signal);
  } catch (error) {
    if (context.signal?.aborted) throw interrupted();
    throw error;
  }
}

/**
 * Gives a write that may still be at work its time: the deadline (`settledAt`, ms) goes to the journal, then it is
 * waited out without open sessions, and null says to look again. Where nobody waits, the run is held until then.
 */
export async function waitToSettle(
  context: RunContext,
  step: string,
  node: string,
  text: string,
  settledAt: number,
): Promise<StepResult | null> {
  const until = isoTime(settledAt);
  context.record({ kind: "waiting", step, text, until });
  if (!context.isWaiting) {
    const next = `Resume after ${until}: itlctl resume ${context.run}`;
    return { kind: "held", node, detail: text, until, next };
  }
  await context.pool.closeAll();
  const restMs = settledAt - context.clock.now();
  context.events.emit({ kind: "waiting", step, what: `${text} (${renderDuration(restMs)})`, until });
  await sleep(context, restMs);
  return null;
}

/** Throws `cancelled` when the operator pressed Ctrl-C; called between a step's parts, never inside a write. */
export function throwIfInterrupted(context: RunContext): void {
  if (context.signal?.aborted) throw interrupted();
}

/** What an interrupt ends a step as. */
export function interrupted(): OperatorError {
  return new OperatorError("cancelled", "interrupted by the operator", {
    hint: "Go on with `itlctl resume`, or end it with `itlctl abandon`.",
  });
}
