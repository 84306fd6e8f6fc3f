// Whole runs over SSH with faults, skewed clocks and phones that come and go: the first few of what whole-runs.deep.test.ts does many of.
import fc from "fast-check";
import { expect, test } from "vitest";
import { runWhole, wholeRun } from "./whole-runs.ts";

test("no phone is stranded by a run that the tool agreed to, whatever breaks on the way", async () => {
  const tally = { done: 0, refused: 0, stopped: 0 };
  await fc.assert(
    fc.asyncProperty(wholeRun, async (one) => {
      const ended = await runWhole(one);
      tally[ended.outcome] += 1;
      expect(ended).toMatchObject({ stranded: [], complaints: [] });
    }),
    { numRuns: 12, seed: 20 },
  );
  expect(tally.done).toBeGreaterThan(6);
}, 240_000);
