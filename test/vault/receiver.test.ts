// The receiver under attack: only one address, one login and one file get in, and nothing listens afterwards.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "ssh2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sftpClientAlgorithms } from "../../mocks/lab/wire/algorithms.ts";
import { openVault } from "../../src/vault/open-vault.ts";
import type { Delivery, Vault } from "../../src/vault/vault.ts";
import { delivered } from "./platform-client.ts";
import { type Visitor, visit, visited } from "./sftp-visitor.ts";
import { freePort, hostKeyFile, vaultTools } from "./vault-tools.ts";

const request = { cluster: "east", run: "run-1", publisherAddress: "127.0.0.1" };
const key = Buffer.alloc(1709, "k");
let folder: string;
let port: number;
let vault: Vault;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-receiver-"));
  port = await freePort();
  vault = await openedVault();
});
afterEach(async () => {
  await vault.close();
  expect(await isListening(), "something listens afterwards").toBe(false);
  rmSync(folder, { recursive: true });
});

function openedVault(limits: Parameters<typeof vaultTools>[0] = {}): Promise<Vault> {
  const receiver = { address: "127.0.0.1", port, hostKey: hostKeyFile(folder) };
  return openVault({ kind: "directory", path: join(folder, "vault"), receiver }, vaultTools(limits));
}

function isListening(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

/** The rightful delivery goes through, after and in spite of what was tried. */
async function expectDelivery(delivery: Delivery): Promise<void> {
  await delivered(delivery.place, "ITLRecovery.p12", key);
  const files = await delivery.files();
  expect(files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([["ITLRecovery.p12", key.length]]);
  expect(files[0]?.bytes?.equals(key)).toBe(true);
  expect(readFileSync(join(delivery.incoming, "ITLRecovery.p12")).equals(key)).toBe(true);
}

test("user and password are made for each delivery, of letters and digits", async () => {
  const deliveries = [
    await vault.openDelivery(request),
    await vault.openDelivery({ ...request, run: "run-2" }),
  ];
  const words = deliveries.flatMap(({ place }) => [place.user, place.password.reveal()]);
  for (const word of words) expect(word).toMatch(/^[A-Za-z0-9]{12,32}$/);
  expect(new Set(words).size).toBe(4);
});

test("a password is hidden wherever it would be printed", async () => {
  await vault.close();
  const tools = vaultTools();
  vault = await openVault(
    {
      kind: "directory",
      path: join(folder, "vault"),
      receiver: { address: "127.0.0.1", port, hostKey: hostKeyFile(folder) },
    },
    tools,
  );
  const { place } = await vault.openDelivery(request);
  expect(tools.masker.mask(`Password: ${place.password.reveal()}`)).toBe("Password: ••••");
});

test("nothing listens once the file has arrived, though nobody closed anything", async () => {
  const delivery = await vault.openDelivery(request);
  expect(await isListening()).toBe(true);
  await expectDelivery(delivery);
  expect(await isListening()).toBe(false);
});

test("nothing listens once the delivery is closed, and who was in is out", async () => {
  const delivery = await vault.openDelivery(request);
  const visitor = await visited(delivery);
  await delivery.close();
  await visitor.closed;
  expect(await isListening()).toBe(false);
});

test("nothing listens once the time is over", async () => {
  await vault.close();
  vault = await openedVault({ receiverLimits: { openMs: 700 } });
  const delivery = await vault.openDelivery(request);
  const visitor = await visited(delivery);
  await visitor.closed;
  expect(await isListening()).toBe(false);
  expect(await delivery.files()).toEqual([]);
});

test("a run that is stopped closes it", async () => {
  await vault.close();
  const stop = new AbortController();
  vault = await openedVault({ signal: stop.signal });
  await vault.openDelivery(request);
  stop.abort();
  expect(await isListening()).toBe(false);
});

describe("who may come in", () => {
  test.each([
    ["a wrong password", { password: "wrong" }],
    ["another user", { user: "root" }],
    ["an empty password", { password: "" }],
  ])("not with %s", async (_what, change) => {
    const delivery = await vault.openDelivery(request);
    for (let tries = 0; tries < 5; tries += 1) expect(await visit(delivery, change)).toBeNull();
    await expectDelivery(delivery);
  });

  test("not from another address, even with the password", async () => {
    const delivery = await vault.openDelivery(request);
    expect(await visit(delivery, { localAddress: "127.0.0.2" })).toBeNull();
    const heard: Buffer[] = [];
    const socket = connect({ host: "127.0.0.1", port, localAddress: "127.0.0.2" });
    socket.on("error", () => undefined).on("data", (chunk) => heard.push(chunk));
    await new Promise((resolve) => socket.once("close", resolve));
    expect(heard, "not a word is said to strangers").toEqual([]);
    await expectDelivery(delivery);
  });

  test("not with the password of another delivery from its own address", async () => {
    const [one, other] = [
      await vault.openDelivery(request),
      await vault.openDelivery({ ...request, run: "run-2", publisherAddress: "127.0.0.2" }),
    ];
    expect(await visit(other)).toBeNull();
    expect(await visit(other, { localAddress: "127.0.0.2" })).not.toBeNull();
    await expectDelivery(one);
    expect(await other.files()).toEqual([]);
  });

  test("from an IPv4 address that arrives over IPv6", async () => {
    await vault.close();
    const receiver = { address: "::", port, hostKey: hostKeyFile(folder) };
    vault = await openVault({ kind: "directory", path: join(folder, "vault"), receiver }, vaultTools());
    const delivery = await vault.openDelivery(request);
    await expectDelivery({ ...delivery, place: { ...delivery.place, host: "127.0.0.1" } });
  });

  test("by the name of the publisher too", async () => {
    const delivery = await vault.openDelivery({ ...request, publisherAddress: "localhost" });
    await expectDelivery(delivery);
  });

  test("not in crowds: connections that say nothing keep nobody out for long", async () => {
    await vault.close();
    vault = await openedVault({ receiverLimits: { loginMs: 1_500 } });
    const delivery = await vault.openDelivery(request);
    const crowd: Socket[] = [];
    for (let count = 0; count < 40; count += 1) {
      const socket = connect({ host: "127.0.0.1", port });
      socket.on("error", () => undefined).resume();
      crowd.push(socket);
    }
    await Promise.all(
      crowd.map((socket) => new Promise<void>((resolve) => socket.once("close", () => resolve()))),
    );
    await expectDelivery(delivery);
  });

  test("with no shell, no command and no tunnel", async () => {
    const delivery = await vault.openDelivery(request);
    const client = new Client();
    client.on("error", () => undefined);
    await new Promise<void>((resolve) => {
      client.on("ready", () => resolve());
      const { host, user: username, password } = delivery.place;
      client.connect({ host, port, username, password: password.reveal(), algorithms: sftpClientAlgorithms });
    });
    const outcomes = await Promise.all([
      new Promise((resolve) => client.exec("id", (error) => resolve(error === undefined))),
      new Promise((resolve) => client.shell((error) => resolve(error === undefined))),
      new Promise((resolve) =>
        client.forwardOut("127.0.0.1", 1, "127.0.0.1", port, (error) => resolve(error === undefined)),
      ),
      new Promise((resolve) => client.forwardIn("127.0.0.1", 0, (error) => resolve(error === undefined))),
    ]);
    expect(outcomes).toEqual([false, false, false, false]);
    client.end();
    await expectDelivery(delivery);
  });
});

describe("what may be done", () => {
  const refusals: readonly (readonly [string, Parameters<Visitor["ask"]>[0]])[] = [
    ["list the folder", (sftp, done) => sftp.opendir("/incoming/run-1", done)],
    ["list the root", (sftp, done) => sftp.opendir("/", done)],
    ["open a file of another name", (sftp, done) => sftp.open("/incoming/run-1/other.p12", "w", done)],
    ["open the file for reading", (sftp, done) => sftp.open("/incoming/run-1/ITLRecovery.p12", "r", done)],
    ["open it for appending", (sftp, done) => sftp.open("/incoming/run-1/ITLRecovery.p12", "a", done)],
    [
      "climb out of the folder",
      (sftp, done) => sftp.open("/incoming/run-1/../../../etc/ITLRecovery.p12", "w", done),
    ],
    ["read a file of this machine", (sftp, done) => sftp.open("/etc/passwd", "r", done)],
    ["make a link", (sftp, done) => sftp.symlink("/etc/passwd", "/incoming/run-1/ITLRecovery.p12", done)],
    ["read a link", (sftp, done) => sftp.readlink("/incoming/run-1/ITLRecovery.p12", done)],
    ["rename", (sftp, done) => sftp.rename("/incoming/run-1", "/incoming/run-2", done)],
    ["remove a folder", (sftp, done) => sftp.rmdir("/incoming/run-1", done)],
    ["remove a file", (sftp, done) => sftp.unlink("/incoming/run-1/ITLRecovery.p12", done)],
    ["make a folder outside", (sftp, done) => sftp.mkdir("/etc/cron.d", done)],
    ["make a folder with an odd name", (sftp, done) => sftp.mkdir("/incoming/run-1/a\nb", done)],
    [
      "set a size",
      (sftp, done) => sftp.setstat("/incoming/run-1/ITLRecovery.p12", { size: 1e12 } as never, done),
    ],
    ["ask for something else", (sftp, done) => sftp.ext_openssh_statvfs("/", done)],
  ];

  test(`not: ${refusals.map(([what]) => what).join(", ")}`, async () => {
    const delivery = await vault.openDelivery(request);
    const visitor = await visited(delivery);
    const before = readdirSync(folder, { recursive: true });
    for (const [what, attack] of refusals) {
      const answer = await visitor
        .ask(attack)
        // The client itself knows that the server offers no such extension.
        .catch(() => "not offered");
      expect(answer, what).not.toBe(0);
      expect(answer, what).not.toBe("lost");
    }
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
    visitor.end();
    await expectDelivery(delivery);
  });

  test("not: folders without end", async () => {
    const delivery = await vault.openDelivery(request);
    const visitor = await visited(delivery);
    const made = [];
    for (let at = 0; at < 80; at += 1)
      made.push(await visitor.ask((sftp, done) => sftp.mkdir(`/incoming/run-1/${at}`, done)));
    expect(made.filter((answer) => answer === 0)).toHaveLength(64);
    visitor.end();
    await expectDelivery(delivery);
  });

  const opened = (visitor: Visitor) =>
    new Promise<Buffer | null>((resolve) => {
      visitor.sftp.open("/incoming/run-1/ITLRecovery.p12", "w", (error, handle) =>
        resolve(error === undefined ? handle : null),
      );
    });

  test("not: a file without end; what came of it is told by its size alone", async () => {
    const delivery = await vault.openDelivery(request);
    const visitor = await visited(delivery);
    const handle = await opened(visitor);
    if (handle === null) throw new Error("not opened");
    const part = Buffer.alloc(30_000, "x");
    const answers = [];
    for (let at = 0; at < 1_200_000; at += part.length)
      answers.push(await visitor.ask((sftp, done) => sftp.write(handle, part, 0, part.length, at, done)));
    expect(answers.filter((answer) => answer === 0)).toHaveLength(33);
    expect(await visitor.ask((sftp, done) => sftp.close(handle, done))).not.toBe(0);
    expect(await delivery.files()).toEqual([
      { path: "ITLRecovery.p12", sizeBytes: expect.any(Number), bytes: null },
    ]);
    expect(readdirSync(delivery.incoming)).toEqual([]);
  });

  test("not: a byte far away", async () => {
    const delivery = await vault.openDelivery(request);
    const visitor = await visited(delivery);
    const handle = await opened(visitor);
    if (handle === null) throw new Error("not opened");
    expect(
      await visitor.ask((sftp, done) => sftp.write(handle, Buffer.from("x"), 0, 1, 2 ** 52, done)),
    ).not.toBe(0);
  });

  test("not: a second file, at the same time or afterwards", async () => {
    const delivery = await vault.openDelivery(request);
    const [visitor, second] = [await visited(delivery), await visited(delivery)];
    const handle = await opened(visitor);
    if (handle === null) throw new Error("not opened");
    expect(await opened(second)).toBeNull();
    expect(await opened(visitor)).toBeNull();
    await visitor.ask((sftp, done) => sftp.write(handle, key, 0, key.length, 0, done));
    expect(await visitor.ask((sftp, done) => sftp.close(handle, done))).toBe(0);
    expect(await opened(visitor)).toBeNull();
    expect(await opened(second)).toBeNull();
    const files = await delivery.files();
    expect(files.map(({ bytes }) => bytes?.equals(key))).toEqual([true]);
  });

  test("not: writing through a handle that was not given", async () => {
    const delivery = await vault.openDelivery(request);
    const [visitor, second] = [await visited(delivery), await visited(delivery)];
    const handle = await opened(visitor);
    if (handle === null) throw new Error("not opened");
    const write = (who: Visitor, bytes: Buffer) =>
      who.ask((sftp, done) => sftp.write(bytes, key, 0, 4, 0, done));
    expect(await write(second, handle)).not.toBe(0);
    expect(await write(visitor, Buffer.from("other"))).not.toBe(0);
  });

  test("a delivery closed in the middle of a file keeps what had come by then, before it says that it is closed", async () => {
    const delivery = await vault.openDelivery(request);
    const visitor = await visited(delivery);
    const handle = await opened(visitor);
    if (handle === null) throw new Error("not opened");
    await visitor.ask((sftp, done) => sftp.write(handle, key, 0, 100, 0, done));
    await delivery.close();
    expect(readFileSync(join(delivery.incoming, "ITLRecovery.p12"))).toHaveLength(100);
    await visitor.closed;
  });

  test("a client that falls silent is put out; what it sent lies in the folder, and it may come again", async () => {
    await vault.close();
    vault = await openedVault({ receiverLimits: { silenceMs: 200 } });
    const delivery = await vault.openDelivery(request);
    const visitor = await visited(delivery);
    const handle = await opened(visitor);
    if (handle === null) throw new Error("not opened");
    await visitor.ask((sftp, done) => sftp.write(handle, key, 0, 100, 0, done));
    await visitor.closed;
    await vi.waitFor(async () => expect(await delivery.files()).toHaveLength(1), { interval: 5 });
    expect((await delivery.files()).map(({ sizeBytes }) => sizeBytes)).toEqual([100]);
    expect(readFileSync(join(delivery.incoming, "ITLRecovery.p12"))).toHaveLength(100);
    await expectDelivery(delivery);
  });
});

describe("the host key file", () => {
  test.each([
    ["is missing", "/nowhere/key", /ssh-keygen -t rsa .* -f \/nowhere\/key/],
    ["is not of this kind", "/etc/hostname", /chmod 600|ssh-keygen/],
  ])("%s: the error says what to type", async (_what, hostKey, hint) => {
    const receiver = { address: "127.0.0.1", port, hostKey };
    const other = await openVault({ kind: "directory", path: join(folder, "vault"), receiver }, vaultTools());
    await expect(other.openDelivery(request)).rejects.toThrow(
      expect.objectContaining({ code: "inventory-invalid", hint: expect.stringMatching(hint) }),
    );
  });
});

test("a port that somebody else has is told after a while", async () => {
  const other = await openedVault();
  await other.openDelivery(request);
  const receiver = { address: "127.0.0.1", port, hostKey: hostKeyFile(folder) };
  const busy = { ...receiver, address: "127.0.0.1" };
  await other.close();
  const blocker = (await import("node:net")).createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => blocker.once("listening", resolve));
  const late = await openVault(
    { kind: "directory", path: join(folder, "vault"), receiver: busy },
    vaultTools({ receiverLimits: { bindMs: 0 } }),
  );
  await expect(late.openDelivery(request)).rejects.toThrow(
    expect.objectContaining({
      code: "vault-unreachable",
      message: expect.stringContaining(`127.0.0.1:${port}`),
    }),
  );
  await new Promise((resolve) => blocker.close(resolve));
});
