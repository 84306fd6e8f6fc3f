// A way to an open SFTP connection and a folder there → the disk under a vault.
import { posix } from "node:path";
import type { Attributes, FileEntryWithStats, SFTPWrapper, Stats } from "ssh2";
import { OperatorError, messageOf } from "../base/errors.ts";
import { type SftpConnection, SftpLost } from "./sftp-connection.ts";
import { readSftpFile } from "./sftp-read.ts";
import type { DiskEntry, VaultDisk } from "./vault-disk.ts";

type Call = SftpConnection["call"];
type Request<Result> = (sftp: SFTPWrapper, done: (error: unknown, result?: Result) => void) => void;
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

  /** One connection for the whole of it: a handle means nothing, or another file, on the next one. */
  const using = async <Result>(path: string, work: (call: Call) => Promise<Result>): Promise<Result> => {
    const connection = await connect();
    try {
      return await work(connection.call);
    } catch (error) {
      throw inWords(placeOf(path), error);
    }
  };
  const ask = <Result>(path: string, what: Request<Result>): Promise<Result> =>
    using(path, (call) => call(what));
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
    readFile: (path, maxBytes) => orNull(using(path, (call) => readSftpFile(call, full(path), maxBytes))),
    writeNewFile: (path, bytes, mode = 0o600) =>
      using(path, (call) => writeSftpFile(call, full(path), bytes, mode)),
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
}

async function writeSftpFile(call: Call, path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const handle = await call<Buffer>((sftp, done) => sftp.open(path, "wx", { mode }, done));
  const close = () => call((sftp, done) => sftp.close(handle, done));
  try {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const part = Buffer.from(bytes.subarray(at, at + chunkBytes));
      await call((sftp, done) => sftp.write(handle, part, 0, part.length, at, done));
    }
    await call((sftp, done) => {
      try {
        sftp.ext_openssh_fsync(handle, done);
      } catch {
        // Not every server can be asked for it.
        done(undefined);
      }
    });
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  // A quota may speak up only here.
  await close();
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
