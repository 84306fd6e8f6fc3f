// SFTP requests of the platform in; one file of one name, kept in memory, out. Everything else that SFTP knows is refused.
import type { Socket } from "node:net";
import { posix } from "node:path";
import ssh2, { type Attributes, type SFTPWrapper } from "ssh2";
import { answerRealPath, refuseOtherRequests, refuseRequest } from "./receiver-requests.ts";
import { recoveryKeyFile } from "./vault.ts";

/** `path` below the folder of the delivery; `bytes` null: it was longer than a recovery key may be. */
export interface ReceivedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly bytes: Buffer | null;
}

const status = ssh2.utils.sftp.STATUS_CODE;
const flags = ssh2.utils.sftp.OPEN_MODE;
const mostFolders = 64;
const mostDepth = 16;
/** Printable ASCII but slash and backslash. */
const plainName = /^[\x20-\x2e\x30-\x5b\x5d-\x7e]{1,100}$/;

interface Upload {
  readonly path: string;
  readonly buffer: Buffer;
  length: number;
  isTooLong: boolean;
}

/** `serve` may be called for every session of the one client: they share the one file. */
export function serveUpload(options: {
  readonly directory: string;
  readonly maxBytes: number;
  readonly store: (path: string, bytes: Buffer) => Promise<void>;
  readonly onComplete: () => void;
}): {
  serve(sftp: SFTPWrapper, socket: Socket): void;
  /** Keeps what has come of a file that is not whole; nothing more is taken for it. */
  letGo(): void;
  received(): Promise<ReceivedFile | null>;
} {
  const { directory, maxBytes, store, onComplete } = options;
  const parts = directory.split("/").filter((part) => part !== "");
  const folders = new Set(["/", ...parts.map((_, at) => `/${parts.slice(0, at + 1).join("/")}`)]);
  const ownFolders = folders.size;
  let file: { readonly path: string; readonly size: number; readonly bytes: Buffer | null } | null = null;
  let isComplete = false;
  let open: Upload | null = null;
  let storing: Promise<void> = Promise.resolve();

  const below = (path: string) =>
    path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path.slice(1);
  const resolve = (path: string) => posix.resolve("/", path);
  const keep = (upload: Upload) => {
    const bytes = upload.isTooLong ? null : Buffer.from(upload.buffer.subarray(0, upload.length));
    file = { path: below(upload.path), size: upload.length, bytes };
    storing = bytes === null ? Promise.resolve() : store(file.path, bytes);
    return storing;
  };
  // What came of it stays for people to look at; the client may come back and send it whole.
  const letGo = () => {
    const left = open;
    open = null;
    if (left !== null && left.length > 0) keep(left).catch(() => undefined);
  };
  const attributesOf = (path: string): Attributes | null => {
    const times = { uid: 0, gid: 0, atime: 0, mtime: 0 };
    if (folders.has(path)) return { ...times, mode: 0o040700, size: 0 };
    if (open?.path === path) return { ...times, mode: 0o100600, size: open.length };
    if (file !== null && `/${file.path}` === `/${below(path)}`)
      return { ...times, mode: 0o100600, size: file.size };
    return null;
  };

  const serve = (sftp: SFTPWrapper, socket: Socket) => {
    const handle = Buffer.from("1");
    let own: Upload | null = null;
    const refuse = (id: number) => refuseRequest(sftp, id);
    const uploadOf = (bytes: Buffer) => (own !== null && bytes.equals(handle) ? own : null);
    const tell = (id: number, path: string) => {
      const attributes = attributesOf(resolve(path));
      if (attributes === null) sftp.status(id, status.NO_SUCH_FILE);
      else sftp.attrs(id, attributes);
    };

    answerRealPath(sftp);
    sftp.on("STAT", tell);
    sftp.on("LSTAT", tell);
    sftp.on("FSTAT", (id, bytes) => {
      const upload = uploadOf(bytes);
      if (upload === null) sftp.status(id, status.FAILURE);
      else tell(id, upload.path);
    });
    // Times and modes are taken note of by nobody; a size would be another way to write.
    const set = (id: number, attributes: Attributes) =>
      attributes.size === undefined ? sftp.status(id, status.OK) : refuse(id);
    sftp.on("SETSTAT", (id, _path, attributes) => set(id, attributes));
    sftp.on("FSETSTAT", (id, _handle, attributes) => set(id, attributes));
    sftp.on("MKDIR", (id, path) => {
      const folder = resolve(path);
      const isPossible =
        folders.has(posix.dirname(folder)) &&
        plainName.test(posix.basename(folder)) &&
        posix.basename(folder) !== recoveryKeyFile &&
        folders.size < ownFolders + mostFolders &&
        folder.split("/").length <= parts.length + mostDepth;
      if (!isPossible || folders.has(folder)) return sftp.status(id, status.FAILURE);
      folders.add(folder);
      sftp.status(id, status.OK);
    });
    sftp.on("OPEN", (id, name, mode) => {
      const path = resolve(name);
      if (!folders.has(posix.dirname(path))) return sftp.status(id, status.NO_SUCH_FILE);
      const isUpload =
        (mode & flags.WRITE) !== 0 && (mode & flags.CREAT) !== 0 && (mode & flags.APPEND) === 0;
      if (!isUpload || posix.basename(path) !== recoveryKeyFile) return refuse(id);
      if (isComplete || open !== null) return refuse(id);
      own = { path, buffer: Buffer.alloc(maxBytes), length: 0, isTooLong: false };
      open = own;
      sftp.handle(id, handle);
    });
    sftp.on("WRITE", (id, bytes, offset, data) => {
      const upload = uploadOf(bytes);
      if (upload === null) return sftp.status(id, status.FAILURE);
      const end = offset + data.length;
      upload.length = Math.max(upload.length, end);
      if (!Number.isSafeInteger(end) || end > maxBytes) upload.isTooLong = true;
      if (upload.isTooLong) return sftp.status(id, status.FAILURE);
      data.copy(upload.buffer, offset);
      sftp.status(id, status.OK);
    });
    sftp.on("CLOSE", (id, bytes) => {
      const upload = uploadOf(bytes);
      if (upload === null) return sftp.status(id, status.FAILURE);
      [own, open, isComplete] = [null, null, true];
      keep(upload).then(
        () => sftp.status(id, upload.isTooLong ? status.FAILURE : status.OK),
        () => sftp.status(id, status.FAILURE),
      );
      onComplete();
    });
    sftp.on("REMOVE", (id, path) =>
      attributesOf(resolve(path)) === null ? sftp.status(id, status.NO_SUCH_FILE) : refuse(id),
    );
    refuseOtherRequests(sftp);
    const leave = () => {
      if (own !== null && own === open) letGo();
      own = null;
    };
    sftp.on("close", leave);
    socket.on("close", leave);
  };
  return {
    serve,
    letGo,
    async received() {
      await storing.catch(() => undefined);
      return file === null ? null : { path: file.path, sizeBytes: file.size, bytes: file.bytes };
    },
  };
}
