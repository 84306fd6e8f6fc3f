// A request → a new run: its folder, its lock, its first journal line, and then the runner.
import { rmSync } from "node:fs";
import { OperatorError } from "../base/errors.ts";
import { isSamePlan, planFingerprint } from "../playbook/plan.ts";
import type { SessionPool } from "../session/session-pool.ts";
import { damagedRun } from "./damaged-run.ts";
import { openJournal, readJournal } from "./journal.ts";
import type { RunRequest } from "./journal-entry.ts";
import { type Lock, lockHolder, takeLock } from "./lock.ts";
import { hasWritten, type RunState, replay } from "./replay.ts";
import { createRunFolder, findRunFolder, listRuns, type RunFolder } from "./run-folder.ts";
import { carryOn } from "./runner.ts";
import type { RunTools } from "./step-kind.ts";

/** What a command has before a run's folder exists: the pool (its transcripts lie in that folder) is opened with it. */
export interface RunSetup extends Omit<RunTools, "pool"> {
  readonly version: string;
  openPool(folder: RunFolder): SessionPool;
  /** Told as soon as the run has an id. */
  onRun(folder: RunFolder): void;
}

/** Carries out a playbook on a cluster from the start. Throws `run-locked` where another run is at work or (for one that changes trust) unfinished there. */
export async function startRun(setup: RunSetup, command: string, request: RunRequest): Promise<RunState> {
  const { stateFolder, cluster, playbook, clock, masker } = setup;
  const refuse = () => {
    if (changesTrust(playbook)) refuseUnfinished(stateFolder, cluster.name);
  };
  refuse();
  const folder = createRunFolder(stateFolder, cluster.name, command, clock);
  const lock = await lockOrLeave(setup, folder);
  try {
    refuse();
    const journal = openJournal(folder.journal, { clock, masker, isNew: true });
    try {
      journal.append({
        ...{ kind: "run-started", run: folder.run, cluster: cluster.name, playbook: playbook.name, request },
        fingerprint: planFingerprint(cluster, playbook),
        nodes: cluster.nodes.map((node) => node.name),
        version: setup.version,
      });
      setup.onRun(folder);
      setup.events.emit({ kind: "run-started", run: folder.run, cluster: cluster.name });
      return await carryOn(
        { ...setup, pool: setup.openPool(folder) },
        { run: folder.run, journal, confirmedStep: null },
      );
    } finally {
      journal.close();
    }
  } finally {
    lock.release();
  }
}

/** A playbook that only takes backups is kept out by no held run, and keeps none out. */
function changesTrust({ steps }: RunSetup["playbook"]): boolean {
  return steps.some(({ verb }) => verb !== "backup");
}

/** How long a run that changes no trust waits for another that is at work, and how often it looks. */
const lockPatience = { forMs: 10_000, everyMs: 500 };

/** The lock, or no trace of a run that never began. */
async function lockOrLeave(setup: RunSetup, folder: RunFolder): Promise<Lock> {
  const { stateFolder, cluster, playbook, clock, signal } = setup;
  const deadline = clock.now() + (changesTrust(playbook) ? 0 : lockPatience.forMs);
  try {
    for (;;) {
      try {
        return takeLock(stateFolder, cluster.name, folder.run);
      } catch (error) {
        const isHeld = error instanceof OperatorError && error.code === "run-locked";
        if (!isHeld || clock.now() + lockPatience.everyMs > deadline) throw error;
        await clock.sleep(lockPatience.everyMs, signal);
      }
    }
  } catch (error) {
    rmSync(folder.path, { recursive: true, force: true });
    throw error;
  }
}

/** Goes on with a run from its journal. Throws `plan-changed` where nodes or playbook are other ones, `usage` where there is nothing to go on with. */
export async function resumeRun(
  setup: RunSetup,
  run: string,
  answer: { readonly confirmedStep: string | null; readonly isUnattended: boolean },
): Promise<RunState> {
  const { confirmedStep } = answer;
  const { stateFolder, cluster, playbook, clock, masker } = setup;
  const folder = findRunFolder(stateFolder, run);
  const lock = takeLock(stateFolder, cluster.name, folder.run);
  try {
    const journal = openJournal(folder.journal, { clock, masker, isNew: false });
    try {
      const state = replay(journal.entries());
      refuseEnded(state);
      refuseOtherStep(state, confirmedStep);
      const isShipped = state.request.playbookFile === undefined;
      if (!isSamePlan(state.fingerprint, cluster, playbook, isShipped)) throw planChanged(state);
      setup.onRun(folder);
      const note = noteOfCut(journal.cutBytes);
      journal.append({ kind: "run-resumed", confirmed: confirmedStep, ...(note === null ? {} : { note }) });
      setup.events.emit({ kind: "run-started", run: folder.run, cluster: cluster.name });
      if (note !== null) setup.events.emit({ kind: "note", text: note });
      return await carryOn(
        { ...setup, pool: setup.openPool(folder) },
        { run: folder.run, journal, ...answer },
      );
    } finally {
      journal.close();
    }
  } finally {
    lock.release();
  }
}

/** Ends a run for good, with the reason in its journal; nothing is sent to the cluster. */
export function abandonRun(
  tools: Pick<RunSetup, "stateFolder" | "clock" | "masker">,
  run: string,
  reason: string,
): RunState {
  const { stateFolder, clock, masker } = tools;
  const folder = findRunFolder(stateFolder, run);
  const { cluster } = replay(readJournal(folder.journal));
  const lock = takeLock(stateFolder, cluster, folder.run);
  const journal = openJournal(folder.journal, { clock, masker, isNew: false });
  try {
    refuseEnded(replay(journal.entries()));
    journal.append({ kind: "abandoned", reason });
    return replay(journal.entries());
  } finally {
    journal.close();
    lock.release();
  }
}

/** A run as its journal tells it now: `running` where its process is alive, else `interrupted`. */
export function readRun(stateFolder: string, run: string): RunState {
  const folder = findRunFolder(stateFolder, run);
  const state = replay(readJournal(folder.journal));
  if (state.outcome !== "running") return state;
  const isAlive = lockHolder(stateFolder, state.cluster)?.run === state.run;
  return isAlive ? state : { ...state, outcome: "interrupted", next: `itlctl resume ${state.run}` };
}

/** Like `readRun`, but a run whose journal is damaged or cannot be read is a state too: unknown, with that error; for lists of runs. */
export function readListedRun(stateFolder: string, run: string): RunState {
  try {
    return readRun(stateFolder, run);
  } catch (error) {
    if (error instanceof OperatorError) return damagedRun(findRunFolder(stateFolder, run), error);
    throw error;
  }
}

function noteOfCut(bytes: number): string | null {
  if (bytes === 0) return null;
  return `the last line of the journal was never finished (${bytes} bytes): the process died while it wrote it, before anything was done that rests on it; it is left out`;
}

/** True while a run stands in the way of another that changes trust on its cluster. */
export function isUnfinished(state: RunState): boolean {
  if (state.outcome === "held" || state.outcome === "unknown" || state.outcome === "running") return true;
  return state.outcome === "interrupted" && hasWritten(state);
}

/** Whether `resume` can go on: not over, or failed after something was written. */
function isResumable(state: RunState): boolean {
  const isCrashed = state.outcome === "running" || state.outcome === "interrupted";
  return isUnfinished(state) || isCrashed || (state.outcome === "failed" && hasWritten(state));
}

function refuseUnfinished(stateFolder: string, cluster: string): void {
  for (const run of listRuns(stateFolder)) {
    if (!run.includes(`-${cluster}-`) || isBackupRun(run)) continue;
    const state = readListedRun(stateFolder, run);
    if (state.cluster !== cluster || !isUnfinished(state)) continue;
    readRun(stateFolder, run);
    throw new OperatorError("run-locked", `run ${run} on ${cluster} is unfinished (${state.outcome})`, {
      hint:
        state.outcome === "running"
          ? "Another process is carrying it out: wait until it ends, or look at it with `itlctl runs`."
          : `Go on with \`itlctl resume ${run}\`, or end it with \`itlctl abandon ${run} --reason TEXT\`.`,
      place: { cluster },
    });
  }
}

/** By its name alone: one whose journal is damaged keeps nobody out either. */
function isBackupRun(run: string): boolean {
  return /-backup(?:-\d+)?$/.test(run);
}

function refuseEnded(state: RunState): void {
  if (isResumable(state)) return;
  throw new OperatorError(
    "usage",
    `run ${state.run} has ended (${state.outcome}): there is nothing to go on with`,
    {
      hint: `Read it with \`itlctl report ${state.run}\`; start a new run if the cluster needs one.`,
      place: { cluster: state.cluster },
    },
  );
}

function refuseOtherStep(state: RunState, confirmedStep: string | null): void {
  if (confirmedStep === null || confirmedStep === state.waitsFor) return;
  const waits = state.waitsFor === null ? "waits for nobody" : `waits for ${state.waitsFor}`;
  throw new OperatorError("usage", `the run ${waits}, not for ${confirmedStep}`, {
    hint: state.waitsFor === null ? "Resume without --confirm." : `Resume with --confirm ${state.waitsFor}.`,
    place: { cluster: state.cluster, step: confirmedStep },
  });
}

function planChanged(state: RunState): OperatorError {
  return new OperatorError("plan-changed", `nodes or playbook changed since run ${state.run} was planned`, {
    hint: "Put them back as they were and resume, or abandon the run and plan anew.",
    place: { cluster: state.cluster },
  });
}
