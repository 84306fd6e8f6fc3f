// A world and a kill for every process of a run → the run gone on with until it ends, and everything that must hold on the way checked.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parseListFile } from "../../src/facts/itl-file.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import type { JournalEntry } from "../../src/run/journal-entry.ts";
import { readJournal } from "../../src/run/journal.ts";
import { expectHold, expectRegenerations } from "./hold-rules.ts";
import { answerTruthfully } from "./truthful-person.ts";
import type { Kill, ToolEnd, ToolWorld } from "./tool-world.ts";

/** How a run went from its first process to its end. */
export interface KilledRun {
  readonly outcome: string;
  readonly processes: number;
  readonly kills: readonly string[];
  /** Timed holds that a process ended with, by step. */
  readonly holds: readonly string[];
  /** Restarts whose end was not known, and which a person was asked about, by step. */
  readonly asked: readonly string[];
  /** Of the last whole line that each killed process wrote: its kind, step and node. */
  readonly lastLines: readonly string[];
  /** What the cluster and its phones looked like at the end; equal for every run that went well. */
  readonly truth: unknown;
  /** Kind, step and node of every line. */
  readonly lines: readonly string[];
}

/** Between a process that was killed and the next one: long enough that a hold counted anew would show. */
const afterKillMs = 20_000;

/** Where the next process dies; null lets it live. */
export type Killer = (at: {
  /** The first command, then each wait that was answered or waited out. */
  readonly stage: string;
  /** Whether no process of this stage has been started yet. */
  readonly isFirst: boolean;
  /** How many processes have died in this step with a last line that was not new. */
  readonly repeats: number;
  /** The last lines of the processes that died, by name. */
  readonly struck: readonly string[];
}) => Kill | null;

/** The first process of each stage dies at its nth line, and its successors live. */
export function onceAStage(place: Kill["place"], at: number): Killer {
  return ({ isFirst }) => (isFirst ? { place, at } : null);
}

/** Every process dies at its nth line; in a step where that brings the run no further, ever later. */
export function always(place: Kill["place"], at: number): Killer {
  return ({ repeats }) => ({ place, at: at + repeats });
}

/** Every process dies at its first line that was nobody's last so far, of those that count. */
export function atEachLine(lines: readonly string[], isCounted: (line: string) => boolean): Killer {
  const others = lines.filter((line) => !isCounted(line));
  return ({ struck }) => ({ place: "fresh", at: 1, leftAlone: [...new Set([...others, ...struck])] });
}

/** Every process after a killed one is a plain `resume`, or the first command where no run had begun. */
export async function carryToEnd(world: ToolWorld, killOf: Killer): Promise<KilledRun> {
  const counted = {
    kills: [] as string[],
    holds: [] as string[],
    asked: [] as string[],
    lastLines: [] as string[],
  };
  const met = new Set<string>();
  let stage = "begin";
  let args = world.beginArguments;
  let isTorn = false;
  let repeats = 0;
  let lastStep = "";
  for (let processes = 1; processes <= 500; processes += 1) {
    const kill = killOf({ stage, isFirst: !met.has(stage), repeats, struck: counted.lastLines });
    met.add(stage);
    const end = await world.run(args, kill);
    const [run] = world.runIds();
    if (isTorn && run !== undefined && args[0] === "resume") expectNote(world, end);
    isTorn = false;
    if (end.wasKilled) {
      counted.kills.push(`${kill?.place}:${kill?.at} in ${stage}`);
      expect(existsSync(join(world.state, "locks", "east.lock"))).toBe(true);
      isTorn = kill?.place === "torn";
      const last = run === undefined ? "none" : lastWholeLine(world);
      const lastLine = isTorn ? `half a line after ${last}` : last;
      const step = lastLine.split(" ")[1] ?? lastStep;
      if (counted.lastLines.includes(lastLine)) repeats += 1;
      else if (step !== lastStep) repeats = 0;
      lastStep = step;
      counted.lastLines.push(lastLine);
      world.shiftClock(afterKillMs);
      args = run === undefined ? world.beginArguments : ["resume", run, "--yes", "--no-wait"];
      continue;
    }
    expect(existsSync(join(world.state, "locks", "east.lock"))).toBe(false);
    const answer = await answerOf(world, end, run ?? "");
    if (answer.outcome !== "held") return finished(world, answer, { ...counted, processes });
    expect(end.exit, answer.next ?? "").toBe(21);
    const resume = ["resume", answer.run ?? "", "--yes", "--no-wait"];
    if (answer.until !== null) {
      expect(answer.next).toContain(`Resume after ${answer.until}`);
      const held = answer.steps.find(({ outcome }) => outcome === "held");
      counted.holds.push(held?.step ?? "none");
      const isHold = expectHold(world, answer);
      const restMs = Date.parse(answer.until) - world.now();
      expect(restMs).toBeGreaterThan(0);
      // The end of a hold is told in whole seconds, rounded up; that of a settling time is not.
      world.shiftClock(restMs + (isHold ? 0 : 1_000));
      if (isHold) stage = `after ${held?.step}`;
      args = resume;
    } else {
      stage = answer.waitsFor ?? "nobody";
      const wasAsked = await answerTruthfully(world, answer);
      if (wasAsked) counted.asked.push(stage);
      args = [...resume, "--confirm", stage];
    }
  }
  throw new Error(`no end after 500 processes: ${counted.kills.join(", ")}`);
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

/** A torn line is no line. */
function lastWholeLine(world: ToolWorld): string {
  const last = readFileSync(world.journal(), "utf8").split("\n").at(-2);
  return last === undefined ? "none" : nameOf(JSON.parse(last) as JournalEntry);
}

/** `write-intended regenerate-tvs-pub pub`. */
function nameOf(entry: JournalEntry): string {
  const step = "step" in entry ? entry.step : "";
  const node = "node" in entry ? (entry.node ?? "") : "";
  return [entry.kind, step, node].filter((word) => word !== "").join(" ");
}

function finished(
  world: ToolWorld,
  answer: RunDocument,
  counted: Omit<KilledRun, "outcome" | "truth" | "lines">,
): KilledRun {
  const cluster = world.lab.cluster();
  const phones = cluster.bootPhones().map(({ phone, accepted }) => `${phone} ${accepted}`);
  expect(world.lab.complaints).toEqual([]);
  expect(world.leaks()).toEqual([]);
  expect(world.runIds()).toHaveLength(1);
  expectRegenerations(world);
  const lines = readJournal(world.journal()).map(nameOf);
  const lists = cluster.activeTftpNodes().map(({ name, listFile, servedFile }) => {
    const signer = listFile === null ? null : parseListFile(listFile).header.signer.serial;
    return {
      name,
      signer,
      isServed: listFile !== null && servedFile !== null && listFile.equals(servedFile),
    };
  });
  const told = answer.outcome === "done" || answer.outcome === "warned" ? "" : `: ${answer.error?.message}`;
  const truth = { phones, lists, kept: world.kept().length };
  return { ...counted, outcome: `${answer.outcome}${told}`, truth, lines };
}

/** Lines that took effect, as the lab counted them: `reset on pub`. */
export function writesOf(world: ToolWorld): Record<string, number> {
  return countOf(world.lab.cluster().writes.map(({ node, kind }) => `${kind} on ${node}`));
}

/** The same by the line itself: `pub: set cert regen TVS`. */
export function linesOf(world: ToolWorld): Record<string, number> {
  return countOf(world.lab.cluster().writes.map(({ node, line }) => `${node}: ${line}`));
}

function countOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
