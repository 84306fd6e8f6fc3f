// The bench, small and without a build: that it runs to its end and says what it says it measures.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { BenchResult } from "../bench/bench-result.ts";
import { floorMs } from "../bench/floor.ts";
import { renderPerformance, withTables } from "../bench/performance-page.ts";
import { projectRoot } from "./support/source-files.ts";

test("the bench measures sweeps, start-up, a recovery, backups, an export and parsing in one run", async () => {
  const words = ["--import", "tsx", "bench/bench.ts", "--quick", "--json", "--tool", "src/bin.ts"];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: projectRoot });
  const result = JSON.parse(stdout) as BenchResult;
  expect(result.sweeps.map(({ nodes, parallel }) => [nodes, parallel])).toEqual([
    [6, 6],
    [6, 2],
  ]);
  for (const sweep of result.sweeps) {
    expect(sweep.floorMs).toBeGreaterThanOrEqual(result.promptMs + sweep.mostCommands * result.answerMs);
    for (const wallMs of [sweep.toolMs, sweep.bareMs]) expect(wallMs).toBeGreaterThan(sweep.floorMs);
  }
  expect(result.recovery.commands).toBeGreaterThan(20);
  const { backup } = result;
  expect(backup).toMatchObject({ clusters: 3, times: 1 });
  expect(backup.commands).toBeGreaterThan(5);
  expect(backup.sideBySideMs / backup.aloneMs).toBeCloseTo(backup.toAlone);
  expect(backup.aloneMs).toBeGreaterThan((backup.promptMs + backup.answerMs) * backup.slowestTimes);
  const { compliance } = result;
  expect(compliance.bytes).toBeGreaterThan(3_000_000);
  expect(compliance.plainRows).toBeGreaterThan(0);
  expect(compliance.closedCells).toBeGreaterThan(0);
  expect(compliance.values).toBeGreaterThan(compliance.rows);
  expect(compliance.toCopy).toBeCloseTo(compliance.wallMs / compliance.copyMs);
  expect(result.startUp.toolMs).toBeGreaterThan(0);
  for (const { perSecond } of result.rates) expect(perSecond).toBeGreaterThan(0);

  const page = `above\n${"<!-- written by npm run bench -- --write -->"}\nstale\n<!-- end -->\nbelow\n`;
  const written = withTables(page, result);
  expect(written).toContain(renderPerformance(result));
  expect(written).not.toContain("stale");
  expect(withTables(written, result)).toBe(written);
}, 120_000);

test.each([
  [[8, 5, 5], 3, 8],
  [[5, 5, 8], 1, 18],
  [[5, 5, 5, 8], 2, 13],
  [[], 4, 0],
])("nodes that take %j with %d places need %d at least", (nodesMs, places, wanted) => {
  expect(floorMs(nodesMs, places)).toBe(wanted);
});
