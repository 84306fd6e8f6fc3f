import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDuration, renderDuration } from "../../src/base/duration.ts";

test.each([
  ["300s", 300_000],
  ["5m", 300_000],
  ["24h", 86_400_000],
  ["2d", 172_800_000],
  ["1h30m", 5_400_000],
  ["0s", 0],
])("%s is %i ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(["", "5", "m", "5 m", "-5m", "1.5h", "5M", "30m1h", "5m5m", "5m ", "99999999999d", "5min"])(
  "%j is not a duration",
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);

test("a duration is written in its largest whole units, parts of a second rounded up", () => {
  expect([300_000, 86_400_000, 90_000, 1, 0, -5].map(renderDuration)).toEqual([
    "5m",
    "1d",
    "1m30s",
    "1s",
    "0s",
    "0s",
  ]);
});

test("every whole number of seconds survives writing and reading", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (seconds) => {
      expect(parseDuration(renderDuration(seconds * 1000))).toBe(seconds * 1000);
    }),
  );
});
