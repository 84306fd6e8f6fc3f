// A client in the place of the platform → of one file every byte, and of all the rest nothing.
import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeHostKeyPem } from "../../mocks/lab/wire/host-key.ts";
import { serveFetch } from "../../src/vault/receiver-fetch.ts";
import { openFetch } from "../../src/vault/receiver.ts";
import { type Visitor, visited } from "./sftp-visitor.ts";
import { freePort, hostKeyFile, vaultTools } from "./vault-tools.ts";

const status = ssh2.utils.sftp.STATUS_CODE;
const bytes = Buffer.from(Array.from({ length: 150_000 }, (_, at) => at % 251));
let folder: string;
let served: Awaited<ReturnType<typeof openFetch>>;
let visitor: Visitor;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-fetch-"));
  const settings = { address: "127.0.0.1", port: await freePort(), hostKey: hostKeyFile(folder) };
  served = await openFetch(settings, { publisherAddress: "127.0.0.1", bytes }, vaultTools());
  visitor = await visited(served);
});
afterEach(async () => {
  visitor.end();
  await served.close();
  rmSync(folder, { recursive: true });
});

/** What the server answers; rejects with its refusal. */
function answered<Value>(
  request: (done: (error: Error | null | undefined, value: Value) => void) => unknown,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    request((error, value) => (error ? reject(error) : resolve(value)));
  });
}

const opened = (name: string) => answered<Buffer>((done) => visitor.sftp.open(name, "r", done));

test("the file is read whole, however long the parts are that a client asks for", async () => {
  const handle = await opened(served.place.path);
  const parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const part = Buffer.alloc(100_000);
    const length = await answered<number>((done) =>
      visitor.sftp.read(handle, part, 0, part.length, at, done),
    );
    parts.push(part.subarray(0, length));
    at += length;
  }
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  const past = answered<number>((done) => visitor.sftp.read(handle, Buffer.alloc(9), 0, 9, at, done));
  expect(await past, "past its end there is nothing").toBe(0);
  expect(await visitor.ask((sftp, done) => sftp.close(handle, done))).toBe(0);
});

test("its size is told by name and by handle, and its folder is one", async () => {
  const handle = await opened("../ITLRecovery.p12");
  const of = (name: string) => answered<ssh2.Stats>((done) => visitor.sftp.stat(name, done));
  const told = await answered<ssh2.Stats>((done) => visitor.sftp.fstat(handle, done));
  const linked = await answered<ssh2.Stats>((done) => visitor.sftp.lstat("ITLRecovery.p12", done));
  for (const stats of [told, linked, await of("/ITLRecovery.p12")])
    expect([stats.isFile(), stats.size, stats.mode & 0o777]).toEqual([true, bytes.length, 0o400]);
  expect((await of("/")).isDirectory()).toBe(true);
  await expect(of("/etc/passwd")).rejects.toMatchObject({ code: status.NO_SUCH_FILE });
});

test("paths begin at the one root that there is", async () => {
  const real = (path: string) => answered<string>((done) => visitor.sftp.realpath(path, done));
  expect([await real("."), await real("../../x")]).toEqual(["/", "/x"]);
});

test("of one request at most 64000 bytes are told, and past the end that it is the end", () => {
  const told: unknown[] = [];
  const sftp = Object.assign(new EventEmitter(), {
    data: (_id: number, part: Buffer) => told.push(part.length),
    handle: (_id: number, handle: Buffer) => told.push(handle.toString()),
    status: (_id: number, code: number) => told.push(code),
  });
  serveFetch(sftp as unknown as ssh2.SFTPWrapper, "/key", bytes);
  sftp.emit("OPEN", 1, "/key", ssh2.utils.sftp.OPEN_MODE.READ);
  for (const offset of [0, bytes.length - 9, bytes.length])
    sftp.emit("READ", 2, Buffer.from("1"), offset, 100_000);
  expect(told).toEqual(["1", 64_000, 9, status.EOF]);
});

const refusals: readonly (readonly [string, number, Parameters<Visitor["ask"]>[0]])[] = [
  ["a file of this machine", status.NO_SUCH_FILE, (sftp, done) => sftp.open("/etc/passwd", "r", done)],
  ["to write it", status.PERMISSION_DENIED, (sftp, done) => sftp.open("ITLRecovery.p12", "w", done)],
  ["to add to it", status.PERMISSION_DENIED, (sftp, done) => sftp.open("ITLRecovery.p12", "r+", done)],
  [
    "to read by a handle that was not given",
    status.FAILURE,
    (sftp, done) => sftp.read(Buffer.from("2"), Buffer.alloc(9), 0, 9, 0, done),
  ],
  ["to list the root", status.PERMISSION_DENIED, (sftp, done) => sftp.opendir("/", done)],
  ["to remove it", status.PERMISSION_DENIED, (sftp, done) => sftp.unlink("ITLRecovery.p12", done)],
  ["to make a folder", status.PERMISSION_DENIED, (sftp, done) => sftp.mkdir("/x", done)],
  ["to rename it", status.PERMISSION_DENIED, (sftp, done) => sftp.rename("ITLRecovery.p12", "x", done)],
  ["to make a link", status.PERMISSION_DENIED, (sftp, done) => sftp.symlink("/etc/passwd", "x", done)],
];

test(`not: ${refusals.map(([what]) => what).join(", ")}`, async () => {
  for (const [what, code, attack] of refusals) expect(await visitor.ask(attack), what).toBe(code);
});

test("a port serves one host key: who would show another there is refused, and the first goes on", async () => {
  const hostKey = join(folder, "other_rsa");
  writeFileSync(hostKey, makeHostKeyPem(), { mode: 0o600 });
  const settings = { address: "127.0.0.1", port: served.place.port, hostKey };
  const opening = openFetch(settings, { publisherAddress: "127.0.0.1", bytes }, vaultTools());
  await expect(opening).rejects.toMatchObject({
    code: "vault-unreachable",
    message: expect.stringContaining("another delivery shows another host key there"),
  });
  expect(await opened(served.place.path)).toEqual(Buffer.from("1"));
});

test("a host key that the platform would not accept is told before anything listens", async () => {
  const hostKey = join(folder, "ed25519");
  writeFileSync(hostKey, ssh2.utils.generateKeyPairSync("ed25519").private, { mode: 0o600 });
  const settings = { address: "127.0.0.1", port: served.place.port, hostKey };
  const opening = openFetch(settings, { publisherAddress: "127.0.0.1", bytes }, vaultTools());
  await expect(opening).rejects.toMatchObject({
    code: "inventory-invalid",
    message: `vault: receiver: hostKey: ${hostKey}: it is ssh-ed25519, and the platform accepts RSA only`,
    hint: expect.stringContaining(`ssh-keygen -t rsa -b 3072 -m PEM -N "" -f ${hostKey}-rsa`),
  });
});
