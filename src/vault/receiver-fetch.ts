// SFTP requests of the platform in; the bytes of one file at one path, out. Nothing can be listed, written or named otherwise.
import { posix } from "node:path";
import ssh2, { type Attributes, type SFTPWrapper } from "ssh2";
import { answerRealPath, refuseOtherRequests, refuseRequest } from "./receiver-requests.ts";

const status = ssh2.utils.sftp.STATUS_CODE;
const flags = ssh2.utils.sftp.OPEN_MODE;
const longestRead = 64_000;

/** Serves until the session ends. */
export function serveFetch(sftp: SFTPWrapper, path: string, bytes: Buffer): void {
  const handle = Buffer.from("1");
  const times = { uid: 0, gid: 0, atime: 0, mtime: 0 };
  const file: Attributes = { ...times, mode: 0o100400, size: bytes.length };
  const tell = (id: number, name: string) => {
    const wanted = posix.resolve("/", name);
    if (wanted === path) sftp.attrs(id, file);
    else if (wanted === posix.dirname(path)) sftp.attrs(id, { ...times, mode: 0o040500, size: 0 });
    else sftp.status(id, status.NO_SUCH_FILE);
  };

  answerRealPath(sftp);
  sftp.on("STAT", tell);
  sftp.on("LSTAT", tell);
  sftp.on("FSTAT", (id) => sftp.attrs(id, file));
  sftp.on("OPEN", (id, name, mode) => {
    if (posix.resolve("/", name) !== path) return sftp.status(id, status.NO_SUCH_FILE);
    if (mode !== flags.READ) return refuseRequest(sftp, id);
    sftp.handle(id, handle);
  });
  sftp.on("READ", (id, opened, offset, length) => {
    if (!opened.equals(handle)) return sftp.status(id, status.FAILURE);
    const part = bytes.subarray(offset, offset + Math.min(length, longestRead));
    if (part.length === 0) sftp.status(id, status.EOF);
    else sftp.data(id, part);
  });
  sftp.on("CLOSE", (id) => sftp.status(id, status.OK));
  refuseOtherRequests(sftp);
}
