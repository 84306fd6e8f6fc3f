// A path on an SFTP server → the file's bytes, however many fewer or more than the server says there are.
import { type SftpConnection, SftpLost } from "./sftp-connection.ts";

const chunkBytes = 32_000;
const endOfFile = 1;
/** Servers may answer with less than was asked for, but not in crumbs: that would take a run for ever. */
const smallestUsualPart = 1_000;

/** Null: longer than `maxBytes`. Rejects as `call` does. */
export async function readSftpFile(
  call: SftpConnection["call"],
  path: string,
  maxBytes: number,
): Promise<Buffer | null> {
  const handle = await call<Buffer>((sftp, done) => sftp.open(path, "r", done));
  try {
    const parts: Buffer[] = [];
    const mostParts = Math.ceil(maxBytes / smallestUsualPart) + 16;
    for (let length = 0; length <= maxBytes; ) {
      if (parts.length >= mostParts) throw new SftpLost(`the server gives ${path} out in crumbs`);
      const part = await call<Buffer>((sftp, done) => {
        const room = Buffer.alloc(chunkBytes);
        sftp.read(handle, room, 0, room.length, length, (error, count) => {
          // The end of a file is an error to ssh2.
          if ((error as { code?: unknown } | undefined)?.code === endOfFile) done(undefined, Buffer.alloc(0));
          else done(error, room.subarray(0, count));
        });
      });
      if (part.length === 0) return Buffer.concat(parts);
      // A copy: the part itself keeps all the room that was made for it.
      parts.push(Buffer.from(part));
      length += part.length;
    }
    return null;
  } finally {
    await call((sftp, done) => sftp.close(handle, done)).catch(() => undefined);
  }
}
