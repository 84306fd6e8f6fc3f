// Holds against a platform that counts five minutes by its own clock: whatever the skew, nobody is early and nobody late.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  holdAfterChange,
  holdSeenOnNode,
  latestHold,
  remainingHold,
} from "../../src/verdict/hold-deadline.ts";
import { isoTime } from "../../src/base/clock.ts";

const start = Date.UTC(2026, 0, 1);
const holdMs = 300_000;
const skews = fc.integer({ min: -400 * 86_400_000, max: 400 * 86_400_000 });

test("a regeneration behind our back is waited out whatever the node's clock says, and at most a second longer", () => {
  fc.assert(
    fc.property(
      skews,
      fc.integer({ min: 0, max: 2 * holdMs }),
      fc.nat({ max: 999 }),
      (skewMs, agoMs, partMs) => {
        const lookedAtMs = start + partMs;
        const freeAtMs = lookedAtMs - agoMs + holdMs;
        const until = holdSeenOnNode({
          notBefore: isoTime(lookedAtMs - agoMs + skewMs),
          nodeUtc: isoTime(lookedAtMs + skewMs),
          lookedAtMs,
          holdMs,
        });
        if (until === null) expect(freeAtMs).toBeLessThanOrEqual(lookedAtMs);
        else {
          expect(until).toBeGreaterThanOrEqual(freeAtMs);
          expect(until).toBeLessThanOrEqual(Math.min(lookedAtMs + holdMs, freeAtMs + 2000));
        }
      },
    ),
  );
});

test.each([
  ["a certificate from the node's future", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"],
  ["a node whose clock cannot be read", "2020-01-01T00:00:00Z", null],
  ["a certificate whose start cannot be read", null, "2026-01-01T00:00:00Z"],
  ["a time that is none", "yesterday", "2026-01-01T00:00:00Z"],
])("%s makes the hold a full one", (_, notBefore, nodeUtc) => {
  expect(holdSeenOnNode({ notBefore, nodeUtc, lookedAtMs: start, holdMs })).toBe(start + holdMs);
});

test("our own regeneration holds from its success on, and the last of several holds counts", () => {
  expect(holdAfterChange(start, holdMs)).toBe(start + holdMs);
  expect(latestHold([])).toBeNull();
  expect(latestHold([null, null])).toBeNull();
  expect(latestHold([start + 1, null, start + 3, start + 2])).toBe(start + 3);
});

test("a hold that is read again later is neither shortened nor begun anew", () => {
  fc.assert(
    fc.property(fc.nat({ max: holdMs }), fc.nat({ max: 2 * holdMs }), (leftMs, laterMs) => {
      const rest = remainingHold({
        untilMs: start + leftMs,
        recordedAtMs: start,
        nowMs: start + laterMs,
        holdMs,
      });
      expect(rest).toEqual(laterMs >= leftMs ? { kind: "over" } : { kind: "wait", ms: leftMs - laterMs });
    }),
  );
});

test("a clock that went back a little never shortens what was left, and never asks for more than the hold", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: holdMs }), fc.nat({ max: 60_000 }), (leftMs, backMs) => {
      const rest = remainingHold({
        untilMs: start + leftMs,
        recordedAtMs: start,
        nowMs: start - backMs,
        holdMs,
      });
      if (rest.kind !== "wait") throw new Error(rest.kind);
      expect(rest.ms).toBeGreaterThanOrEqual(leftMs);
      expect(rest.ms).toBeLessThanOrEqual(holdMs);
    }),
  );
});

test.each([60_001, 3_600_000])("a clock that went back by %i ms is told, whatever was left", (byMs) => {
  const at = { recordedAtMs: start, nowMs: start - byMs, holdMs };
  expect(remainingHold({ ...at, untilMs: start + 1 })).toEqual({ kind: "clock-went-back", byMs });
  expect(remainingHold({ ...at, untilMs: start + holdMs })).toEqual({ kind: "clock-went-back", byMs });
});
