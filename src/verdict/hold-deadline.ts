// When a certificate changed, and by whose clock, to when the platform lets the next one be regenerated on that node.

/** Platform and certificates name whole seconds; an age read from two of them may be one second too long. */
const wholeSecondMs = 1000;

/** How far a clock may step back before a recorded deadline means nothing any more. */
const clockStepLimitMs = 60_000;

/** After our own regeneration: from the line of success on. */
export function holdAfterChange(atMs: number, holdMs: number): number {
  return atMs + holdMs;
}

/**
 * After a regeneration behind our back: the deadline by our clock, from the certificate's age by the node's clock, so that
 * no skew shortens it; null where the hold is over. `notBefore` and `nodeUtc` ISO 8601; a certificate from the node's
 * future has age 0, and where one of the two cannot be read the hold is a full one.
 */
export function holdSeenOnNode(input: {
  readonly notBefore: string | null;
  readonly nodeUtc: string | null;
  readonly lookedAtMs: number;
  readonly holdMs: number;
}): number | null {
  const { lookedAtMs, holdMs } = input;
  const readMs = Date.parse(input.nodeUtc ?? "") - Date.parse(input.notBefore ?? "") - wholeSecondMs;
  const ageMs = Number.isNaN(readMs) ? 0 : Math.max(0, readMs);
  return ageMs >= holdMs ? null : lookedAtMs + holdMs - ageMs;
}

/** The last of them; null where none holds. */
export function latestHold(deadlines: readonly (number | null)[]): number | null {
  return deadlines.reduce<number | null>(
    (latest, each) => (each === null || (latest !== null && latest >= each) ? latest : each),
    null,
  );
}

export type RemainingHold =
  | { readonly kind: "over" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "clock-went-back"; readonly byMs: number };

/**
 * What is left of a hold that was written down at `recordedAtMs`. A clock that stands more than a minute before that time
 * was set back: nobody can say what is left. A smaller step lengthens the wait by nothing beyond the hold.
 */
export function remainingHold(input: {
  readonly untilMs: number;
  readonly recordedAtMs: number;
  readonly nowMs: number;
  readonly holdMs: number;
}): RemainingHold {
  const { untilMs, recordedAtMs, nowMs, holdMs } = input;
  const byMs = recordedAtMs - nowMs;
  if (byMs > clockStepLimitMs) return { kind: "clock-went-back", byMs };
  const mostMs = Math.max(holdMs, untilMs - recordedAtMs);
  const ms = Math.min(untilMs - nowMs, mostMs);
  return ms > 0 ? { kind: "wait", ms } : { kind: "over" };
}
