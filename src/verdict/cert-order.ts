// Dates of certificates in; what ends first, how long that is, and which trust anchors end too close to each other out.

const dayMs = 86_400_000;

/** Anything with an end; ISO 8601 UTC. */
export interface Ending {
  readonly notAfter: string;
}

/** What ends first stands first; what ends together keeps its order. */
export function byExpiry<Item extends Ending>(items: readonly Item[]): Item[] {
  return items.toSorted((one, other) => Date.parse(one.notAfter) - Date.parse(other.notAfter));
}

/** Whole days, rounded down: 0 on the last day, negative once it is over. */
export function daysLeft({ notAfter }: Ending, nowMs: number): number {
  return Math.floor((Date.parse(notAfter) - nowMs) / dayMs);
}

/** What phones judge lists by; one of them at a time in the whole cluster. */
export const anchorUnits = ["CallManager", "TVS", "ITLRecovery"] as const;

export type AnchorUnit = (typeof anchorUnits)[number];

export interface Anchor extends Ending {
  readonly node: string;
  readonly unit: AnchorUnit;
}

/** `first` has to be renewed no later than `second`. */
export interface AnchorPair {
  readonly first: Anchor;
  readonly second: Anchor;
}

/**
 * The time that phones need to follow one anchor before another may change, and the change window in between: itlctl's
 * own measure, for phones that are away for weeks; the platform has none.
 */
export const anchorGapDays = 30;

/**
 * For each two kinds of anchors the pair that is due first, where one of them ends inside the horizon and the other less than
 * `anchorGapDays` later. What has ended is due now, so that two that have ended are due together however long ago each did.
 */
export function anchorsTogether(
  anchors: readonly Anchor[],
  { certificateDays, nowMs }: { readonly certificateDays: number; readonly nowMs: number },
): AnchorPair[] {
  const due = (anchor: Anchor) => Math.max(Date.parse(anchor.notAfter), nowMs);
  const sorted = byExpiry(anchors);
  const isPair = (first: Anchor, second: Anchor) =>
    due(first) - nowMs < certificateDays * dayMs && due(second) - due(first) < anchorGapDays * dayMs;
  const kinds = anchorUnits.flatMap((one, at) => anchorUnits.slice(at + 1).map((other) => [one, other]));
  return kinds.flatMap((kind) => {
    const ofKind = sorted.filter(({ unit }) => kind.includes(unit));
    // The closest successor of another unit is the next one in order that is not of the same unit.
    for (const [at, first] of ofKind.entries()) {
      const second = ofKind.slice(at + 1).find(({ unit }) => unit !== first.unit);
      if (second !== undefined && isPair(first, second)) return [{ first, second }];
    }
    return [];
  });
}
