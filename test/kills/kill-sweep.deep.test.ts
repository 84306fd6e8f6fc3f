// Every process of a recovery killed at every line of its journal: it ends as if nobody had, and nothing is sent twice.
// Two combinations by default; ITLCTL_KILLS=usual sweeps those of docs/reliability.md, =all every release, key and place;
// ITLCTL_WRITE_DOCS=1 writes the counts into that page.
import { afterAll, describe, expect, test, vi } from "vitest";
import { type Combination, type SweepCount, sweep } from "./kill-sweep.ts";
import { writeKillsTable } from "./kills-table.ts";

const releases = ["10.0", "11.5", "12.5", "15"] as const;
const every = ["after", "torn", "unflushed", "heard"] as const;
const all: readonly Combination[] = every.flatMap((place) =>
  releases.flatMap((release) => [
    { release, key: "local", place },
    { release, key: "remote", place },
  ]),
);
const usual: readonly Combination[] = [
  ...releases.map((release) => ({ release, key: "local", place: "after" }) as const),
  { release: "11.5", key: "remote", place: "torn" },
  { release: "12.5", key: "remote", place: "unflushed" },
  { release: "11.5", key: "local", place: "heard", by: 5 },
];
const few: readonly Combination[] = [
  { release: "11.5", key: "local", place: "after" },
  { release: "12.5", key: "remote", place: "unflushed" },
];
const isWriting = process.env["ITLCTL_WRITE_DOCS"] === "1";
const wanted = process.env["ITLCTL_KILLS"] ?? (isWriting ? "usual" : "few");
const chosen = wanted === "all" ? all : wanted === "usual" ? usual : few;
const counts = new Map<Combination, SweepCount>();
vi.setConfig({ maxConcurrency: 2, testTimeout: 3_600_000 });

describe.concurrent("killed at every line", () => {
  test.each(chosen)("release $release, $key key, $place", async (combination) => {
    const count = await sweep(combination);
    counts.set(combination, count);
    // The longest process of a run writes at least half of its lines.
    if (combination.place !== "heard") expect(count.runs).toBeGreaterThanOrEqual(18);
    if (combination.place === "after") expect(count.kills).toBe(count.lines);
    expect(count.kills).toBeGreaterThanOrEqual(count.runs);
  });
});

afterAll(() => {
  const ended = chosen.flatMap((combination) => counts.get(combination) ?? []);
  if (isWriting && ended.length === chosen.length) writeKillsTable(ended);
});
