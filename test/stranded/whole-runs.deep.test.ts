// More whole runs; ITLCTL_WHOLE_RUNS=n carries out n new ones.
import fc from "fast-check";
import { expect, test } from "vitest";
import { runWhole, wholeRun } from "./whole-runs.ts";

const wished = process.env["ITLCTL_WHOLE_RUNS"];
const numRuns = Number(wished ?? "16");
const seed = wished === undefined ? { seed: 5 } : {};

test(`no phone is stranded in ${numRuns} whole runs`, async () => {
  const tally = { done: 0, refused: 0, stopped: 0 };
  await fc.assert(
    fc.asyncProperty(wholeRun, async (one) => {
      const ended = await runWhole(one);
      tally[ended.outcome] += 1;
      expect(ended).toMatchObject({ stranded: [], complaints: [] });
    }),
    { numRuns, ...seed, endOnFailure: true },
  );
  expect(tally.done).toBeGreaterThan(numRuns / 2);
}, 3_600_000);
