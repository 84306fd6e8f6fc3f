// Change windows in every zone and over every change of the clock, against the zone's own clock as Intl prints it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ChangeWindow, judgeWindow, type WindowState } from "../../src/verdict/change-window.ts";

const minuteMs = 60_000;
const zones = [
  ...["UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata"],
  ...[
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "America/St_Johns",
    "Pacific/Apia",
    "Asia/Gaza",
  ],
];

const formats = new Map(
  zones.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  ]),
);

/** "22:05", as a clock on the wall there shows. */
const wallOf = (timeZone: string, atMs: number) => formats.get(timeZone)?.format(atMs) ?? "";

/** Whether that wall clock is between the two times. */
function isInside({ from, until, timeZone }: ChangeWindow, atMs: number): boolean {
  const wall = wallOf(timeZone, atMs);
  return from < until ? from <= wall && wall < until : from <= wall || wall < until;
}

const two = (value: number) => String(value).padStart(2, "0");
const time = fc
  .integer({ min: 0, max: 24 * 12 - 1 })
  .map((at) => `${two(Math.floor(at / 12))}:${two((at % 12) * 5)}`);
const windows = fc
  .record({ from: time, until: time, timeZone: fc.constantFrom(...zones) })
  .filter(({ from, until }) => from !== until);

/** Days on which some zone's clock changed, and any other. */
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2035, 0) }),
  fc
    .record({
      year: fc.integer({ min: 2005, max: 2030 }),
      day: fc.constantFrom([2, 8], [2, 25], [9, 25], [10, 1], [3, 1], [9, 1], [11, 29]),
      ms: fc.integer({ min: 0, max: 8 * 86_400_000 }),
    })
    .map(({ year, day: [month, date], ms }) => Date.UTC(year, month ?? 0, date ?? 1) + ms),
);
const estimates = fc.integer({ min: 0, max: 26 * 60 }).map((minutes) => minutes * minuteMs);

/** How far the clock of the zone jumps within a day of this instant: then some windows are shorter, longer or gone. */
function doesClockChange(timeZone: string, atMs: number): boolean {
  const day = (at: number) => wallOf(timeZone, at);
  return [-36, -24, -12, 12, 24, 36, 48].some(
    (hours) => day(atMs) !== day(atMs + hours * 3_600_000 + (hours % 24 === 0 ? 0 : 12 * 3_600_000)),
  );
}

const anywhere = { numRuns: 400 };

test("while a window is open, the clock there is between its two times, to the end", () => {
  fc.assert(
    fc.property(windows, instants, estimates, fc.nat({ max: 1000 }), (window, nowMs, estimateMs, part) => {
      const state = judgeWindow(window, nowMs, estimateMs);
      if (state.kind !== "open" || state.closesAtMs === null) return;
      expect(state.closesAtMs - nowMs).toBeGreaterThanOrEqual(estimateMs);
      expect(state.closesAtMs).toBeGreaterThan(nowMs);
      const within = nowMs + Math.floor(((state.closesAtMs - 1 - nowMs) * part) / 1000);
      expect([isInside(window, nowMs), isInside(window, within)]).toEqual([true, true]);
      // Where the clock jumps past both times, the next window begins as this one ends.
      const after = judgeWindow(window, state.closesAtMs, 0);
      if (isInside(window, state.closesAtMs)) expect(after).toMatchObject({ kind: "open" });
    }),
    anywhere,
  );
});

test("what is closed opens later, where the work fits, and not a moment before", () => {
  fc.assert(
    fc.property(windows, instants, estimates, fc.nat({ max: 1000 }), (window, nowMs, estimateMs, part) => {
      const state = judgeWindow(window, nowMs, estimateMs);
      if (state.kind !== "closed") return;
      expect(state.opensAtMs).toBeGreaterThan(nowMs);
      expect(judgeWindow(window, state.opensAtMs, estimateMs).kind).toBe("open");
      const meanwhile = nowMs + Math.floor(((state.opensAtMs - 1 - nowMs) * part) / 1000);
      expect(judgeWindow(window, meanwhile, estimateMs).kind).toBe("closed");
      expect(judgeWindow(window, state.opensAtMs - 1, estimateMs).kind).toBe("closed");
    }),
    anywhere,
  );
});

test("away from changes of the clock, open is what the wall clock says", () => {
  fc.assert(
    fc.property(windows, instants, (window, nowMs) => {
      fc.pre(!doesClockChange(window.timeZone, nowMs));
      const state = judgeWindow(window, nowMs, 0);
      expect(state.kind).toBe(isInside(window, nowMs) ? "open" : "closed");
      if (state.kind === "closed") expect(state.opensAtMs - nowMs).toBeLessThanOrEqual(86_400_000);
    }),
    anywhere,
  );
});

test("work that is longer than the window never fits, and any other fits within days", () => {
  fc.assert(
    fc.property(windows, instants, estimates, (window, nowMs, estimateMs) => {
      const [from, until] = [window.from, window.until].map(
        (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)),
      );
      const lengthMs = (((((until ?? 0) - (from ?? 0)) % 1440) + 1440) % 1440) * minuteMs;
      const state: WindowState = judgeWindow(window, nowMs, estimateMs);
      expect(state.kind === "never-fits").toBe(estimateMs > lengthMs);
      if (state.kind === "closed") expect(state.opensAtMs - nowMs).toBeLessThan(5 * 86_400_000);
    }),
    anywhere,
  );
});
