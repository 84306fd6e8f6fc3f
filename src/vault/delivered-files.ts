// A vault's disk → the folder of one delivery: made, and looked through within bounds.
import { OperatorError } from "../base/errors.ts";
import { maxFileBytes } from "./backup-listing.ts";
import { removeTree, type VaultDisk } from "./vault-disk.ts";
import type { Delivery } from "./vault.ts";

const mostFolders = 200;
const mostFiles = 100;
const mostDepth = 16;
const dayMs = 86_400_000;

/** Makes `incoming/<run>` and gives its path; one that is there already is used again. Sweeps what is a day old: copies for a pickup, and empty folders. */
export async function makeIncoming(disk: VaultDisk, run: string, mode: 0o700 | 0o770): Promise<string> {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,200}$/.test(run))
    throw new Error(`${run} cannot be the name of a folder`);
  const path = `incoming/${run}`;
  for (const folder of ["incoming", path]) {
    if (await disk.makeFolder(folder, mode)) continue;
    if ((await disk.look(folder))?.kind === "folder") continue;
    throw new OperatorError("state-not-writable", `${disk.placeOf(folder)} is no folder`, {
      hint: "Move away what lies there",
      place: { file: disk.placeOf(folder) },
    });
  }
  await sweepIncoming(disk, path);
  return path;
}

/** The folder just made tells what time it is on that disk. What may not be removed stays and spoils nothing. */
async function sweepIncoming(disk: VaultDisk, own: string): Promise<void> {
  const nowMs = (await disk.look(own))?.modifiedMs ?? 0;
  for (const { name, kind, modifiedMs } of (await disk.list("incoming")) ?? []) {
    const path = `incoming/${name}`;
    if (kind !== "folder" || path === own || nowMs - modifiedMs <= dayMs) continue;
    try {
      if (name.startsWith("pickup-")) await removeTree(disk, path);
      else if ((await disk.list(path))?.length === 0) await disk.removeFolder(path);
    } catch (error) {
      if (!(error instanceof OperatorError) || error.code !== "state-not-writable") throw error;
    }
  }
}

/** `files` of any delivery into a folder; links are left out, and so is what lies deeper or is more than any platform delivers. */
export async function deliveredFiles(disk: VaultDisk, folder: string): ReturnType<Delivery["files"]> {
  const found: { path: string; sizeBytes: number; bytes: Buffer | null }[] = [];
  const open = [{ path: "", depth: 0 }];
  for (let seen = 0; seen < mostFolders; seen += 1) {
    const next = open.shift();
    if (next === undefined) break;
    const entries = (await disk.list(next.path === "" ? folder : `${folder}/${next.path}`)) ?? [];
    for (const { name, kind, sizeBytes } of entries) {
      const path = next.path === "" ? name : `${next.path}/${name}`;
      if (kind === "folder" && next.depth < mostDepth) open.push({ path, depth: next.depth + 1 });
      if (kind !== "file" || found.length >= mostFiles) continue;
      const isShort = sizeBytes <= maxFileBytes;
      const bytes = isShort ? await disk.readFile(`${folder}/${path}`, maxFileBytes) : null;
      found.push({ path, sizeBytes: bytes?.length ?? sizeBytes, bytes });
    }
  }
  return found;
}
