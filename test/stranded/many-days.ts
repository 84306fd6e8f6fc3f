// How many random days, on which releases → what became of their plans; fails on the smallest day that strands a phone.
import fc from "fast-check";
import { expect } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { liveThrough } from "./live-through.ts";
import { dayOn } from "./random-plans.ts";

/** Plans by how they ended, and how many phones were watched to the end of a day. */
export interface DaysTally {
  readonly done: number;
  readonly cut: number;
  readonly stopped: number;
  readonly refused: number;
  readonly watched: number;
}

/** The same 400 days every time, or with ITLCTL_DAYS so many new ones. */
export function manyDays(): { readonly numRuns: number; readonly seed?: number } {
  const wished = process.env["ITLCTL_DAYS"];
  return wished === undefined ? { numRuns: 400, seed: 11 } : { numRuns: Number(wished) };
}

/** Without a seed new days every time. */
export async function liveManyDays(
  releases: readonly LabRelease[],
  runs: { readonly numRuns: number; readonly seed?: number },
): Promise<DaysTally> {
  const tally = { done: 0, cut: 0, stopped: 0, refused: 0, watched: 0 };
  await fc.assert(
    fc.asyncProperty(dayOn(releases), async (day) => {
      const { plans, stranded, watched } = await liveThrough(day);
      for (const { kind } of plans) tally[kind] += 1;
      tally.watched += watched;
      expect({ stranded, plans }).toEqual({ stranded: [], plans });
    }),
    runs,
  );
  return tally;
}
