// Opening a shell over real SSH on loopback: one login try, the host key, and what each trouble is called.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { Secret } from "../../src/base/secret.ts";
import type { ClusterNode } from "../../src/inventory/cluster.ts";
import { fetchHostKey } from "../../src/session/host-key.ts";
import { openSshTransport } from "../../src/session/ssh-transport.ts";
import type { SshOpening } from "../../src/session/ssh-transport.ts";
import { startSshNode } from "../support/ssh-node.ts";
import type { SshNode, SshNodeOptions } from "../support/ssh-node.ts";
import { errorOf, nodeNamed } from "./memory-session.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(options: SshNodeOptions = {}): Promise<SshNode> {
  const server = await startSshNode(options);
  closers.push(server.close);
  return server;
}

function open(server: SshNode, ssh: Partial<ClusterNode["ssh"]> = {}, opening: Partial<SshOpening> = {}) {
  const hostKeys = server.hostKeys.map(({ sha256 }) => sha256);
  return openSshTransport({
    node: nodeNamed("pub", { port: server.port, hostKeys, ...ssh }),
    username: "administrator",
    password: new Secret("right"),
    connectTimeoutMs: 10_000,
    loginTimeoutMs: 10_000,
    ...opening,
  });
}

function knownHostsFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-known-hosts-"));
  closers.push(async () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "known_hosts");
  writeFileSync(path, text);
  return path;
}

describe("the login", () => {
  test.each([
    [["password"], "password"],
    [["keyboard-interactive"], "keyboard-interactive"],
    [["keyboard-interactive", "password"], "password"],
    [["publickey", "keyboard-interactive"], "keyboard-interactive"],
  ] as const)("where the node offers %j takes %s, after asking with none", async (methods, taken) => {
    const server = await start({ methods });
    (await open(server)).close();
    expect(server.tried).toEqual(["none", taken]);
    expect(server.passwords).toEqual(["right"]);
  });

  test.each([[["password"]], [["keyboard-interactive"]], [["password", "keyboard-interactive"]]] as const)(
    "with a wrong password burns one try where %j are offered",
    async (methods) => {
      const server = await start({ methods });
      const error = await errorOf(open(server, {}, { password: new Secret("wrong") }));
      expect(error).toMatchObject({ code: "login-refused", place: { cluster: "east", node: "pub" } });
      expect(server.passwords).toEqual(["wrong"]);
      expect(server.tried).toHaveLength(2);
    },
  );

  test.each([
    ["a shown prompt", [[{ prompt: "Password: ", echo: true }]]],
    [
      "two prompts",
      [
        [
          { prompt: "Password: ", echo: false },
          { prompt: "Token: ", echo: false },
        ],
      ],
    ],
    ["another question", [[{ prompt: "Verification code: ", echo: false }]]],
  ])("gives nothing to %s", async (_title, rounds) => {
    const server = await start({ methods: ["keyboard-interactive"], rounds });
    const error = await errorOf(open(server));
    expect(error).toMatchObject({ code: "login-refused" });
    expect((error as Error).message).toContain(rounds[0]?.at(-1)?.prompt.trim());
    expect(server.passwords).toEqual([]);
  });

  test("gives the password once, even if keyboard-interactive asks again", async () => {
    const again = [{ prompt: "Password: ", echo: false }];
    const server = await start({ methods: ["keyboard-interactive"], rounds: [again, again] });
    expect(await errorOf(open(server))).toMatchObject({ code: "login-refused" });
    expect(server.passwords).toEqual([]);
  });

  test("answers an empty round, as PAM sends it behind the password", async () => {
    const server = await start({
      methods: ["keyboard-interactive"],
      rounds: [[{ prompt: "Password: ", echo: false }], []],
    });
    (await open(server)).close();
    expect(server.passwords).toEqual(["right"]);
  });

  test("is refused, not tried, where only keys are taken", async () => {
    const server = await start({ methods: ["publickey"] });
    const error = await errorOf(open(server));
    expect(error).toMatchObject({ code: "login-refused" });
    expect((error as Error).message).toContain("publickey");
    expect(server.passwords).toEqual([]);
  });

  test("without an answer to the password counts as refused: a second try could lock the account", async () => {
    const server = await start({ isDeaf: true });
    const error = await errorOf(open(server, {}, { loginTimeoutMs: 200 }));
    expect(error).toMatchObject({ code: "login-refused" });
    expect(server.tried).toEqual(["none", "password"]);
  });

  test("asks for a wide vt100", async () => {
    const server = await start();
    (await open(server)).close();
    expect(server.terminals).toMatchObject([{ cols: 512, rows: 200 }]);
  });
});

describe("the host key", () => {
  test("that nobody knows is refused before the login, with its fingerprint and the line to add", async () => {
    const server = await start();
    const sha256 = server.hostKeys[0]?.sha256 ?? "";
    const error = await errorOf(open(server, { hostKeys: [] }));
    expect(error).toMatchObject({ code: "host-key-unknown", place: { cluster: "east", node: "pub" } });
    expect((error as Error).message).toContain(sha256);
    expect((error as { hint: string }).hint).toContain(`hostKeys: ["${sha256}"]`);
    expect(server.tried).toEqual([]);
  });

  test("that changed is refused before the login", async () => {
    const server = await start();
    const error = await errorOf(open(server, { hostKeys: ["SHA256:abc"] }));
    expect(error).toMatchObject({ code: "host-key-changed" });
    expect(server.tried).toEqual([]);
  });

  test("that is revoked is refused, whatever else the node has", async () => {
    const server = await start({ keys: ["ed25519", "rsa"] });
    const knownHosts = knownHostsFile(`@revoked * ssh-ed25519 ${server.hostKeys[0]?.base64}\n`);
    const error = await errorOf(open(server, { knownHosts }));
    expect(error).toMatchObject({ code: "host-key-changed" });
    expect((error as Error).message).toContain(":1 revokes it");
    expect(server.connections).toHaveLength(1);
  });

  test("is taken from known_hosts, and of several the type that stands there is asked for", async () => {
    const server = await start({ keys: ["ed25519", "rsa"] });
    const rsa = server.hostKeys[1];
    const knownHosts = knownHostsFile(`[127.0.0.1]:${server.port} ssh-rsa ${rsa?.base64}\n`);
    (await open(server, { hostKeys: [], knownHosts })).close();
    expect(server.passwords).toEqual(["right"]);
  });

  test("is found in the list also when it is not of the first type", async () => {
    const server = await start({ keys: ["ed25519", "rsa"] });
    (await open(server, { hostKeys: [server.hostKeys[1]?.sha256 ?? ""] })).close();
    expect(server.passwords).toEqual(["right"]);
  });

  test("cannot be checked with a known_hosts that is not there", async () => {
    const server = await start();
    const knownHosts = join(knownHostsFile(""), "nothing");
    expect(await errorOf(open(server, { hostKeys: [], knownHosts }))).toMatchObject({
      code: "inventory-invalid",
    });
  });

  test("is learned without a login, of the type asked for", async () => {
    const server = await start({ keys: ["ed25519", "rsa"] });
    const [ed25519, rsa] = server.hostKeys;
    expect(await fetchHostKey({ host: "127.0.0.1", port: server.port })).toEqual(ed25519);
    const node = nodeNamed("pub", { port: server.port });
    expect(await fetchHostKey(node, { keyType: "ssh-rsa" })).toEqual(rsa);
    expect(rsa?.md5).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    expect(server.tried).toEqual([]);
    expect(await errorOf(fetchHostKey(node, { keyType: "ecdsa-sha2-nistp256" }))).toMatchObject({
      code: "node-unreachable",
    });
  });
});

describe("an unreachable node", () => {
  test("that refuses the connection is named", async () => {
    const server = await start();
    await server.close();
    const error = await errorOf(open(server));
    expect(error).toMatchObject({ code: "node-unreachable", place: { cluster: "east", node: "pub" } });
    expect(await errorOf(fetchHostKey({ host: "127.0.0.1", port: server.port }))).toMatchObject({
      code: "node-unreachable",
    });
  });

  test("that says nothing is given up at the connect limit", async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    closers.push(() => new Promise((resolve) => silent.close(() => resolve())));
    const port = (silent.address() as AddressInfo).port;
    const opening = {
      username: "a",
      password: new Secret("b"),
      connectTimeoutMs: 100,
      loginTimeoutMs: 10_000,
    };
    const error = await errorOf(openSshTransport({ node: nodeNamed("pub", { port }), ...opening }));
    expect(error).toMatchObject({ code: "node-unreachable" });
    expect((error as Error).message).toContain("within 0.1 s");
  });

  test("can be cancelled", async () => {
    const server = await start({ isDeaf: true });
    const controller = new AbortController();
    const opening = errorOf(open(server, {}, { signal: controller.signal }));
    controller.abort();
    expect(await opening).toMatchObject({ code: "cancelled" });
    expect(await errorOf(open(server, {}, { signal: controller.signal }))).toMatchObject({
      code: "cancelled",
    });
  });
});

describe("algorithms", () => {
  const hardened = {
    kex: ["ecdh-sha2-nistp384"],
    cipher: ["aes256-ctr"],
    hmac: ["hmac-sha1"],
    serverHostKey: ["rsa-sha2-256"],
  } as const;
  const openssh53 = {
    kex: ["diffie-hellman-group1-sha1"],
    cipher: ["aes128-cbc"],
    hmac: ["hmac-sha1"],
    serverHostKey: ["ssh-rsa"],
  } as const;
  const start53 = (algorithms: typeof hardened | typeof openssh53) =>
    start({ keys: ["rsa"], algorithms: algorithms as unknown as NonNullable<SshNodeOptions["algorithms"]> });

  test("modern reaches a 12.5 server that was left with hmac-sha1 only", async () => {
    const server = await start53(hardened);
    (await open(server)).close();
    expect(server.passwords).toEqual(["right"]);
  });

  test("legacy reaches a server of release 10, modern says that legacy is needed", async () => {
    const server = await start53(openssh53);
    const error = await errorOf(open(server));
    expect(error).toMatchObject({ code: "node-unreachable" });
    expect((error as { hint: string }).hint).toContain("algorithms: legacy");
    (await open(server, { algorithms: "legacy" })).close();
    expect(server.passwords).toEqual(["right"]);
  });
});
