// A world and a kill for every process of a recovery → the run gone on with until it ends, and everything that must hold on the way checked.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parseListFile } from "../../src/facts/itl-file.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { readJournal } from "../../src/run/journal.ts";
import type { Kill, ToolEnd, ToolWorld } from "./tool-world.ts";

/** How a run went from its first process to its end. */
export interface KilledRun {
  readonly outcome: string;
  readonly processes: number;
  readonly kills: readonly string[];
  /** Timed holds that `resume` asked for, by step. */
  readonly holds: readonly string[];
  /** What the cluster and its phones looked like at the end; equal for every run that went well. */
  readonly truth: unknown;
  readonly lines: number;
}

/**
 * `killOf` names, by the wait that is answered (`recover` at first, then the step confirmed), where that process dies;
 * null lets it live. Every process after a killed one is `resume --yes`, or `recover` where no run had begun.
 */
export async function carryToEnd(
  world: ToolWorld,
  killOf: (stage: string, lines: number) => Kill | null,
): Promise<KilledRun> {
  const kills: string[] = [];
  const holds: string[] = [];
  const met = new Set<string>();
  let stage = "recover";
  let args = world.recoverArguments;
  let isTorn = false;
  for (let processes = 1; processes <= 20; processes += 1) {
    const kill = met.has(stage) ? null : killOf(stage, world.journalLines());
    met.add(stage);
    const end = await world.run(args, kill);
    const [run] = world.runIds();
    if (isTorn && run !== undefined && args[0] === "resume") expectNote(world, end);
    isTorn = false;
    if (end.wasKilled) {
      kills.push(`${kill?.place}:${kill?.at} in ${stage}`);
      expect(existsSync(join(world.state, "locks", "east.lock"))).toBe(true);
      isTorn = kill?.place === "torn";
      args = run === undefined ? world.recoverArguments : ["resume", run, "--yes", "--no-wait"];
      continue;
    }
    expect(existsSync(join(world.state, "locks", "east.lock"))).toBe(false);
    const answer = await answerOf(world, end, run ?? "");
    if (answer.outcome !== "held") return finished(world, answer, { processes, kills, holds });
    expect(end.exit).toBe(21);
    if (answer.until !== null) {
      expect(answer.next).toContain(`Resume after ${answer.until}`);
      holds.push(answer.steps.find(({ outcome }) => outcome === "held")?.step ?? "none");
      const restMs = Date.parse(answer.until) - world.now();
      expect(restMs).toBeGreaterThan(0);
      world.shiftClock(restMs + 1_000);
      args = ["resume", answer.run ?? "", "--yes", "--no-wait"];
    } else {
      stage = answer.waitsFor ?? "nobody";
      world.lab.cluster().bootPhones();
      args = ["resume", answer.run ?? "", "--yes", "--no-wait", "--confirm", stage];
    }
  }
  throw new Error(`no end after 20 processes: ${kills.join(", ")}`);
}

/** A process that was killed after its journal ended leaves a run that needs no `resume`. */
async function answerOf(world: ToolWorld, end: ToolEnd, run: string): Promise<RunDocument> {
  if (end.exit !== 2) return end.document();
  expect(end.document().error).toMatchObject({ code: "usage", message: expect.stringMatching(/has ended/) });
  return (await world.run(["report", run])).document();
}

function expectNote(world: ToolWorld, end: ToolEnd): void {
  const note = /the last line of the journal was never finished \(\d+ bytes\)/;
  expect(end.stderr.replace(/\s+/g, " ")).toMatch(note);
  const entries = readJournal(world.journal());
  const last = entries.findLast(({ kind }) => kind === "run-resumed");
  expect(last?.kind === "run-resumed" && last.note).toMatch(note);
}

function finished(
  world: ToolWorld,
  answer: RunDocument,
  counted: Pick<KilledRun, "processes" | "kills" | "holds">,
): KilledRun {
  const cluster = world.lab.cluster();
  const phones = cluster.bootPhones().map(({ phone, accepted }) => `${phone} ${accepted}`);
  expect(world.lab.complaints).toEqual([]);
  expect(world.leaks()).toEqual([]);
  expect(world.runIds()).toHaveLength(1);
  const lines = readJournal(world.journal()).length;
  const lists = cluster.activeTftpNodes().map(({ name, listFile, servedFile }) => {
    const signer = listFile === null ? null : parseListFile(listFile).header.signer.serial;
    return {
      name,
      signer,
      isServed: listFile !== null && servedFile !== null && listFile.equals(servedFile),
    };
  });
  const told = answer.outcome === "done" || answer.outcome === "warned" ? "" : `: ${answer.error?.message}`;
  return { ...counted, outcome: `${answer.outcome}${told}`, truth: { phones, lists }, lines };
}

/** Lines sent to nodes, as the lab counted them. */
export function writesOf(world: ToolWorld): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { node, kind } of world.lab.cluster().writes) {
    counts[`${kind} on ${node}`] = (counts[`${kind} on ${node}`] ?? 0) + 1;
  }
  return counts;
}
