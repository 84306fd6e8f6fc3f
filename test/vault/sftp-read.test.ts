// Reading over SFTP from servers that answer with little: short parts are put together, crumbs end it.
import { expect, test } from "vitest";
import type { SftpConnection } from "../../src/vault/sftp-connection.ts";
import { readSftpFile } from "../../src/vault/sftp-read.ts";

/** A server that answers every read with `partBytes` of a file of `sizeBytes`. */
function serverOf(sizeBytes: number, partBytes: number) {
  const asked = { reads: 0 };
  const file = {
    open: (_path: string, _mode: string, done: (error: undefined, handle: Buffer) => void) =>
      done(undefined, Buffer.from("h")),
    close: (_handle: Buffer, done: (error: undefined) => void) => done(undefined),
    read(
      _handle: Buffer,
      room: Buffer,
      offset: number,
      length: number,
      position: number,
      done: (error: object | undefined, count: number) => void,
    ) {
      asked.reads += 1;
      const count = Math.min(partBytes, length, sizeBytes - position);
      if (count <= 0) return done({ code: 1 }, 0);
      room.fill(7, offset, offset + count);
      done(undefined, count);
    },
  };
  const call = (work: (sftp: never, done: (error: unknown, value: unknown) => void) => void) =>
    new Promise((resolve, reject) => {
      work(file as never, (error, value) => (error ? reject(error as Error) : resolve(value)));
    });
  return { asked, call: call as SftpConnection["call"] };
}

test("short parts are put together to the whole file", async () => {
  const { call } = serverOf(70_000, 9_000);
  expect((await readSftpFile(call, "/a", 1_000_000))?.equals(Buffer.alloc(70_000, 7))).toBe(true);
});

test("a file longer than the cap is none", async () => {
  const { asked, call } = serverOf(500_000, 32_000);
  expect(await readSftpFile(call, "/a", 64_000)).toBeNull();
  expect(asked.reads).toBeLessThan(4);
});

test("a server that gives a file out in crumbs is given up after a bounded number of answers", async () => {
  const { asked, call } = serverOf(1_000_000, 1);
  await expect(readSftpFile(call, "/srv/a.p12", 1_000_000)).rejects.toThrow("gives /srv/a.p12 out in crumbs");
  expect(asked.reads).toBeLessThan(1_100);
});
