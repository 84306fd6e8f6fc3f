// A story and a release → every process of its run killed at every journal line that it writes, one world a case; how each ended.
import { expect } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import {
  always,
  atEachLine,
  carryToEnd,
  type KilledRun,
  type Killer,
  linesOf,
  onceAStage,
  writesOf,
} from "./killed-run.ts";
import { type Story, type StoryName, storyOf } from "./stories.ts";
import { type Kill, openToolWorld } from "./tool-world.ts";

export interface Combination {
  readonly release: LabRelease;
  readonly story: StoryName;
  readonly place: Kill["place"];
  /** `once`: one kill between two waits; `always`: every process is killed; `each`: at each line by its name, in one run at the intents of writes and in another at all other lines. */
  readonly how?: "once" | "always" | "each";
  /** At the lines of a process from here to there; all that there are where left out. */
  readonly lines?: readonly [number, number];
  /** Only every so many lines, and the first; 1 where left out. */
  readonly by?: number;
}

/** Counts of one combination, for the table. */
export interface SweepCount extends Omit<Combination, "story" | "lines"> {
  readonly story: Story;
  /** Journal lines of a run that nobody kills. */
  readonly lines: number;
  readonly runs: number;
  readonly kills: number;
  readonly processes: number;
  readonly holds: number;
  readonly asked: number;
  /** Lines of the run that nobody kills, by kind, step and node: how many of them were some killed process's last, and which were not. */
  readonly struck: number;
  readonly missed: readonly string[];
  readonly ends: Readonly<Record<string, number>>;
}

interface Clean {
  readonly run: KilledRun;
  readonly writes: Readonly<Record<string, number>>;
}

/** One case: every process dies at its nth line; null where no process wrote that many. */
async function killEverywhereAt(
  { release, story, place, how = "once" }: Combination,
  at: number,
  clean: Clean,
): Promise<KilledRun | null> {
  const world = await openToolWorld(release, story, how === "each" ? longHoldMs : undefined);
  try {
    const run = await carryToEnd(world, killerOf({ place, how }, at, clean.run.lines));
    if (run.kills.length === 0) return null;
    const where = run.kills.join(", ");
    expect(run.outcome, where).toBe(clean.run.outcome);
    expect(run.truth, where).toEqual(clean.run.truth);
    expect(linesOf(world), where).toEqual(clean.writes);
    return run;
  } finally {
    await world.close();
  }
}

/** Hundreds of kills take longer than five minutes: with a longer hold there is one to meet. */
const longHoldMs = 3_600_000;

function killerOf(
  { place, how }: Required<Pick<Combination, "place" | "how">>,
  at: number,
  lines: readonly string[],
): Killer {
  if (how !== "each") return how === "once" ? onceAStage(place, at) : always(place, at);
  return atEachLine(lines, (line) => line.startsWith("write-intended ") === (at === 1));
}

/** What a whole recovery writes: never anything twice. */
export const oneWriteEach = { "reset on pub": 1, "restart on pub": 1, "restart on tftp2": 1 };

/** The run that nobody kills. */
async function cleanRun({ release, story }: Combination): Promise<Clean> {
  const world = await openToolWorld(release, story);
  try {
    const run = await carryToEnd(world, () => null);
    expect(["done", "warned"]).toContain(run.outcome);
    expect(run.asked).toEqual([]);
    if (story === "local" || story === "remote") expect(writesOf(world)).toEqual(oneWriteEach);
    const writes = linesOf(world);
    const regenerations = Object.entries(writes).filter(([line]) => line.includes("set cert regen"));
    expect(regenerations.every(([, times]) => times === 1)).toBe(true);
    return { run, writes };
  } finally {
    await world.close();
  }
}

/** Cases one after the other, until no process writes that many lines. */
export async function sweep(combination: Combination): Promise<SweepCount> {
  const clean = await cleanRun(combination);
  const runs: KilledRun[] = [];
  const [from, to] = combination.how === "each" ? [1, 2] : (combination.lines ?? [1, 300]);
  for (let at = from; at <= to; at += combination.by ?? 1) {
    const run = await killEverywhereAt(combination, at, clean);
    if (run === null) break;
    runs.push(run);
  }
  const ends: Record<string, number> = {};
  for (const { outcome } of runs) ends[outcome] = (ends[outcome] ?? 0) + 1;
  const total = (count: (run: KilledRun) => number) => runs.reduce((sum, run) => sum + count(run), 0);
  const last = new Set(runs.flatMap(({ lastLines }) => lastLines));
  const known = [...new Set(clean.run.lines)];
  const missed = known.filter((line) => !last.has(line));
  return {
    ...combination,
    ...{ story: storyOf(combination.story, combination.release), ends },
    ...{ lines: clean.run.lines.length, runs: runs.length },
    kills: total(({ kills }) => kills.length),
    processes: total(({ processes }) => processes),
    holds: total(({ holds }) => holds.length),
    asked: total(({ asked }) => asked.length),
    ...{ struck: known.length - missed.length, missed },
  };
}
