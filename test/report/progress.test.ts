// Events of a run in, lines out: a wait is told once; what is left of it ticks on a terminal, and is said now and then elsewhere.
import { beforeEach, describe, expect, test } from "vitest";
import { openPlainProgress } from "../../src/report/progress-as-plain.ts";
import { openProgress } from "../../src/report/progress.ts";
import { paintWith } from "../../src/report/paint.ts";
import type { RunEvent } from "../../src/run/events.ts";

const start = Date.parse("2026-11-20T22:00:00Z");
const until = "2026-11-20T22:05:00Z";
const done: RunEvent = { kind: "step-ended", step: "hold", outcome: "done", detail: "over" };
const waiting = (what: string, to: string | null = until): RunEvent => ({
  ...{ kind: "waiting", step: "hold", what, until: to },
});

let now = start;
let shown: string[] = [];
const listeners = new Set<() => void>();
const everySecond = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
beforeEach(() => {
  now = start;
  shown = [];
  listeners.clear();
});

/** The clock as a timer meets it: a second at a time, never early. */
function pass(seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    now += 1000;
    for (const listener of listeners) listener();
  }
}

const write = (line: string) => shown.push(line);
const look = { width: 200, paint: paintWith(false), now: () => now, everySecond };
const first = `  waiting for the hold on pub to end (5m left, until ${until} at the latest)`;

describe("at a terminal", () => {
  const open = () => openProgress(write, { ...look, draw: (line) => shown.push(`~${line}`) });

  test("one line ticks each second, and is gone when the wait ends", () => {
    const tell = open();
    tell(waiting("the hold on pub to end"));
    pass(2);
    tell(done);
    pass(2);
    expect(shown).toEqual([
      ...[first, "~  5m left", "~  4m59s left", "~  4m58s left", "~"],
      "hold: done: over",
    ]);
    expect(listeners.size).toBe(0);
  });

  test("a wait that says each second what is left is told once, and drawn once a second", () => {
    const tell = open();
    for (const left of ["5m", "5m", "4m"]) {
      tell(waiting(`the hold on pub to end, at most ${left} left`));
      pass(1);
    }
    expect(shown.filter((line) => !line.startsWith("~"))).toEqual([first]);
    expect(shown.filter((line) => line.startsWith("~"))).toEqual([
      ...["~  5m left", "~  4m59s left", "~  4m58s left", "~  4m57s left"],
    ]);
  });

  test("how long a wait was to take is not said twice", () => {
    open()(waiting("a reset to settle on pub (CallManager) (4m59s)"));
    expect(shown[0]).toContain("settle on pub (CallManager) (5m left, ");
  });

  test("a deadline that moves is told, and counted to", () => {
    const tell = open();
    tell(waiting("a refusal to be over"));
    tell(waiting("a refusal to be over", "2026-11-20T22:09:00Z"));
    pass(1);
    expect(shown.slice(2)).toEqual([
      "  waiting for a refusal to be over (9m left, until 2026-11-20T22:09:00Z at the latest)",
      "~",
      ...["~  9m left", "~  8m59s left"],
    ]);
    expect(listeners.size).toBe(1);
  });

  test("a wait for a person has no countdown, and ends the one before", () => {
    const tell = open();
    tell(waiting("the hold on pub to end"));
    tell(waiting("you: reset the phones", null));
    pass(5);
    expect(shown.slice(2)).toEqual(["~", "  waiting for you: reset the phones"]);
  });

  test("a deadline that is over shows nothing left, not less", () => {
    const tell = open();
    tell(waiting("x", "2026-11-20T22:00:02Z"));
    pass(5);
    expect(shown.slice(1)).toEqual(["~  2s left", "~  1s left", "~  0s left"]);
  });
});

const lines = [
  [
    "in a log",
    (): ((event: RunEvent) => void) => openProgress(write, { ...look, draw: null }),
    "  still waiting:",
  ],
  ["with --plain", () => openPlainProgress(write, { now: () => now, everySecond }), "still waiting:"],
] as const;

describe.each(lines)("%s", (_where, open, still) => {
  const rests = () =>
    shown.filter((line) => line.startsWith(still)).map((line) => line.slice(still.length + 1));

  test("a line at the start, and one a minute", () => {
    const tell = open();
    tell(waiting("the hold on pub to end"));
    pass(300);
    expect(shown[0]).toContain("the hold on pub to end");
    expect(shown[0]).toContain("5m left");
    expect(shown[0]).toContain(`until ${until} at the latest`);
    expect(rests()).toEqual(["4m left", "3m left", "2m left", "1m left", "0s left"]);
    expect(shown).toHaveLength(6);
    tell(done);
    pass(60);
    expect(shown).toHaveLength(7);
  });

  test("a long wait is said less often", () => {
    open()(waiting("the window to open", "2026-11-21T00:00:00Z"));
    pass(2 * 3600);
    expect(rests()).toEqual([
      ...["1h30m left", "1h left", "55m left", "50m left", "45m left", "40m left", "35m left", "30m left"],
      ...[
        "25m left",
        "20m left",
        "15m left",
        "10m left",
        "9m left",
        "8m left",
        "7m left",
        "6m left",
        "5m left",
      ],
      ...["4m left", "3m left", "2m left", "1m left", "0s left"],
    ]);
  });

  test("text of others steers nothing", () => {
    open()(waiting("\u001b[2Jx"));
    expect(shown[0]).not.toContain("\u001b");
  });
});
