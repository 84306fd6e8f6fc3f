// A vault's disk → its published backups, oldest first, and the folders that only look like one.
import { OperatorError } from "../base/errors.ts";
import {
  isBackupFile,
  isBackupId,
  isClusterFolder,
  manifestFile,
  maxManifestBytes,
  parseManifest,
} from "./manifest.ts";
import type { DiskEntry, VaultDisk } from "./vault-disk.ts";
import {
  type DamagedBackup,
  recoveryKeyFile,
  type StoredBackup,
  type Vault,
  type VaultListing,
} from "./vault.ts";

/** The longest file of a backup that is read. */
export const maxFileBytes = 1_000_000;
const readAtOnce = 16;

type Found =
  | { readonly kind: "backup"; readonly backup: StoredBackup }
  | { readonly kind: "damaged"; readonly damaged: DamagedBackup };

/** `list` of any vault on a disk; hidden folders are publishes and removals that were cut short. */
export async function listBackups(disk: VaultDisk, cluster: string | null): Promise<VaultListing> {
  const clusters = cluster === null ? await clusterFolders(disk) : [cluster];
  const found: Found[] = [];
  for (const name of clusters) found.push(...(await backupsOf(disk, name)));
  return {
    backups: found.flatMap((one) => (one.kind === "backup" ? [one.backup] : [])).sort(byAge),
    damaged: found.flatMap((one) => (one.kind === "damaged" ? [one.damaged] : [])),
  };
}

async function clusterFolders(disk: VaultDisk): Promise<string[]> {
  const entries = (await disk.list("")) ?? [];
  return entries
    .filter(({ name, kind }) => kind === "folder" && isClusterFolder(name))
    .map(({ name }) => name)
    .sort();
}

async function backupsOf(disk: VaultDisk, cluster: string): Promise<Found[]> {
  if (!isClusterFolder(cluster)) return [];
  const root = await disk.look(cluster);
  if (root === null) return [];
  if (root.kind !== "folder") return [damaged(cluster, "it is no folder")];
  const entries = ((await disk.list(cluster)) ?? [])
    .filter(({ name }) => !name.startsWith("."))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const found: Found[] = [];
  for (let at = 0; at < entries.length; at += readAtOnce) {
    const batch = entries.slice(at, at + readAtOnce);
    found.push(...(await Promise.all(batch.map((entry) => backupIn(disk, cluster, entry)))));
  }
  return found;
}

async function backupIn(disk: VaultDisk, cluster: string, entry: DiskEntry): Promise<Found> {
  const path = `${cluster}/${entry.name}`;
  if (entry.kind !== "folder") return damaged(path, "it is no folder");
  if (!isBackupId(entry.name)) return damaged(path, "its name is not that of a backup");
  const manifest = await fileIn(disk, path, manifestFile, maxManifestBytes);
  if (typeof manifest === "string") return damaged(path, manifest);
  const read = parseManifest(manifest, { cluster, id: entry.name });
  if (read.kind === "damaged") return damaged(path, read.reason);
  const key = await disk.look(`${path}/${recoveryKeyFile}`);
  if (key?.kind !== "file") return damaged(path, `${recoveryKeyFile} is missing`);
  if (key.sizeBytes !== read.manifest.sizeBytes) {
    const sizes = `${key.sizeBytes} bytes instead of ${read.manifest.sizeBytes}`;
    return damaged(path, `${recoveryKeyFile} has ${sizes}`);
  }
  return { kind: "backup", backup: { manifest: read.manifest, path } };
}

/** The bytes, or why there are none. */
async function fileIn(
  disk: VaultDisk,
  path: string,
  name: string,
  maxBytes: number,
): Promise<Buffer | string> {
  const entry = await disk.look(`${path}/${name}`);
  if (entry === null) return `${name} is missing`;
  if (entry.kind !== "file") return `${name} is no file`;
  if (entry.sizeBytes > maxBytes) return `${name} has ${entry.sizeBytes} bytes`;
  return (await disk.readFile(`${path}/${name}`, maxBytes)) ?? `${name} cannot be read`;
}

/** `read` of any vault on a disk. Throws `recovery-key-unusable` where there is no such file, or a longer one. */
export async function readBackupFile(
  disk: VaultDisk,
  backup: StoredBackup,
  file: string,
): ReturnType<Vault["read"]> {
  const path = pathOfBackup(backup);
  const place = disk.placeOf(`${path}/${file}`);
  if (!isBackupFile(file))
    throw unusable(disk.placeOf(path), `${JSON.stringify(file)} is the name of no file in a backup`);
  const bytes = await fileIn(disk, path, file, maxFileBytes);
  if (typeof bytes === "string") throw unusable(place, bytes);
  return bytes;
}

/** The path, but only where it is that of a backup: callers may have it from a file that anybody wrote. */
export function pathOfBackup({ path }: StoredBackup): string {
  const [cluster = "", id = "", ...more] = path.split("/");
  if (!isClusterFolder(cluster) || !isBackupId(id) || more.length > 0)
    throw unusable(path, "that is the path of no backup");
  return path;
}

const damaged = (path: string, reason: string): Found => ({ kind: "damaged", damaged: { path, reason } });

function byAge(one: StoredBackup, other: StoredBackup): number {
  const [left, right] = [one, other].map(({ manifest }) => `${Date.parse(manifest.takenAt)} ${manifest.id}`);
  return (left ?? "") < (right ?? "") ? -1 : 1;
}

function unusable(place: string, why: string): OperatorError {
  return new OperatorError("recovery-key-unusable", `${place}: ${why}`, {
    hint: "Verify what is kept: itlctl backup verify",
    place: { file: place },
  });
}
