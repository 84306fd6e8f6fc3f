// Every process of a run killed at the lines of its journal: it ends as if nobody had, and nothing is sent twice.
// A few combinations by default; ITLCTL_KILLS=usual sweeps those of docs/reliability.md, =all every shipped playbook at every
// line of every release; ITLCTL_KILLS=certificates (or another story) those of the page for it. ITLCTL_WRITE_DOCS=1 writes the rows.
import { describe, expect, test, vi } from "vitest";
import { type Combination, sweep } from "./kill-sweep.ts";
import { writeKillsRow } from "./kills-table.ts";

const releases = ["10.0", "11.5", "12.5", "15"] as const;
const places = ["after", "torn", "unflushed", "heard"] as const;
const all: readonly Combination[] = [
  ...places.flatMap((place) =>
    releases.flatMap((release) => [
      { release, story: "local", place } as const,
      { release, story: "remote", place } as const,
    ]),
  ),
  ...releases.flatMap((release) => [
    { release, story: "backup", place: "after" } as const,
    { release, story: "renewal", place: "after", how: "each" } as const,
    { release, story: "certificates", place: "after", how: "each" } as const,
  ]),
];
const usual: readonly Combination[] = [
  ...releases.map((release) => ({ release, story: "local", place: "after" }) as const),
  { release: "11.5", story: "remote", place: "torn" },
  { release: "12.5", story: "remote", place: "unflushed" },
  { release: "11.5", story: "local", place: "heard", by: 5 },
  { release: "11.5", story: "backup", place: "after" },
  { release: "15", story: "renewal", place: "after", how: "each" },
  { release: "11.5", story: "certificates", place: "after", how: "each" },
  { release: "11.5", story: "renewal", place: "after", how: "each" },
  { release: "12.5", story: "renewal", place: "torn", how: "always", lines: [8, 8] },
  { release: "11.5", story: "renewal", place: "after", how: "always", lines: [7, 7] },
  { release: "15", story: "renewal", place: "after", how: "always", lines: [7, 7] },
  { release: "11.5", story: "certificates", place: "after", how: "always", lines: [7, 7] },
  { release: "15", story: "certificates", place: "after", how: "always", lines: [6, 6] },
];
const few: readonly Combination[] = [
  { release: "11.5", story: "local", place: "after" },
  { release: "12.5", story: "remote", place: "unflushed", by: 2 },
  { release: "15", story: "renewal", place: "after", how: "always", lines: [7, 7] },
  { release: "11.5", story: "certificates", place: "torn", how: "always", lines: [8, 8] },
];
const isWriting = process.env["ITLCTL_WRITE_DOCS"] === "1";
const wanted = process.env["ITLCTL_KILLS"] ?? (isWriting ? "usual" : "few");
const chosen =
  { all, usual, few }[wanted as "all"] ??
  usual.filter(({ story, release, how = "once" }) =>
    wanted.split(",").some((word) => word === story || word === `${story}-${release}-${how}`),
  );
vi.setConfig({ maxConcurrency: 2, testTimeout: 4 * 3_600_000 });

describe.concurrent("killed at the lines of its journal", () => {
  test.each(chosen)("release $release, $story, $place", async (combination) => {
    const count = await sweep(combination);
    const { place, how = "once", lines, by = 1, story } = combination;
    if (isWriting) writeKillsRow(count);
    else process.stdout.write(`${JSON.stringify({ ...count, story })}\n`);
    expect(count.kills).toBeGreaterThanOrEqual(count.runs);
    const isWhole = place === "after" && how !== "always" && lines === undefined && by === 1;
    if (isWhole) expect(count.missed).toEqual([]);
    if (isWhole && how === "once" && (story === "local" || story === "remote"))
      expect(count.kills).toBe(count.lines);
  });
});
