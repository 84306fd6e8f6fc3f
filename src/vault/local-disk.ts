// A folder of this machine → the disk under a vault: 0700 and 0600, flushed, no symbolic link below the folder followed.
import { constants } from "node:fs";
import { chmod, lstat, mkdir, open, readdir, rename, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { OperatorError, messageOf } from "../base/errors.ts";
import { diskTrouble } from "../base/files.ts";
import type { DiskEntry, VaultDisk } from "./vault-disk.ts";

type Stats = Awaited<ReturnType<typeof lstat>>;

/** `root` itself may be a link; nothing below it. */
export function openLocalDisk(root: string): VaultDisk {
  const placeOf = (path: string) => (path === "" ? root : join(root, path));

  /** Runs disk work below folders that are folders, not links to elsewhere. */
  const at = async <Result>(path: string, work: (full: string) => Promise<Result>): Promise<Result> => {
    try {
      const parts = path.split("/");
      for (let depth = 1; depth < parts.length; depth += 1) {
        const parent = placeOf(parts.slice(0, depth).join("/"));
        if ((await lstat(parent)).isSymbolicLink()) throw linked(parent);
      }
      return await work(placeOf(path));
    } catch (error) {
      throw inWords(placeOf(path), error);
    }
  };
  const orNull = async <Result>(work: Promise<Result>): Promise<Result | null> => {
    try {
      return await work;
    } catch (error) {
      const cause = error instanceof OperatorError ? error.cause : error;
      if (["ENOENT", "ENOTDIR"].includes(codeOf(cause))) return null;
      throw error;
    }
  };

  return {
    placeOf,
    look: (path) =>
      orNull(at(path, async (full) => entryOf(path.split("/").at(-1) ?? "", await lstat(full)))),
    list: (path) =>
      orNull(
        at(path, async (full) => {
          if ((await lstat(full)).isSymbolicLink() && path !== "") throw linked(full);
          const found: DiskEntry[] = [];
          for (const name of await readdir(full)) {
            const stats = await orNull(lstat(join(full, name)));
            if (stats !== null) found.push(entryOf(name, stats));
          }
          return found;
        }),
      ),
    readFile: (path, maxBytes) =>
      orNull(
        at(path, async (full) => {
          const file = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
          try {
            const stats = await file.stat();
            if (!stats.isFile() || stats.size > maxBytes) return null;
            const bytes = Buffer.alloc(maxBytes + 1);
            let length = 0;
            for (;;) {
              const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
              length += bytesRead;
              if (bytesRead === 0 || length > maxBytes) break;
            }
            return length > maxBytes ? null : Buffer.from(bytes.subarray(0, length));
          } finally {
            await file.close();
          }
        }),
      ),
    writeNewFile: (path, bytes, mode = 0o600) =>
      at(path, async (full) => {
        const file = await open(full, "wx", mode);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
      }),
    makeFolder: (path, mode) =>
      at(path, async (full) => {
        try {
          await mkdir(full, { mode });
        } catch (error) {
          if (codeOf(error) === "EEXIST") return false;
          throw error;
        }
        await chmod(full, mode);
        return true;
      }),
    rename: (from, to) =>
      at(from, async (full) => {
        if ((await orNull(lstat(placeOf(to)))) !== null) throw taken(placeOf(to));
        await rename(full, placeOf(to));
      }),
    removeFile: async (path) => void (await orNull(at(path, unlink))),
    removeFolder: async (path) => void (await orNull(at(path, (full) => rmdir(full)))),
    flushFolder: (path) =>
      at(path, async (full) => {
        const folder = await open(full, constants.O_RDONLY | constants.O_DIRECTORY);
        try {
          await folder.sync();
        } catch (error) {
          // Some network file systems cannot flush a folder; its files are flushed.
          if (codeOf(error) !== "EINVAL") throw error;
        } finally {
          await folder.close();
        }
      }),
  };
}

function entryOf(name: string, stats: Stats): DiskEntry {
  const kind = stats.isFile()
    ? "file"
    : stats.isDirectory()
      ? "folder"
      : stats.isSymbolicLink()
        ? "link"
        : "other";
  return { name, kind, sizeBytes: Number(stats.size), modifiedMs: Number(stats.mtimeMs) };
}

function codeOf(error: unknown): string {
  return (error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined) ?? "";
}

function taken(path: string): OperatorError {
  return new OperatorError("state-not-writable", `${path} is there already`, {
    hint: "Look at what lies there, and move it away if it is no backup",
    place: { file: path },
  });
}

function linked(path: string): OperatorError {
  return new OperatorError("state-not-writable", `${path} is a symbolic link; a vault follows none`, {
    hint: "Name the folder itself in vault: path:, and put a folder where the link is",
    place: { file: path },
  });
}

/** Disk trouble in the vault's words; what says that nothing is there keeps its code as the cause. */
function inWords(path: string, error: unknown): unknown {
  if (error instanceof OperatorError) return error;
  const code = codeOf(error);
  if (code === "ENOENT") return gone(path, error);
  if (code === "ELOOP") return linked(path);
  if (code === "") return error;
  const known = diskTrouble(path, error);
  const what = known instanceof OperatorError ? known.message : messageOf(error);
  return new OperatorError("state-not-writable", `the vault: ${what}`, {
    hint: hints[code] ?? "Mend the folder that vault: path: names, or name another there",
    place: { file: path },
    cause: error,
  });
}

const hints: Readonly<Record<string, string>> = {
  ENOSPC: "Free space on the disk of the vault, then run the command again",
  EDQUOT: "Free space on the disk of the vault, then run the command again",
  EACCES: "Give this user the right to write in the folder that vault: path: names",
  EPERM: "Give this user the right to write in the folder that vault: path: names",
  EROFS: "Name a folder that can be written under vault: path:",
};

function gone(path: string, cause: unknown): OperatorError {
  return new OperatorError("state-not-writable", `${path} is not there: ${messageOf(cause)}`, {
    hint: "Make the folder that vault: path: names",
    place: { file: path },
    cause,
  });
}
