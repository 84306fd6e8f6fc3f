// Anchors that end together, at the borders: the last day of the horizon, the last day of the gap.
import { describe, expect, test } from "vitest";
import {
  type Anchor,
  anchorGapDays,
  anchorsTogether,
  byExpiry,
  daysLeft,
} from "../../src/verdict/cert-order.ts";

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(nowMs + ms).toISOString();
const anchor = (unit: Anchor["unit"], endsMs: number, node = "pub"): Anchor => ({
  node,
  unit,
  notAfter: at(endsMs),
});
const together = (...anchors: readonly Anchor[]) =>
  anchorsTogether(anchors, { certificateDays: 100, nowMs }).map(
    ({ first, second }) => `${first.unit} ${first.node} before ${second.unit} ${second.node}`,
  );
const gapMs = anchorGapDays * dayMs;

test.each([
  ["ends inside the horizon", 100 * dayMs - 1, ["TVS pub before CallManager pub"]],
  ["ends with it", 100 * dayMs, []],
])("a pair of which the first %s", (_, endsMs, expected) => {
  expect(together(anchor("CallManager", endsMs + dayMs), anchor("TVS", endsMs))).toEqual(expected);
});

test.each([
  ["less than the gap", gapMs - 1, 1],
  ["the gap", gapMs, 0],
])("a pair of which the second ends later by %s", (_, laterMs, count) => {
  expect(together(anchor("CallManager", dayMs), anchor("ITLRecovery", dayMs + laterMs))).toHaveLength(count);
});

describe("what has ended", () => {
  test("is due now: together with everything else that has, however long ago", () => {
    expect(together(anchor("TVS", -400 * dayMs), anchor("CallManager", -dayMs))).toEqual([
      "TVS pub before CallManager pub",
    ]);
    expect(together(anchor("TVS", -400 * dayMs), anchor("CallManager", gapMs - 1))).toHaveLength(1);
    expect(together(anchor("TVS", -400 * dayMs), anchor("CallManager", gapMs))).toEqual([]);
  });

  test("has less than no day left from its first moment on", () => {
    expect([1, 0, -1].map((ms) => daysLeft({ notAfter: at(ms) }, nowMs))).toEqual([0, 0, -1]);
    expect(daysLeft({ notAfter: at(dayMs) }, nowMs)).toBe(1);
  });
});

test("anchors of one kind are no pair, and each pair of kinds is told once", () => {
  expect(together(anchor("TVS", dayMs), anchor("TVS", 2 * dayMs, "sub"))).toEqual([]);
  const three = [anchor("CallManager", 3 * dayMs), anchor("TVS", dayMs), anchor("ITLRecovery", 2 * dayMs)];
  expect(together(...three, anchor("TVS", dayMs, "sub"))).toEqual([
    "TVS pub before CallManager pub",
    "ITLRecovery pub before CallManager pub",
    "TVS pub before ITLRecovery pub",
  ]);
});

test("what ends together keeps its order", () => {
  const same = [anchor("TVS", dayMs, "a"), anchor("TVS", dayMs, "b"), anchor("TVS", 0, "c")];
  expect(byExpiry(same).map(({ node }) => node)).toEqual(["c", "a", "b"]);
});
