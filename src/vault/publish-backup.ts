// A manifest and its files → a published backup, or a published backup → nothing: each by one rename, so that it is there whole or not at all.
import { randomBytes } from "node:crypto";
import { OperatorError } from "../base/errors.ts";
import { pathOfBackup } from "./backup-listing.ts";
import { isBackupFile, isClusterFolder, manifestFile, renderManifest } from "./manifest.ts";
import { removeTree, type VaultDisk } from "./vault-disk.ts";
import { type BackupManifest, recoveryKeyFile, type StoredBackup } from "./vault.ts";

const dayMs = 86_400_000;
const random = () => randomBytes(6).toString("hex");

/** `publish` of any vault on a disk; sweeps what publishes and removals that were cut short left a day ago. */
export async function publishBackup(
  disk: VaultDisk,
  manifest: BackupManifest,
  files: readonly { readonly name: string; readonly bytes: Buffer }[],
): Promise<StoredBackup> {
  checkFiles(manifest, files);
  const { cluster, id } = manifest;
  const path = `${cluster}/${id}`;
  await makeClusterFolder(disk, cluster);
  if ((await disk.look(path)) !== null) throw taken(disk.placeOf(path), cluster);
  const aside = `${cluster}/.new-${id}-${random()}`;
  try {
    await disk.makeFolder(aside, 0o700);
    for (const { name, bytes } of files) await disk.writeNewFile(`${aside}/${name}`, bytes);
    await disk.writeNewFile(`${aside}/${manifestFile}`, renderManifest(manifest));
    await disk.flushFolder(aside);
    await sweepLeftovers(disk, cluster, aside);
    await disk.rename(aside, path);
  } catch (error) {
    await removeTree(disk, aside).catch(() => undefined);
    throw error;
  }
  await disk.flushFolder(cluster);
  return { manifest, path };
}

/** `remove` of any vault on a disk. */
export async function removeBackup(disk: VaultDisk, backup: StoredBackup): Promise<void> {
  const path = pathOfBackup(backup);
  const [cluster, id] = path.split("/");
  const aside = `${cluster}/.gone-${id}-${random()}`;
  await disk.rename(path, aside);
  await disk.flushFolder(cluster ?? "");
  await removeTree(disk, aside);
}

function checkFiles(
  manifest: BackupManifest,
  files: readonly { readonly name: string; readonly bytes: Buffer }[],
): void {
  const names = files.map(({ name }) => name);
  const wanted = [recoveryKeyFile, ...manifest.lists.map(({ file }) => file)];
  const odd = names.find((name) => !isBackupFile(name) || !wanted.includes(name));
  const missing = wanted.find((name) => !names.includes(name));
  const key = files.find(({ name }) => name === recoveryKeyFile);
  if (odd !== undefined) throw new Error(`${odd} stands in no list of the manifest`);
  if (missing !== undefined) throw new Error(`${missing} is to be published and was not given`);
  if (new Set(names).size < names.length) throw new Error("one file name was given twice");
  if (key?.bytes.length !== manifest.sizeBytes) throw new Error("the manifest tells another size");
}

async function makeClusterFolder(disk: VaultDisk, cluster: string): Promise<void> {
  if (!isClusterFolder(cluster)) {
    throw new OperatorError(
      "inventory-invalid",
      `a vault cannot keep backups of a cluster called ${cluster}`,
      {
        hint: "Give the cluster another name in the inventory",
        place: { cluster },
      },
    );
  }
  if (await disk.makeFolder(cluster, 0o700)) await disk.flushFolder("");
  else if ((await disk.look(cluster))?.kind !== "folder") {
    const place = disk.placeOf(cluster);
    throw new OperatorError("state-not-writable", `${place} is no folder`, {
      hint: "Move away what lies there",
      place: { cluster, file: place },
    });
  }
}

/** The folder just made tells what time it is on that disk. Nothing in here may spoil the publish. */
async function sweepLeftovers(disk: VaultDisk, cluster: string, own: string): Promise<void> {
  try {
    const nowMs = (await disk.look(own))?.modifiedMs ?? 0;
    for (const { name, modifiedMs } of (await disk.list(cluster)) ?? []) {
      const isLeftover = /^\.(new|gone)-/.test(name) && nowMs - modifiedMs > dayMs;
      if (isLeftover) await removeTree(disk, `${cluster}/${name}`);
    }
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== "state-not-writable") throw error;
  }
}

function taken(place: string, cluster: string): OperatorError {
  return new OperatorError("state-not-writable", `${place} is there already`, {
    hint: "Take another backup: its id begins with its time",
    place: { cluster, file: place },
  });
}
