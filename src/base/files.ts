// Files that only their owner may read: folders 0700, files 0600, whole or not at all; trouble of the disk as an OperatorError.
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { OperatorError } from "./errors.ts";

/** Makes the folder and those above it that are missing, mode 0700. One that exists is kept as it is, but refused if everybody may write in it. */
export function ensurePrivateFolder(path: string): void {
  onDisk(path, () => {
    makeFolders(path);
    const { mode } = statSync(path);
    if ((mode & 0o002) !== 0 && (mode & 0o1000) === 0) {
      throw new OperatorError("state-not-writable", `${path} may be written by everybody`, {
        hint: `take that right away: chmod o-w ${path}`,
        place: { file: path },
      });
    }
  });
}

/** On a read-only file system Node says that the path does not exist; the first missing folder, made by itself, says why. */
function makeFolders(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    let missing = path;
    while (!existsSync(dirname(missing))) missing = dirname(missing);
    mkdirSync(missing, { mode: 0o700 });
    throw error;
  }
}

/** Replaces the file in one go (temporary file, fsync, rename), mode 0600: readers see the old or the new, never a part. */
export function writePrivateFile(
  path: string,
  data: string | Uint8Array,
  options: { isFlushed?: boolean } = {},
): void {
  replaceFile(path, data, { mode: 0o600, isFlushed: options.isFlushed ?? true });
}

/** The same for what other accounts are meant to read: mode 0644 whatever the umask. Its folder must be there. */
export function writeSharedFile(path: string, data: string | Uint8Array): void {
  replaceFile(path, data, { mode: 0o644, isFlushed: true });
}

function replaceFile(
  path: string,
  data: string | Uint8Array,
  { mode, isFlushed }: { readonly mode: number; readonly isFlushed: boolean },
): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  onDisk(path, () => {
    try {
      const file = openSync(temporary, "wx", 0o600);
      try {
        writeWhole(file, data);
        if (mode !== 0o600) fchmodSync(file, mode);
        if (isFlushed) fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path);
      if (isFlushed) flushFolder(dirname(path));
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

/** Adds to the end of the file, mode 0600 when new; with `isFlushed` it is on the disk before this returns. */
export function appendPrivateFile(
  path: string,
  data: string | Uint8Array,
  options: { isFlushed?: boolean } = {},
): void {
  onDisk(path, () => {
    const file = openSync(path, "a", 0o600);
    try {
      writeWhole(file, data);
      if (options.isFlushed ?? true) fsyncSync(file);
    } finally {
      closeSync(file);
    }
  });
}

/** The file's bytes, or null where there is none. */
export function readIfPresent(path: string): Buffer | null {
  return onDisk(path, () => {
    try {
      return readFileSync(path);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return null;
      throw error;
    }
  });
}

/** Runs disk work; what an operator can mend becomes `state-not-writable` with the path and a hint, anything else passes. */
export function onDisk<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw diskTrouble(path, error);
  }
}

/** The OperatorError for an error of node:fs that an operator can mend; any other error comes back as it is. */
export function diskTrouble(path: string, error: unknown): unknown {
  const known = troubles[codeOf(error) ?? ""];
  if (known === undefined) return error;
  return new OperatorError("state-not-writable", `${path}: ${known.what}`, {
    hint: known.hint,
    place: { file: path },
    cause: error,
  });
}

const permission = {
  what: "permission denied",
  hint: "give this user the right to it, or name another folder with --state",
};
const notFolder = {
  what: "a part of the path is not a folder",
  hint: "move the file away, or name another folder with --state",
};

const troubles: Readonly<Record<string, { what: string; hint: string }>> = {
  EACCES: permission,
  EPERM: permission,
  EROFS: { what: "the file system is read-only", hint: "name a folder that can be written with --state" },
  ENOSPC: { what: "no space left on the disk", hint: "free space on the disk, then run the command again" },
  EDQUOT: { what: "the disk quota is used up", hint: "free space, or name another folder with --state" },
  EIO: { what: "the disk reports an error", hint: "check the disk, or name another folder with --state" },
  ENOTDIR: notFolder,
  EEXIST: notFolder,
  EISDIR: { what: "a folder stands where a file should be", hint: "move the folder away" },
  ELOOP: { what: "the symbolic links lead in a circle", hint: "mend the links" },
  ENAMETOOLONG: { what: "the name is too long", hint: "name a folder with a shorter path with --state" },
};

function codeOf(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code ?? null;
}

function writeWhole(file: number, data: string | Uint8Array): void {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

function flushFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } catch (error) {
    // Some network file systems cannot flush a folder; the file itself is flushed.
    if (codeOf(error) !== "EINVAL") throw error;
  } finally {
    closeSync(folder);
  }
}
