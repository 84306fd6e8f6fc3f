// Journal lines in, spans out: steps, sent lines, holds that outlive their process, and the time in which nobody was at work.
import { describe, expect, test } from "vitest";
import type { JournalEntry, JournalEvent } from "../../src/run/journal-entry.ts";
import { durationText, runTimeline } from "../../src/report/run-timeline.ts";
import { renderTimelineSvg } from "../../src/report/timeline-as-svg.ts";
import { entries } from "./report-material.ts";

const at = (minute: number) => `2026-11-20T22:${String(minute).padStart(2, "0")}:00Z`;
const told = (...events: readonly (readonly [number, JournalEvent])[]): JournalEntry[] =>
  events.map(([minute, event], index) => ({ ...event, seq: index + 1, at: at(minute), previous: "" }));
const brief = (lines: readonly JournalEntry[]) =>
  runTimeline(lines).map(({ kind, step, startedAt, endedAt, outcome }) =>
    [kind, step, startedAt.slice(14, 16), endedAt?.slice(14, 16) ?? "open", outcome].join(" "),
  );

const started = (step: string): JournalEvent => ({ kind: "step-started", step, node: null });
const ended = (step: string, outcome: "done" | "held"): JournalEvent => ({
  ...{ kind: "step-ended", step, node: null, outcome, detail: "" },
});
const waiting = (step: string, until: string | null): JournalEvent => ({
  ...{ kind: "waiting", step, text: "wait", until },
});
const resumed: JournalEvent = { kind: "run-resumed", confirmed: null };
const sent: JournalEvent = {
  ...{ kind: "write-intended", step: "reset", node: "pub", line: "utils itl reset localkey", baseline: {} },
};

test("a hold lasts from the first wait to the word of a person, over the end of its process", () => {
  expect(brief(entries)).toEqual([
    ...["step preflight 00 01 done", "step reset 01 02 done", "write reset 01 02 answered"],
    ...[
      "step phones 02 02 held",
      "hold phones 02 40 ",
      "step phones 40 40 done",
      "step verify-normal 40 41 failed",
    ],
  ]);
});

test("a killed timed hold is one hold, and ends with its step", () => {
  const lines = told(
    ...([
      [1, started("hold")],
      [1, waiting("hold", at(6))],
      [3, resumed],
      [3, started("hold")],
    ] as const),
    ...([
      [3, waiting("hold", at(6))],
      [6, ended("hold", "done")],
    ] as const),
  );
  expect(brief(lines)).toEqual(["step hold 01 01 interrupted", "hold hold 01 06 ", "step hold 03 06 done"]);
});

test("a refusal that is waited out ends with the line that is sent then; a person's word after it is another wait", () => {
  const lines = told(
    ...([
      [1, started("regenerate")],
      [1, waiting("regenerate", at(4))],
      [2, waiting("regenerate", at(6))],
      [6, { ...sent, step: "regenerate" }],
      [8, ended("regenerate", "done")],
    ] as const),
    ...([
      [8, started("gate")],
      [8, waiting("gate", at(9))],
      [9, waiting("gate", null)],
      [12, { kind: "confirmed", step: "gate", by: "terminal" }],
    ] as const),
  );
  const holds = runTimeline(lines).filter(({ kind }) => kind === "hold");
  expect(holds.map(({ startedAt, endedAt, until }) => [startedAt, endedAt, until])).toEqual([
    [at(1), at(6), at(6)],
    [at(8), at(9), at(9)],
    [at(9), at(12), null],
  ]);
  const svg = renderTimelineSvg(runTimeline(lines), at(12));
  expect(svg).toContain("holds until 22:06:00: regenerate<");
  expect(svg).toContain("waits for a person: gate<");
  expect(svg.match(/class="striped wait"/g)).toHaveLength(1);
});

test("a step is drawn by what it did where that is all of it, and by itself where it failed or did more", () => {
  const labels = (lines: readonly JournalEntry[]) =>
    [...renderTimelineSvg(runTimeline(lines), at(9)).matchAll(/<text x="0" y="\d+">([^<]*)</g)].map(
      (match) => match[1],
    );
  const answered: JournalEvent = {
    ...{ kind: "write-ended", step: "reset", node: "pub", end: "answered", detail: "" },
  };
  const one = told([1, started("reset")], [1, sent], [4, answered], [4, ended("reset", "done")]);
  expect(labels(one)).toEqual(["pub&gt; utils itl reset localkey"]);
  const longer = told([1, started("reset")], [1, sent], [4, answered], [6, ended("reset", "done")]);
  expect(labels(longer)).toEqual(["reset", "pub&gt; utils itl reset localkey"]);
  const failed: JournalEvent = {
    ...{ kind: "step-ended", step: "reset", node: null, outcome: "failed", detail: "" },
  };
  expect(labels(told([1, started("reset")], [1, sent], [4, answered], [4, failed]))).toHaveLength(2);
  const two = told(
    [1, started("reset")],
    [1, sent],
    [4, answered],
    [4, sent],
    [4, answered],
    [4, ended("reset", "done")],
  );
  expect(labels(two)).toHaveLength(3);
});

test("what has not ended reaches beyond the last line of the journal", () => {
  const lines = told([1, started("phones")], [3, waiting("phones", null)]);
  const svg = renderTimelineSvg(runTimeline(lines), at(3));
  expect(svg).toMatch(/striped wait"[^>]* x="88%"[^>]* width="12%"/);
  expect(svg).toContain('text-anchor="end">not ended<');
});

test("a process that died leaves a pause, and a write of which nobody knows the end", () => {
  const lines = told([1, started("reset")], [2, sent], [9, resumed], [9, started("reset")]);
  expect(brief(lines)).toEqual([
    ...["step reset 01 02 interrupted", "write reset 02 02 unknown", "pause  02 09 "],
    "step reset 09 open ",
  ]);
});

test("giving up ends a hold", () => {
  const lines = told(
    [1, started("phones")],
    [1, waiting("phones", null)],
    [9, { kind: "abandoned", reason: "x" }],
  );
  expect(brief(lines)).toContain("hold phones 01 09 ");
});

describe("durations", () => {
  test.each([
    [at(0), at(0), "under 1 s"],
    [at(1), at(0), "under 1 s"],
    [at(0), at(59), "59 min"],
    ["2026-11-20T22:00:00Z", "2026-11-20T23:02:05Z", "1 h 2 min"],
    ["2026-11-20T22:00:00Z", "2026-11-24T22:00:12Z", "4 d 12 s"],
    [at(0), null, "not ended"],
    ["no time", at(0), "under 1 s"],
  ])("%s to %s: %s", (from, to, text) => {
    expect(durationText(from, to)).toBe(text);
  });
});

test("a clock that went back and a run of one moment still give a picture with numbers in it", () => {
  const back = told([9, started("reset")], [2, ended("reset", "done")]);
  const moment = told([9, started("reset")], [9, ended("reset", "done")]);
  for (const lines of [back, moment]) {
    const svg = renderTimelineSvg(runTimeline(lines), at(9));
    expect(svg).not.toMatch(/NaN|Infinity|="-/);
    expect(svg.match(/<g>/g)).toHaveLength(1);
  }
});
