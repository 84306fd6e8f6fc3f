// The state folder's runs: where a run's files lie, how it is named, which runs there are.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Clock, isoTime } from "../base/clock.ts";
import { OperatorError } from "../base/errors.ts";
import { ensurePrivateFolder } from "../base/files.ts";
import { hasFirstLine } from "./journal.ts";

/** The files of one run, all below its own folder (0700). */
export interface RunFolder {
  readonly run: string;
  readonly path: string;
  readonly journal: string;
  readonly report: string;
  readonly transcripts: string;
  transcript(node: string): string;
}

function folderOf(stateFolder: string, run: string): RunFolder {
  const path = join(stateFolder, "runs", run);
  return {
    run,
    path,
    journal: join(path, "journal.jsonl"),
    report: join(path, "report.json"),
    transcripts: join(path, "transcripts"),
    transcript: (node) => join(path, "transcripts", `${node}.log`),
  };
}

/** Makes a new run's folder: `2026-11-20T22-14-03Z-east-recover`, with a number behind it when that second is taken. */
export function createRunFolder(
  stateFolder: string,
  cluster: string,
  command: string,
  clock: Clock,
): RunFolder {
  ensurePrivateFolder(join(stateFolder, "runs"));
  const name = `${isoTime(clock.now()).replaceAll(":", "-")}-${cluster}-${command}`;
  for (let attempt = 1; ; attempt += 1) {
    const folder = folderOf(stateFolder, attempt === 1 ? name : `${name}-${attempt}`);
    if (existsSync(folder.path)) continue;
    try {
      mkdirSync(folder.path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw error;
    }
    ensurePrivateFolder(join(folder.path, "transcripts"));
    return folder;
  }
}

/** The folder of a run by its id, or by a beginning that only it has. Throws `run-not-found`. */
export function findRunFolder(stateFolder: string, run: string): RunFolder {
  const runs = listRuns(stateFolder);
  const matches = runs.includes(run) ? [run] : runs.filter((name) => name.startsWith(run));
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return folderOf(stateFolder, only);
  if (matches.length > 1) {
    const message = `${run} is the beginning of ${matches.length} runs`;
    throw new OperatorError("run-not-found", message, { hint: "List the runs with `itlctl runs`." });
  }
  throw new OperatorError("run-not-found", `there is no run ${run} in the state folder ${stateFolder}`, {
    hint: "List the runs with `itlctl runs`; a run that was begun with --state is found only with the same --state.",
  });
}

/** The ids of all runs that began, oldest first: a process that died before its journal's first line left nothing to go on with. */
export function listRuns(stateFolder: string): string[] {
  const path = join(stateFolder, "runs");
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((run) => hasBegun(folderOf(stateFolder, run).journal))
    .sort();
}

function hasBegun(journal: string): boolean {
  if (!existsSync(journal)) return false;
  try {
    return hasFirstLine(journal);
  } catch {
    // one that cannot be read now may have begun: whoever reads it says what is wrong with it
    return true;
  }
}
