// Measured numbers in, the one in their middle out.

/** The lower of the two middle ones where their count is even; NaN without any. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

/** Runs `measure` so many times, one after the other, and gives the run whose `sizeOf` is the median. */
export async function medianRun<Run>(
  times: number,
  measure: () => Promise<Run>,
  sizeOf: (run: Run) => number,
): Promise<Run> {
  const runs: Run[] = [];
  for (let index = 0; index < times; index += 1) runs.push(await measure());
  const middle = median(runs.map(sizeOf));
  const found = runs.find((run) => sizeOf(run) === middle);
  if (found === undefined) throw new Error("nothing was measured");
  return found;
}
