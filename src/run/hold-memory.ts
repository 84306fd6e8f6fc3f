// A node's hold → a file of the state folder, so that it outlives the run, the process and the power.
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Cluster } from "../inventory/cluster.ts";
import { ensurePrivateFolder, onDisk, readIfPresent, writePrivateFile } from "../base/files.ts";

const mostBytes = 65_536;

const entry = z.strictObject({
  /** ISO 8601 UTC with milliseconds, by the clock of this machine. */
  until: z.iso.datetime(),
  recordedAt: z.iso.datetime(),
  /** What was changed; null: not known. */
  unit: z.string().min(1).max(64).nullable(),
  /** `assumed`: what changed there, or when, could not be read, and a full hold is the safe side. */
  why: z.enum(["regenerated", "seen", "refused", "assumed"]),
  /** SHA-1 by unit of the certificates that `until` accounts for: none of them makes a hold again. */
  certificates: z.record(z.string().max(64), z.string().max(64)),
});

/** When a node may be written to again, and why not before. */
export type HoldEntry = z.output<typeof entry>;

/** `damaged`: there is a record, and what it says cannot be known. */
export type RememberedHold =
  | { readonly kind: "none" }
  | { readonly kind: "known"; readonly entry: HoldEntry; readonly file: string }
  | { readonly kind: "damaged"; readonly file: string };

const pathOf = (stateFolder: string, cluster: string, node: string) =>
  join(stateFolder, "holds", cluster, `${node}.json`);

/** A record of a hold longer than this, and than the cluster's own, is nothing that was ever written here. */
const longestMs = 86_400_000;

/** What is remembered of a node. Throws `state-not-writable` where the disk keeps it back. */
export function readHold(
  stateFolder: string,
  cluster: Pick<Cluster, "name" | "regenerationHoldMs">,
  node: string,
): RememberedHold {
  const file = pathOf(stateFolder, cluster.name, node);
  const stat = onDisk(file, () => lstatSync(file, { throwIfNoEntry: false }));
  if (stat === undefined) return { kind: "none" };
  if (!stat.isFile() || stat.size > mostBytes) return { kind: "damaged", file };
  try {
    const text = readIfPresent(file)?.toString("utf8") ?? "";
    const { data } = entry.safeParse(JSON.parse(text));
    const lengthMs = data === undefined ? Number.NaN : Date.parse(data.until) - Date.parse(data.recordedAt);
    const isPossible = lengthMs >= 0 && lengthMs <= Math.max(longestMs, cluster.regenerationHoldMs);
    return data !== undefined && isPossible
      ? { kind: "known", entry: data, file }
      : { kind: "damaged", file };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: "damaged", file };
    throw error;
  }
}

/** On the disk before this returns. */
export function rememberHold(stateFolder: string, cluster: string, node: string, hold: HoldEntry): void {
  ensurePrivateFolder(join(stateFolder, "holds", cluster));
  writePrivateFile(pathOf(stateFolder, cluster, node), `${JSON.stringify(hold)}\n`);
}

/** ISO 8601 UTC of the clock, with milliseconds: a hold is not shortened by rounding. */
export function holdTime(ms: number): string {
  return new Date(ms).toISOString();
}
