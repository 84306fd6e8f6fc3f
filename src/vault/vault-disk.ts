// What a vault asks of the disk under it, here or on a server: few calls, each whole or an OperatorError, paths relative to the vault with `/`.

/** `link` is a symbolic link, never followed; `other` is whatever is neither file nor folder. */
export interface DiskEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** Errors of every call: `vault-unreachable`, `state-not-writable`, `recovery-key-unusable` (a file that cannot be read). */
export interface VaultDisk {
  /** The path for people, with the place of the vault in front. */
  placeOf(path: string): string;
  /** The entry itself, not what a link leads to; null: nothing there. */
  look(path: string): Promise<DiskEntry | null>;
  /** Entries of a folder but `.` and `..`; null: no such folder. */
  list(path: string): Promise<readonly DiskEntry[] | null>;
  /** Null: no such file, or longer than `maxBytes`. */
  readFile(path: string, maxBytes: number): Promise<Buffer | null>;
  /** A new file, flushed, mode 0600 if no other is asked for; one that is there already is an error. */
  writeNewFile(path: string, bytes: Uint8Array, mode?: 0o600 | 0o640): Promise<void>;
  /** A new folder with exactly this mode; false: something of that name is there already. */
  makeFolder(path: string, mode: number): Promise<boolean>;
  /** What gives `to` its name in one step; `to` must be free. */
  rename(from: string, to: string): Promise<void>;
  /** One that is gone already is fine. */
  removeFile(path: string): Promise<void>;
  /** An empty folder; one that is gone already is fine. */
  removeFolder(path: string): Promise<void>;
  /** Entries of the folder are on the disk before this returns, where that can be asked for. */
  flushFolder(path: string): Promise<void>;
}

const mostDepth = 64;

/** Removes a file, a link or a folder with all below it; links are not followed. */
export async function removeTree(disk: VaultDisk, path: string): Promise<void> {
  const entry = await disk.look(path);
  if (entry === null) return;
  await removeEntry(disk, path, entry.kind === "folder", 0);
}

/** Removes all below a folder; links are not followed. */
export async function emptyFolder(disk: VaultDisk, path: string, depth = 0): Promise<void> {
  if (depth >= mostDepth) return;
  for (const { name, kind } of (await disk.list(path)) ?? [])
    await removeEntry(disk, `${path}/${name}`, kind === "folder", depth + 1);
}

async function removeEntry(disk: VaultDisk, path: string, isFolder: boolean, depth: number): Promise<void> {
  if (!isFolder) return disk.removeFile(path);
  await emptyFolder(disk, path, depth);
  await disk.removeFolder(path);
}
