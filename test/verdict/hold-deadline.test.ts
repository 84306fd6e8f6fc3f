// Holds at their borders: the very second at which one ends, and a clock that stepped back by the most that is borne.
import { describe, expect, test } from "vitest";
import { holdSeenOnNode, latestHold, remainingHold } from "../../src/verdict/hold-deadline.ts";

const start = Date.UTC(2026, 0, 1);
const holdMs = 300_000;
const at = (ms: number) => new Date(start + ms).toISOString();

test.each([
  // Whole seconds are read: one of them may not be over yet.
  [299_000, start + 2000],
  [300_000, start + 1000],
  [301_000, null],
  [302_000, null],
  [86_400_000, null],
])("a certificate that is %i ms old by the node's clock holds until %j", (ageMs, until) => {
  const seen = { notBefore: at(0), nodeUtc: at(ageMs), lookedAtMs: start, holdMs };
  expect(holdSeenOnNode(seen)).toBe(until);
});

test("of holds that end at one moment it is that moment, in whatever order they stand", () => {
  expect(latestHold([start, start])).toBe(start);
  expect([latestHold([null, start]), latestHold([start, null])]).toEqual([start, start]);
  expect(latestHold([start + 2, start + 1, null])).toBe(start + 2);
});

describe("what is left of a hold that was written down", () => {
  const left = (untilMs: number, nowMs: number) =>
    remainingHold({ untilMs: start + untilMs, recordedAtMs: start, nowMs: start + nowMs, holdMs });

  test("is over at its very end, and not a millisecond before", () => {
    expect(left(100_000, 99_999)).toEqual({ kind: "wait", ms: 1 });
    expect(left(100_000, 100_000)).toEqual({ kind: "over" });
    expect(left(0, 0)).toEqual({ kind: "over" });
  });

  test("is more where the clock went back, and at most the hold", () => {
    expect(left(100_000, -30_000)).toEqual({ kind: "wait", ms: 130_000 });
    expect(left(holdMs, -30_000)).toEqual({ kind: "wait", ms: holdMs });
    expect(left(holdMs - 10_000, -30_000)).toEqual({ kind: "wait", ms: holdMs });
  });

  test("is all of a hold that was meant to be longer than the platform's", () => {
    expect(left(2 * holdMs, 0)).toEqual({ kind: "wait", ms: 2 * holdMs });
    expect(left(2 * holdMs, -30_000)).toEqual({ kind: "wait", ms: 2 * holdMs });
    expect(left(2 * holdMs, 10_000)).toEqual({ kind: "wait", ms: 2 * holdMs - 10_000 });
  });

  test("is told for a clock that went back by a minute, and for none that went back further", () => {
    expect(left(100_000, -60_000)).toEqual({ kind: "wait", ms: 160_000 });
    expect(left(100_000, -60_001)).toEqual({ kind: "clock-went-back", byMs: 60_001 });
  });
});
