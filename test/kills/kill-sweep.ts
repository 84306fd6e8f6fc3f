// A release and a key → every process of the recovery killed at every journal line that it writes, one world a case; how each ended.
import { expect } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { carryToEnd, type KilledRun, writesOf } from "./killed-run.ts";
import { type Kill, openToolWorld } from "./tool-world.ts";

export interface Combination {
  readonly release: LabRelease;
  readonly key: "local" | "remote";
  readonly place: Kill["place"];
  /** Only every so many lines; 1 where left out. */
  readonly by?: number;
}

/** Counts of one combination, for the table. */
export interface SweepCount extends Combination {
  /** Journal lines of a run that nobody kills. */
  readonly lines: number;
  readonly runs: number;
  readonly kills: number;
  readonly processes: number;
  readonly holds: number;
  readonly ends: Readonly<Record<string, number>>;
}

/** One case: every process dies at its nth line; null where no process wrote that many. */
async function killEverywhereAt(
  { release, key, place }: Combination,
  at: number,
  clean: KilledRun,
): Promise<KilledRun | null> {
  const world = await openToolWorld(release, key);
  try {
    const run = await carryToEnd(world, () => ({ place, at }));
    if (run.kills.length === 0) return null;
    expect(run.outcome, run.kills.join(", ")).toBe(clean.outcome);
    expect(run.truth).toEqual(clean.truth);
    expect(writesOf(world)).toEqual(oneWriteEach);
    return run;
  } finally {
    await world.close();
  }
}

/** What a whole recovery writes: never anything twice. */
export const oneWriteEach = { "reset on pub": 1, "restart on pub": 1, "restart on tftp2": 1 };

/** The run that nobody kills. */
async function cleanRun({ release, key }: Pick<Combination, "release" | "key">): Promise<KilledRun> {
  const world = await openToolWorld(release, key);
  try {
    const run = await carryToEnd(world, () => null);
    expect(["done", "warned"]).toContain(run.outcome);
    expect(writesOf(world)).toEqual(oneWriteEach);
    return run;
  } finally {
    await world.close();
  }
}

/** Cases one after the other, until no process writes that many lines. */
export async function sweep(combination: Combination): Promise<SweepCount> {
  const clean = await cleanRun(combination);
  const runs: KilledRun[] = [];
  for (let at = 1; at < 100; at += combination.by ?? 1) {
    const run = await killEverywhereAt(combination, at, clean);
    if (run === null) break;
    runs.push(run);
  }
  const ends: Record<string, number> = {};
  for (const { outcome } of runs) ends[outcome] = (ends[outcome] ?? 0) + 1;
  const total = (count: (run: KilledRun) => number) => runs.reduce((sum, run) => sum + count(run), 0);
  return {
    ...combination,
    ...{ lines: clean.lines, runs: runs.length, ends },
    kills: total(({ kills }) => kills.length),
    processes: total(({ processes }) => processes),
    holds: total(({ holds }) => holds.length),
  };
}
