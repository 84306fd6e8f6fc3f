// Requests of one or more sessions, as the protocol hands them over → each one's answer, and what was kept of the one file.
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import ssh2 from "ssh2";
import { expect, test, vi } from "vitest";
import { serveUpload } from "../../src/vault/receiver-upload.ts";

const { OK, FAILURE, NO_SUCH_FILE, PERMISSION_DENIED } = ssh2.utils.sftp.STATUS_CODE;
const { WRITE, CREAT, TRUNC } = ssh2.utils.sftp.OPEN_MODE;
const own = Buffer.from("1");
const path = "/incoming/run-1/ITLRecovery.p12";

/** An upload whose sessions are asked by name of the request; each answer is a status, or what was told. */
function opened(store: (path: string, bytes: Buffer) => Promise<void> = async () => undefined) {
  const kept = vi.fn(store);
  const onComplete = vi.fn();
  const upload = serveUpload({ directory: "/incoming/run-1", maxBytes: 100, store: kept, onComplete });
  const session = () => {
    const told: unknown[] = [];
    const answer = (_id: number, value: unknown) => told.push(value);
    const sftp = Object.assign(new EventEmitter(), { status: answer, attrs: answer, handle: answer });
    const socket = new EventEmitter();
    upload.serve(sftp as unknown as ssh2.SFTPWrapper, socket as Socket);
    const ask = (request: string, ...words: readonly unknown[]) => {
      sftp.emit(request, told.length, ...words);
      return told.at(-1);
    };
    return {
      ...{ ask, told, end: () => socket.emit("close") },
      open: () => ask("OPEN", path, WRITE | CREAT | TRUNC),
      write: (text: string, at = 0) => ask("WRITE", own, at, Buffer.from(text)),
    };
  };
  return { ...upload, session, kept, onComplete };
}

test("how far the file has come is told by its handle and by its name; before, there is none", () => {
  const { ask, open, write } = opened().session();
  expect([ask("STAT", path), ask("FSTAT", own)]).toEqual([NO_SUCH_FILE, FAILURE]);
  expect(open()).toEqual(own);
  write("a key");
  const told = expect.objectContaining({ size: 5, mode: 0o100600 });
  expect([ask("FSTAT", own), ask("STAT", path), ask("LSTAT", path)]).toEqual([told, told, told]);
  expect(ask("FSTAT", Buffer.from("2"))).toBe(FAILURE);
  expect(ask("STAT", "/incoming")).toMatchObject({ mode: 0o040700 });
});

test("its size stands there once it is whole, also for another session", async () => {
  const upload = opened();
  const { ask, open, write } = upload.session();
  open();
  write("a key");
  ask("CLOSE", own);
  await vi.waitFor(() => expect(upload.onComplete).toHaveBeenCalledOnce());
  expect(upload.session().ask("STAT", path)).toMatchObject({ size: 5 });
  expect(await upload.received()).toEqual({
    ...{ path: "ITLRecovery.p12", sizeBytes: 5, bytes: Buffer.from("a key") },
  });
});

test("times and modes are taken note of by nobody; a size is refused by name and by handle", () => {
  const { ask, open } = opened().session();
  open();
  expect([ask("SETSTAT", path, { mode: 0o600 }), ask("FSETSTAT", own, { mtime: 1 })]).toEqual([OK, OK]);
  expect([ask("SETSTAT", path, { size: 0 }), ask("FSETSTAT", own, { size: 9 })]).toEqual([
    ...[PERMISSION_DENIED, PERMISSION_DENIED],
  ]);
});

test("a folder is made once, only below one that is there, and never in the place of the file", () => {
  const { ask } = opened().session();
  const make = (name: string) => ask("MKDIR", name);
  expect([
    make("/incoming/run-1/a"),
    make("/incoming/run-1/a"),
    make("/incoming/run-1/b/c"),
    make(path),
  ]).toEqual([OK, FAILURE, FAILURE, FAILURE]);
  expect(make(`/incoming/run-1/${"x".repeat(101)}`)).toBe(FAILURE);
});

test("what is there cannot be removed, and what is not there is told so", () => {
  const { ask, open } = opened().session();
  expect(ask("REMOVE", path)).toBe(NO_SUCH_FILE);
  open();
  expect(ask("REMOVE", path)).toBe(PERMISSION_DENIED);
});

test("a file that cannot be stored is no success for the client", async () => {
  const upload = opened(() => Promise.reject(new Error("disk full")));
  const { ask, open, write, told } = upload.session();
  open();
  write("a key");
  ask("CLOSE", own);
  await vi.waitFor(() => expect(told.at(-1)).toBe(FAILURE));
  expect(await upload.received(), "it came all the same").toMatchObject({ sizeBytes: 5 });
});

test("a session that ends in the middle leaves what came, once; another may send it whole", async () => {
  const upload = opened();
  const first = upload.session();
  first.open();
  first.write("a ");
  expect(upload.session().open(), "one at a time").toBe(PERMISSION_DENIED);
  first.end();
  first.end();
  expect(upload.kept.mock.calls).toEqual([["ITLRecovery.p12", Buffer.from("a ")]]);
  expect(upload.onComplete).not.toHaveBeenCalled();
  const second = upload.session();
  expect(second.open()).toEqual(own);
  second.write("a key");
  second.ask("CLOSE", own);
  expect(await upload.received()).toMatchObject({ sizeBytes: 5 });
  expect(second.ask("CLOSE", own), "once").toBe(FAILURE);
});

test("a session that opened it and sent nothing leaves nothing, nor does one that never opened it", async () => {
  const upload = opened();
  const idle = upload.session();
  idle.open();
  upload.session().end();
  idle.end();
  upload.letGo();
  expect(upload.kept).not.toHaveBeenCalled();
  expect(await upload.received()).toBeNull();
});

test("what a stranded handle sends after the end of its file is not taken", async () => {
  const upload = opened();
  const { open, write } = upload.session();
  open();
  write("a key");
  upload.letGo();
  write("x", 50);
  upload.letGo();
  expect(upload.kept.mock.calls.map(([, bytes]) => bytes.toString())).toEqual(["a key"]);
});

test("a session that ends long after its file was let go takes nothing from the next one", async () => {
  const upload = opened();
  const [first, second] = [upload.session(), upload.session()];
  first.open();
  upload.letGo();
  expect(second.open()).toEqual(own);
  second.write("a ");
  first.end();
  expect(upload.kept).not.toHaveBeenCalled();
  second.write("a key");
  second.ask("CLOSE", own);
  expect(await upload.received()).toMatchObject({ bytes: Buffer.from("a key") });
});

test.each([
  ["one byte too far", 100],
  ["a number beyond all numbers", 2 ** 53],
])("%s makes the file too long: not stored, and told by its size alone", async (_what, at) => {
  const upload = opened();
  const { ask, open, write, told } = upload.session();
  open();
  expect([write("x", 99), write("x", at), write("x")]).toEqual([OK, FAILURE, FAILURE]);
  ask("CLOSE", own);
  await vi.waitFor(() => expect(told.at(-1)).toBe(FAILURE));
  expect(await upload.received()).toEqual({ path: "ITLRecovery.p12", sizeBytes: at + 1, bytes: null });
  expect(upload.kept).not.toHaveBeenCalled();
});
