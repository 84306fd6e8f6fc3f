// Ends of backups and looks → what the state folder remembers of each cluster, so that a bad night does not hide the good one before.
import { join } from "node:path";
import { z } from "zod";
import { ensurePrivateFolder, readIfPresent, writePrivateFile } from "../base/files.ts";

const time = z.iso.datetime();

const backup = z.object({
  /** Null: none was tried, and only a hook is remembered. */
  lastAttemptAt: time.nullable(),
  /** Exit code of that attempt. */
  lastExit: z.int().nullable(),
  /** The newest attempt that ended with a kept key (exit 0 or 3); null: none so far. */
  lastSuccess: z
    .object({
      at: time,
      proof: z.enum(["unopened", "opened", "matched"]),
      certificateSerial: z.string().nullable(),
    })
    .nullable(),
  /** By event: how its hook ended last; true: it failed. */
  hooks: z.record(z.string(), z.boolean()),
});

const look = z.object({
  at: time,
  /** Of the last `status`; null: only backup runs looked so far. */
  lastStatusExit: z.int().nullable(),
  nodes: z.array(
    z.object({ node: z.string(), role: z.string(), isUp: z.boolean(), listBytes: z.int().nullable() }),
  ),
  /** Of the ITLRecovery records of the lists served, each once. */
  recoverySerials: z.array(z.string()),
  /** The earliest end of those certificates; null: none was read. */
  recoveryNotAfter: time.nullable(),
});

const alarm = z.object({ message: z.string() });

/** Times ISO 8601 UTC. */
export type BackupMemory = z.output<typeof backup>;
export type LookMemory = z.output<typeof look>;

/** Null: nothing is remembered, or it cannot be read any more. */
export interface ClusterMemory {
  readonly backup: BackupMemory | null;
  readonly look: LookMemory | null;
}

/** What is remembered of a cluster. */
export function clusterMemory(stateFolder: string, cluster: string): ClusterMemory {
  return {
    backup: read(stateFolder, `${cluster}.backup.json`, backup),
    look: read(stateFolder, `${cluster}.look.json`, look),
  };
}

/** How one attempt ended; `kept` null: nothing was. The last success and the hooks of before stay. */
export function rememberBackup(
  stateFolder: string,
  cluster: string,
  end: {
    readonly at: string;
    readonly exit: number;
    readonly kept: Omit<NonNullable<BackupMemory["lastSuccess"]>, "at"> | null;
  },
): void {
  const before = read(stateFolder, `${cluster}.backup.json`, backup);
  const lastSuccess = end.kept === null ? (before?.lastSuccess ?? null) : { at: end.at, ...end.kept };
  const value = { lastAttemptAt: end.at, lastExit: end.exit, lastSuccess, hooks: before?.hooks ?? {} };
  write(stateFolder, `${cluster}.backup.json`, value);
}

const untried: BackupMemory = { lastAttemptAt: null, lastExit: null, lastSuccess: null, hooks: {} };

/** Whether the hook of that event failed; kept beside the backup's end, also where none was tried. */
export function rememberHook(stateFolder: string, cluster: string, event: string, hasFailed: boolean): void {
  const before = read(stateFolder, `${cluster}.backup.json`, backup) ?? untried;
  write(stateFolder, `${cluster}.backup.json`, { ...before, hooks: { ...before.hooks, [event]: hasFailed } });
}

/** What a look saw; `exit` of a `status`, null for a look of a backup run. A list that was not read keeps what was known of the key. */
export function rememberLook(
  stateFolder: string,
  cluster: string,
  seen: Omit<LookMemory, "lastStatusExit">,
  exit: number | null,
): void {
  const before = read(stateFolder, `${cluster}.look.json`, look);
  const isKeySeen = seen.recoverySerials.length > 0;
  const key = isKeySeen || before === null ? seen : before;
  write(stateFolder, `${cluster}.look.json`, {
    ...seen,
    recoverySerials: key.recoverySerials,
    recoveryNotAfter: key.recoveryNotAfter,
    lastStatusExit: exit ?? before?.lastStatusExit ?? null,
  });
}

/** A node that a backup could not reach, without having looked at the others. */
export function rememberDown(
  stateFolder: string,
  cluster: string,
  down: { readonly node: string; readonly role: string; readonly at: string },
): void {
  const { node, role, at } = down;
  const before = read(stateFolder, `${cluster}.look.json`, look);
  const others = (before?.nodes ?? []).filter((known) => known.node !== node);
  write(stateFolder, `${cluster}.look.json`, {
    ...(before ?? { at, lastStatusExit: null, recoverySerials: [], recoveryNotAfter: null }),
    nodes: [{ node, role, isUp: false, listBytes: null }, ...others],
  });
}

/** True for an alarm that was told before, in the same words and (a node's clock drifts) of about the same times. */
export function isAlarmTold(stateFolder: string, cluster: string, message: string): boolean {
  const before = read(stateFolder, `${cluster}.alarm.json`, alarm);
  return before !== null && isSameAlarm(before.message, message);
}

/** That an alarm was told, once its hook ended well. */
export function rememberAlarm(stateFolder: string, cluster: string, message: string): void {
  write(stateFolder, `${cluster}.alarm.json`, { message });
}

const timeInText = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const mostDriftMs = 600_000;

function isSameAlarm(one: string, other: string): boolean {
  if (one.replace(timeInText, "") !== other.replace(timeInText, "")) return false;
  const times = (other.match(timeInText) ?? []).map((text) => Date.parse(text));
  return (one.match(timeInText) ?? []).every(
    (text, at) => Math.abs(Date.parse(text) - (times[at] ?? 0)) <= mostDriftMs,
  );
}

const pathOf = (stateFolder: string, file: string) => join(stateFolder, "last", file);

function read<Shape extends z.ZodType>(
  stateFolder: string,
  file: string,
  shape: Shape,
): z.output<Shape> | null {
  const bytes = readIfPresent(pathOf(stateFolder, file));
  if (bytes === null) return null;
  try {
    return shape.safeParse(JSON.parse(bytes.toString("utf8"))).data ?? null;
  } catch {
    return null;
  }
}

/** Not flushed: what a power cut takes away is known again after the next night. */
function write(stateFolder: string, file: string, value: unknown): void {
  ensurePrivateFolder(join(stateFolder, "last"));
  writePrivateFile(pathOf(stateFolder, file), `${JSON.stringify(value)}\n`, { isFlushed: false });
}
