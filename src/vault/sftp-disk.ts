// A way to an open SFTP connection and a folder there → the disk under a vault.
import { posix } from "node:path";
import type { Attributes, FileEntryWithStats, SFTPWrapper, Stats } from "ssh2";
import { OperatorError, messageOf } from "../base/errors.ts";
import { type SftpConnection, SftpLost } from "./sftp-connection.ts";
import type { DiskEntry, VaultDisk } from "./vault-disk.ts";

type Status = Error & { readonly code: number };
const noSuchFile = 2;
const permissionDenied = 3;
const chunkBytes = 32_000;
/** What stands between a folder's own mode and its kind: set-group-id has to outlive a chmod. */
const specialBits = 0o7000;

/** `place` names the server and the folder for people; `connect` gives the open connection, or opens it again. */
export function openSftpDisk(options: {
  readonly place: string;
  readonly root: string;
  readonly connect: () => Promise<SftpConnection>;
}): VaultDisk {
  const { place, root, connect } = options;
  const placeOf = (path: string) => (path === "" ? place : posix.join(place, path));
  const full = (path: string) => posix.join(root, path);

  const ask = async <Result>(
    path: string,
    what: (sftp: SFTPWrapper, done: (error: unknown, result?: Result) => void) => void,
  ): Promise<Result> => {
    const connection = await connect();
    try {
      return await connection.call(what);
    } catch (error) {
      throw inWords(placeOf(path), error);
    }
  };
  const orNull = async <Result>(work: Promise<Result>): Promise<Result | null> => {
    try {
      return await work;
    } catch (error) {
      if (statusOf(error) === noSuchFile) return null;
      throw error;
    }
  };
  const lookAt = (path: string) => ask<Stats>(path, (sftp, done) => sftp.lstat(full(path), done));

  const disk: VaultDisk = {
    placeOf,
    async look(path) {
      const stats = await orNull(lookAt(path));
      return stats === null ? null : entryOf(posix.basename(path), stats);
    },
    async list(path) {
      const found = await orNull(
        ask<FileEntryWithStats[]>(path, (sftp, done) => sftp.readdir(full(path), done)),
      );
      return (
        found
          ?.filter(({ filename }) => !["", ".", ".."].includes(filename) && !/[/\0]/.test(filename))
          .map(({ filename, attrs }) => entryOf(filename, attrs)) ?? null
      );
    },
    async readFile(path, maxBytes) {
      const handle = await orNull(ask<Buffer>(path, (sftp, done) => sftp.open(full(path), "r", done)));
      if (handle === null) return null;
      try {
        return await readAll(maxBytes, (at) =>
          ask<Buffer>(path, (sftp, done) => {
            const room = Buffer.alloc(chunkBytes);
            sftp.read(handle, room, 0, room.length, at, (error, length) => {
              // The end of a file is an error to ssh2.
              if ((error as Status | undefined)?.code === 1) done(undefined, Buffer.alloc(0));
              else done(error, room.subarray(0, length));
            });
          }),
        );
      } finally {
        await closeHandle(path, handle).catch(() => undefined);
      }
    },
    async writeNewFile(path, bytes, mode = 0o600) {
      const attributes = { mode };
      const handle = await ask<Buffer>(path, (sftp, done) => sftp.open(full(path), "wx", attributes, done));
      try {
        for (let at = 0; at < bytes.length; at += chunkBytes) {
          const part = Buffer.from(bytes.subarray(at, at + chunkBytes));
          await ask(path, (sftp, done) => sftp.write(handle, part, 0, part.length, at, done));
        }
        await flush(path, handle);
      } catch (error) {
        await closeHandle(path, handle).catch(() => undefined);
        throw error;
      }
      // A quota may speak up only here.
      await closeHandle(path, handle);
    },
    async makeFolder(path, mode) {
      try {
        await ask(path, (sftp, done) => sftp.mkdir(full(path), { mode } as Attributes, done));
      } catch (error) {
        // Servers say no more than "Failure" of a name that is taken.
        if (statusOf(error) !== null && (await disk.look(path)) !== null) return false;
        throw error;
      }
      const made = await lookAt(path);
      if ((made.mode & 0o777) === mode) return true;
      const wanted = (made.mode & specialBits) | mode;
      await ask(path, (sftp, done) => sftp.chmod(full(path), wanted, done));
      return true;
    },
    async rename(from, to) {
      await ask(from, (sftp, done) => sftp.rename(full(from), full(to), done));
    },
    async removeFile(path) {
      await orNull(ask(path, (sftp, done) => sftp.unlink(full(path), done)));
    },
    async removeFolder(path) {
      await orNull(ask(path, (sftp, done) => sftp.rmdir(full(path), done)));
    },
    // SFTP has no such request; a server that keeps its word flushed the files.
    flushFolder: async () => undefined,
  };
  return disk;

  function closeHandle(path: string, handle: Buffer): Promise<unknown> {
    return ask(path, (sftp, done) => sftp.close(handle, done));
  }
  function flush(path: string, handle: Buffer): Promise<unknown> {
    return ask(path, (sftp, done) => {
      try {
        sftp.ext_openssh_fsync(handle, done);
      } catch {
        // Not every server can be asked for it.
        done(undefined);
      }
    });
  }
}

/** Null: longer than `maxBytes`, whatever size the server tells. */
async function readAll(
  maxBytes: number,
  readAt: (position: number) => Promise<Buffer>,
): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  for (let length = 0; length <= maxBytes; ) {
    const part = await readAt(length);
    if (part.length === 0) return Buffer.concat(parts);
    parts.push(part);
    length += part.length;
  }
  return null;
}

function entryOf(name: string, stats: Attributes): DiskEntry {
  const format = stats.mode & 0o170000;
  const kinds: Readonly<Record<number, DiskEntry["kind"]>> = {
    0o100000: "file",
    0o040000: "folder",
    0o120000: "link",
  };
  return { name, kind: kinds[format] ?? "other", sizeBytes: stats.size, modifiedMs: stats.mtime * 1000 };
}

/** The server's status, also of an error that was put in words; null: it gave none. */
function statusOf(error: unknown): number | null {
  const cause = error instanceof OperatorError ? error.cause : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === "number" ? code : null;
}

function inWords(place: string, error: unknown): unknown {
  if (error instanceof OperatorError) return error;
  const where = { place: { file: place }, cause: error };
  if (error instanceof SftpLost) {
    return new OperatorError("vault-unreachable", `${place}: ${error.message}`, {
      hint: "Check the SFTP server and the way to it, then run the command again",
      ...where,
    });
  }
  const status = statusOf(error);
  if (status === null) return error;
  const trouble = (why: string, hint: string) =>
    new OperatorError("state-not-writable", `${place}: ${why}`, { hint, ...where });
  if (status === noSuchFile)
    return trouble("it is not there", "Make the folder that vault: directory: names");
  if (status === permissionDenied) {
    return trouble("permission denied", "Give the account of the vault the right to read and write there");
  }
  return trouble(
    `the server says no more than ${JSON.stringify(messageOf(error))}`,
    "Look whether its disk or the account's quota is full, and whether the account may write there",
  );
}
