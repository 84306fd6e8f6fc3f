// One process at a time carries out a run on a cluster: a lock file that names its holder and dies with it.
import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { OperatorError } from "../base/errors.ts";

/** A held lock; `release` may be called any number of times. */
export interface Lock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
  readonly run: string;
}

const pathOf = (stateFolder: string, cluster: string) => join(stateFolder, "locks", `${cluster}.lock`);

/** Takes the cluster's lock or throws `run-locked` with who has it. A lock whose process is gone is taken over. */
export function takeLock(stateFolder: string, cluster: string, run: string): Lock {
  const path = pathOf(stateFolder, cluster);
  const own = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    mkdirSync(join(stateFolder, "locks"), { recursive: true, mode: 0o700 });
    writeFileSync(own, JSON.stringify(thisProcess(run)), { mode: 0o600, flag: "wx" });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (isLinked(own, path)) return { release: () => rmSync(path, { force: true }) };
      const holder = lockHolder(stateFolder, cluster);
      if (holder !== null) throw lockedBy(cluster, holder);
      setAside(path, `${own}.dead`);
    }
  } catch (error) {
    throw error instanceof OperatorError ? error : notWritable(path, error);
  } finally {
    onlyTry(() => rmSync(own, { force: true }));
  }
  throw lockedBy(cluster, null);
}

/** Takes a dead holder's lock away in one step; one that somebody else has just taken in its place is put back. */
function setAside(path: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (readHolder(aside) !== null) isLinked(aside, path);
  rmSync(aside, { force: true });
}

/** What lies around afterwards must not hide why the lock was not taken. */
function onlyTry(work: () => void): void {
  try {
    work();
  } catch {
    // a leftover of its own name is in nobody's way
  }
}

/** The lock appears with its holder's name in it, never empty. False: there is one already. */
function isLinked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Who holds the cluster's lock; null when nobody does or its process is gone. */
export function lockHolder(stateFolder: string, cluster: string): Holder | null {
  return readHolder(pathOf(stateFolder, cluster));
}

function readHolder(path: string): Holder | null {
  let holder: Holder;
  try {
    holder = JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch {
    return null;
  }
  if (holder.host !== hostname()) return holder;
  return startOf(holder.pid) === holder.startedAt ? holder : null;
}

function thisProcess(run: string): Holder {
  return { pid: process.pid, host: hostname(), startedAt: startOf(process.pid) ?? "", run };
}

/** When a process began, in the kernel's ticks, so that a reused pid is not taken for the holder; null: no such process. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    // not Linux, or gone: signal 0 tells which
  }
  try {
    process.kill(pid, 0);
    return "";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "" : null;
  }
}

function lockedBy(cluster: string, holder: Holder | null): OperatorError {
  const who =
    holder === null ? "another process" : `run ${holder.run} (process ${holder.pid} on ${holder.host})`;
  return new OperatorError("run-locked", `${cluster} is in use by ${who}`, {
    hint: "Wait until it ends, or look at it with `itlctl runs`.",
    place: { cluster },
  });
}

function notWritable(path: string, cause: unknown): OperatorError {
  return new OperatorError("state-not-writable", `cannot write the lock: ${String(cause)}`, {
    hint: "Make the state folder writable, or name another with --state.",
    place: { file: path },
    cause,
  });
}
