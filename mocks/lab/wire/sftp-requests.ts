// SFTP requests of one session in; answers from a folder of this machine out. Paths cannot leave the folder.
import { constants } from "node:fs";
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rmdir,
  stat,
  unlink,
} from "node:fs/promises";
import { join, posix } from "node:path";
import type { Stats } from "node:fs";
import ssh2, { type Attributes, type FileEntry, type SFTPWrapper } from "ssh2";

const status = ssh2.utils.sftp.STATUS_CODE;
const flags = ssh2.utils.sftp.OPEN_MODE;

type Handle = { readonly file: FileHandle } | { readonly listing: FileEntry[]; isRead: boolean };

/** `isReadOnly`: nothing can be written (no permission). `roomBytes`: no file can become longer (disk full). */
export interface SftpTroubles {
  isReadOnly?: boolean;
  roomBytes?: number;
}

/** Serves until the session ends. `root` shows as `/`, and is also where relative paths begin. */
export function serveSftp(sftp: SFTPWrapper, root: string, trouble: SftpTroubles = {}): void {
  const handles = new Map<number, Handle>();
  let nextHandle = 1;
  const real = (path: string) => join(root, posix.resolve("/", path));
  const answer = (id: number, work: () => Promise<void>) => {
    work().catch((error: unknown) => sftp.status(id, statusOf(error)));
  };
  const done = (id: number, work: () => Promise<unknown>) =>
    answer(id, async () => {
      await work();
      sftp.status(id, status.OK);
    });
  const give = (id: number, handle: Handle) => {
    const number = nextHandle++;
    handles.set(number, handle);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(number);
    sftp.handle(id, bytes);
  };
  const checkWritable = () => {
    if (trouble.isReadOnly === true) throw Object.assign(new Error("read only"), { code: "EACCES" });
  };
  const handleOf = (bytes: Buffer) => handles.get(bytes.readUInt32BE(0));
  const fileOf = (bytes: Buffer) => {
    const handle = handleOf(bytes);
    if (handle === undefined || !("file" in handle)) throw new Error("no such open file");
    return handle.file;
  };

  sftp.on("REALPATH", (id, path) => {
    const filename = posix.resolve("/", path);
    sftp.name(id, [{ filename, longname: filename, attrs: {} as Attributes }]);
  });
  sftp.on("STAT", (id, path) => answer(id, async () => sftp.attrs(id, attributes(await stat(real(path))))));
  sftp.on("LSTAT", (id, path) => answer(id, async () => sftp.attrs(id, attributes(await lstat(real(path))))));
  sftp.on("FSTAT", (id, handle) =>
    answer(id, async () => sftp.attrs(id, attributes(await fileOf(handle).stat()))),
  );
  sftp.on("SETSTAT", (id) => sftp.status(id, status.OK));
  sftp.on("FSETSTAT", (id) => sftp.status(id, status.OK));
  sftp.on("OPEN", (id, path, mode) =>
    answer(id, async () => {
      if ((mode & flags.WRITE) !== 0) checkWritable();
      give(id, { file: await open(real(path), openFlags(mode), 0o600) });
    }),
  );
  sftp.on("READ", (id, handle, offset, length) =>
    answer(id, async () => {
      const { bytesRead, buffer } = await fileOf(handle).read(Buffer.alloc(length), 0, length, offset);
      if (bytesRead === 0) sftp.status(id, status.EOF);
      else sftp.data(id, buffer.subarray(0, bytesRead));
    }),
  );
  sftp.on("WRITE", (id, handle, offset, data) =>
    done(id, () => {
      if (offset + data.length > (trouble.roomBytes ?? Infinity)) throw new Error("no room is left");
      return fileOf(handle).write(data, 0, data.length, offset);
    }),
  );
  sftp.on("CLOSE", (id, bytes) =>
    done(id, async () => {
      const handle = handleOf(bytes);
      handles.delete(bytes.readUInt32BE(0));
      if (handle !== undefined && "file" in handle) await handle.file.close();
    }),
  );
  sftp.on("OPENDIR", (id, path) =>
    answer(id, async () => give(id, { listing: await listingOf(real(path)), isRead: false })),
  );
  sftp.on("READDIR", (id, bytes) => {
    const handle = handleOf(bytes);
    if (handle === undefined || !("listing" in handle)) sftp.status(id, status.FAILURE);
    else if (handle.isRead) sftp.status(id, status.EOF);
    else {
      handle.isRead = true;
      sftp.name(id, handle.listing);
    }
  });
  sftp.on("MKDIR", (id, path) => done(id, () => (checkWritable(), mkdir(real(path)))));
  sftp.on("RMDIR", (id, path) => done(id, () => rmdir(real(path))));
  sftp.on("REMOVE", (id, path) => done(id, () => unlink(real(path))));
  sftp.on("RENAME", (id, from, to) => done(id, () => renameNew(real(from), real(to))));
  sftp.on("error", () => undefined);
  sftp.on("close", () => {
    for (const handle of handles.values()) if ("file" in handle) handle.file.close().catch(() => undefined);
  });
}

/** As OpenSSH's plain rename: refused where the new name is taken. */
async function renameNew(from: string, to: string): Promise<void> {
  const isTaken = await lstat(to).then(
    () => true,
    () => false,
  );
  if (isTaken) throw new Error("the new name is taken");
  await rename(from, to);
}

async function listingOf(directory: string): Promise<FileEntry[]> {
  await realpath(directory);
  const names = await readdir(directory);
  return await Promise.all(
    names.map(async (filename) => {
      const stats = await lstat(join(directory, filename));
      const kind = stats.isDirectory() ? "d" : "-";
      const longname = `${kind}rw------- 1 lab lab ${stats.size} Jan  1 00:00 ${filename}`;
      return { filename, longname, attrs: attributes(stats) };
    }),
  );
}

function attributes(stats: Stats): Attributes {
  return {
    mode: stats.mode,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.size,
    atime: Math.floor(stats.atimeMs / 1000),
    mtime: Math.floor(stats.mtimeMs / 1000),
  };
}

function openFlags(mode: number): number {
  const isReading = (mode & flags.READ) !== 0;
  const isWriting = (mode & flags.WRITE) !== 0;
  let result =
    isReading && isWriting ? constants.O_RDWR : isWriting ? constants.O_WRONLY : constants.O_RDONLY;
  if (mode & flags.APPEND) result |= constants.O_APPEND;
  if (mode & flags.CREAT) result |= constants.O_CREAT;
  if (mode & flags.TRUNC) result |= constants.O_TRUNC;
  if (mode & flags.EXCL) result |= constants.O_EXCL;
  return result;
}

function statusOf(error: unknown): number {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return status.NO_SUCH_FILE;
  return code === "EACCES" ? status.PERMISSION_DENIED : status.FAILURE;
}
