// An SFTP session of the platform, its wanted requests answered already → every other one that SFTP knows is refused.
import { posix } from "node:path";
import ssh2, { type Attributes, type SFTPWrapper } from "ssh2";

const requests = [
  ...["OPEN", "READ", "WRITE", "CLOSE", "STAT", "LSTAT", "FSTAT", "SETSTAT", "FSETSTAT"],
  ...["OPENDIR", "READDIR", "MKDIR", "RMDIR", "REMOVE", "RENAME", "REALPATH", "READLINK", "SYMLINK"],
];

/** To be called last: what has a listener by then is left to it. */
export function refuseOtherRequests(sftp: SFTPWrapper): void {
  const listeners: Pick<NodeJS.EventEmitter, "on" | "listenerCount"> = sftp;
  for (const request of requests.filter((name) => listeners.listenerCount(name) === 0))
    listeners.on(request, (id: number) => refuseRequest(sftp, id));
}

export function refuseRequest(sftp: SFTPWrapper, id: number): void {
  sftp.status(id, ssh2.utils.sftp.STATUS_CODE.PERMISSION_DENIED);
}

/** Paths begin at the one root that a client sees. */
export function answerRealPath(sftp: SFTPWrapper): void {
  sftp.on("REALPATH", (id, path) => {
    const filename = posix.resolve("/", path);
    sftp.name(id, [{ filename, longname: filename, attrs: {} as Attributes }]);
  });
}
