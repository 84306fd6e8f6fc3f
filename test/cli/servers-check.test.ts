// `servers check` against real servers on loopback: words, flags, table, JSON, exit codes, and what hostile servers can do to a screen.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderServersText } from "../../src/report/servers-as-text.ts";
import type { ServersDocument } from "../../src/report/servers-document.ts";
import { identityFor, nowMs, pemOf, root, xmppAddr } from "../servers/server-material.ts";
import { keyOf } from "../support/certificate-writer.ts";
import { type CliResult, type CliWorld, runCli } from "../support/run-cli.ts";
import { openTlsServer, type TestServer, xmppTalk } from "../support/tls-server.ts";

let folder = "";
const opened: TestServer[] = [];
const clock = { now: () => nowMs, sleep: () => Promise.resolve() };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-servers-"));
  writeFileSync(join(folder, "root.pem"), pemOf(root.der));
  writeFileSync(join(folder, "empty.pem"), "nothing");
});
afterAll(async () => {
  await Promise.all(opened.map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

async function open(...wish: Parameters<typeof openTlsServer>): Promise<TestServer> {
  const server = await openTlsServer(...wish);
  opened.push(server);
  return server;
}

const check = (words: readonly string[], world: CliWorld = {}): Promise<CliResult> =>
  runCli(["servers", "check", ...words], { clock, cwd: folder, ...world });

const local = { names: null, subject: [["CN", "localhost.localdomain"]] } as const;

/** One cluster of two nodes, whose ports are those of the servers given. */
function writeInventory(ports: Readonly<Record<string, readonly TestServer[]>>, servers: string): string {
  const listOf = (kind: string, at: number) =>
    (ports[kind] ?? []).filter((_, each) => each % 2 === at).map(({ port }) => port);
  const node = (name: string, role: string, at: number) =>
    `      - { name: ${name}, address: 127.0.0.1, role: ${role}, ssh: { port: ${22 + at} }, ports: { https: [${listOf("https", at).join(", ")}], xmpp: [${listOf("xmpp", at).join(", ")}], sip: [], tvs: [], capf: 1 } }`;
  const file = join(folder, `inventory-${Math.random()}.yaml`);
  writeFileSync(
    file,
    [
      ...["clusters:", "  east:", "    nodes:", node("pub", "publisher", 0), node("sub", "subscriber", 1)],
      '    credentials: { platform: { username: administrator, password: "env:NOBODY_SETS_THIS" } }',
      `    servers: { domain: example.com, ${servers} }`,
    ].join("\n"),
  );
  return file;
}

describe("hosts by hand", () => {
  test("are looked at without an inventory; what is fine says so", async () => {
    const server = await open({ identities: [identityFor(local)] });
    const { stdout, exit } = await check([`https://127.0.0.1:${server.port}`, "--trusted-ca", "root.pem"]);
    expect(stdout.replaceAll(String(server.port), "PORT").split("\n").slice(0, 5)).toEqual([
      "by hand, 1 certificate on 1 port: warn",
      expect.stringMatching(/^days +server +kind +key +TLS +issuer$/),
      expect.stringMatching(/^1000 +127\.0\.0\.1:PORT +https +RSA 2048 sha256 +1\.3 +Corporate CA$/),
      "",
      expect.stringMatching(/^warn +127\.0\.0\.1:PORT: clients that come by the address 127\.0\.0\.1/),
    ]);
    expect(exit).toBe(3);
    expect(server.received).toEqual([]);
  });

  test("that cannot be reached block, each with its own reason", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const address = closed.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await new Promise((resolve) => closed.close(resolve));
    const { exit, json } = await check([`127.0.0.1:${port}`, "no.such.host.invalid:443", "--json"]);
    const document = json<ServersDocument>();
    expect(document.servers.map(({ trouble }) => trouble?.kind)).toEqual(["closed", "unreachable"]);
    expect(document.findings.map(({ code, severity }) => [code, severity])).toEqual([
      ["server-closed", "block"],
      ["server-unreachable", "block"],
    ]);
    expect([document.verdict, exit]).toEqual(["block", 20]);
  });

  test("tell RSA and ECDSA apart, in the table and in JSON", async () => {
    const server = await open({
      identities: [identityFor(local), identityFor({ ...local, key: keyOf("ecdsa"), serial: 2 })],
    });
    const word = `https://127.0.0.1:${server.port}`;
    const { stdout } = await check([word]);
    expect(stdout).toMatch(/RSA 2048 sha256 .*\n.*ECDSA 256 sha256/);
    expect(stdout).toContain("Not judged:\n  Whether clients trust the authorities");
    const [listed] = (await check([word, "--json"])).json<ServersDocument>().servers;
    expect(listed?.certificates).toMatchObject([
      { kind: "rsa", serial: "41:01", keyBits: 2048, protocol: "TLSv1.3", trusted: null, daysLeft: 1000 },
      { kind: "ecdsa", serial: "41:02", keyBits: 256, curve: "prime256v1", selfSigned: false },
    ]);
  });

  test("speak XMPP, and are judged by the domain of its users", async () => {
    const heard: string[] = [];
    const server = await open({
      identities: [identityFor({ names: [xmppAddr("münchen.example")] })],
      before: xmppTalk({ heard }),
    });
    const word = `xmpp://127.0.0.1:${server.port}`;
    const told = async (...domain: string[]) =>
      (await check([word, ...domain, "--trusted-ca", "root.pem", "--json"])).json<ServersDocument>();
    expect((await told("--xmpp-domain", "xn--mnchen-3ya.example")).findings).toEqual([]);
    expect((await told("--xmpp-domain", "example.com")).findings.map(({ code }) => code)).toEqual([
      "name-not-in-certificate",
    ]);
    expect((await told()).notJudged.join()).toContain("--xmpp-domain");
    expect(heard.join()).toContain("to='example.com'");
  });
});

test("TLS 1.0 is called so", async () => {
  const server = await open({ identities: [identityFor(local)], versions: ["TLSv1", "TLSv1"] });
  const { stdout } = await check([`https://127.0.0.1:${server.port}`]);
  expect(stdout).toMatch(/RSA 2048 sha256 +1\.0 +Corporate CA/);
});

describe("a cluster", () => {
  test("is looked at without a login: every port of its nodes, and the hosts beside", async () => {
    const shared = identityFor({
      subject: [["CN", "pub-ms.example.com"]],
      dns: ["pub.example.com", "sub.example.com"],
    });
    const https = await Promise.all([open({ identities: [shared] }), open({ identities: [shared] })]);
    const xmpp = [
      await open({ identities: [identityFor({ names: [xmppAddr("example.com")] })], before: xmppTalk() }),
    ];
    const edge = await open({ identities: [identityFor({ dns: ["localhost"] })] });
    const inventory = writeInventory(
      { https, xmpp },
      `xmppDomain: example.com, trustedCa: root.pem, hosts: ["https://127.0.0.1:${edge.port}"]`,
    );
    const { exit, json, stdout } = await check(["east", "--json"], { inventory });
    const document = json<ServersDocument>();
    expect(
      document.servers.map(({ node, kind, name, certificates }) => [node, kind, name, certificates.length]),
    ).toEqual([
      ["pub", "https", "pub.example.com", 1],
      ["pub", "xmpp", "pub.example.com", 1],
      ["pub", "capf", "pub.example.com", 0],
      ["sub", "https", "sub.example.com", 1],
      [null, "https", "127.0.0.1", 1],
    ]);
    expect(document.findings.map(({ code, node }) => [code, node])).toEqual([["name-is-address", null]]);
    expect(document.findings[0]?.servers).toEqual([`127.0.0.1:${edge.port}`]);
    expect(
      document.servers.flatMap(({ certificates }) => certificates.map(({ trusted }) => trusted)),
    ).toEqual([true, true, true, true]);
    expect(stdout).not.toContain("NOBODY_SETS_THIS");
    expect(exit).toBe(3);
  });

  test("has its days from the inventory, and --days in their place", async () => {
    const https = [
      await open({ identities: [identityFor({ to: 100 })] }),
      await open({ identities: [identityFor({ dns: ["sub.example.com"], to: 300 })] }),
    ];
    const inventory = writeInventory({ https }, "trustedCa: root.pem");
    const told = async (...more: string[]) =>
      (await check(["east", "--json", ...more], { inventory }))
        .json<ServersDocument>()
        .findings.map(({ code, node }) => [code, node]);
    expect(await told()).toEqual([["certificate-expiring", "pub"]]);
    expect(await told("--days", "400")).toEqual([
      ["certificate-expiring", "pub"],
      ["certificate-expiring", "sub"],
    ]);
    expect(await told("--days", "0")).toEqual([]);
  });

  test("says which ports nobody listens on, where nobody has to", async () => {
    const https = await Promise.all([
      open({ identities: [identityFor()] }),
      open({ identities: [identityFor({ dns: ["sub.example.com"] })] }),
    ]);
    const inventory = writeInventory({ https }, "trustedCa: root.pem");
    const { stdout, exit } = await check(["east"], { inventory });
    expect(stdout).toContain("Nobody listens, and nobody has to: pub:1");
    expect(exit).toBe(0);
  });

  test("has a row for what answers without a certificate, though nobody has to listen there", async () => {
    const https = await Promise.all([
      open({ identities: [identityFor()] }),
      open({ identities: [identityFor({ dns: ["sub.example.com"] })] }),
    ]);
    const xmpp = [
      await open({ identities: [identityFor()], before: xmppTalk({ features: "<stream:features/>" }) }),
    ];
    const inventory = writeInventory({ https, xmpp }, "trustedCa: root.pem");
    const { stdout, exit } = await check(["east"], { inventory });
    expect(stdout).toMatch(/^- +pub:\d+ +xmpp +- +- +starttls$/m);
    expect(stdout).toContain("STARTTLS came to nothing: the server offers no STARTTLS");
    expect(stdout).toMatch(/^Nobody listens, and nobody has to: pub:1$/m);
    expect(exit).toBe(3);
  });
});

test("sixty servers that stall cost one time limit, not sixty", async () => {
  const sockets: Socket[] = [];
  const stalled = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => stalled.listen(0, "0.0.0.0", resolve));
  const address = stalled.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  // Hosts are looked at side by side; these are one machine by many addresses.
  const words = Array.from({ length: 60 }, (_, at) => `https://127.0.0.${at + 1}:${port}`);
  const startedAt = performance.now();
  const { json, exit } = await check([...words, "--timeout", "1s", "--json"]);
  const tookMs = performance.now() - startedAt;
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => stalled.close(resolve));
  const { servers, findings } = json<ServersDocument>();
  expect(servers.map(({ trouble }) => trouble?.kind)).toEqual(Array.from({ length: 60 }, () => "silent"));
  expect(findings).toHaveLength(1);
  expect(findings[0]?.servers).toHaveLength(60);
  expect(tookMs).toBeGreaterThan(900);
  expect(tookMs).toBeLessThan(15_000);
  expect(exit).toBe(20);
});

test("nothing a certificate says steers the terminal", async () => {
  const evil = "\u001b[2J\u009b31m\u202eevil\r\n東京";
  const server = await open({
    identities: [
      identityFor({
        issuer: null,
        subject: [
          ["CN", evil],
          ["O", `&${evil}`],
        ],
        names: [xmppAddr(evil)],
      }),
    ],
    before: xmppTalk(),
  });
  const words = [`xmpp://127.0.0.1:${server.port}`, "--xmpp-domain", "example.com"];
  for (const more of [[], ["--json"], ["--plain"]]) {
    const { stdout, stderr } = await check([...words, ...more]);
    expect(stdout).toMatch(/東京|\\u6771/);
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  }
});

test("a port out of reach is not called one where nobody listens", () => {
  const server = (kind: string, port: number) => ({
    ...{ cluster: "east", node: "im1", kind: "xmpp" as const, host: "im1", port, name: "im1" },
    ...{ xmppDomain: null, required: false, certificates: [], trouble: { kind, reason: "no" } },
  });
  const servers = [server("closed", 5222), server("unreachable", 5223)];
  const document = { servers, findings: [], verdict: "pass" as const, notJudged: [] };
  expect(renderServersText(document, { width: 80, paint: (_, text) => text }).split("\n")).toEqual([
    "east, 0 certificates on 2 ports: pass",
    "Nobody listens, and nobody has to: im1:5222",
    "Not reached from here, and nobody has to listen: im1:5223",
  ]);
});

describe("words and flags that make no sense", () => {
  test.each([
    [["127.0.0.1:443", "--days", "many"], "usage", 2],
    [["127.0.0.1:443", "--timeout", "soon"], "usage", 2],
    [["127.0.0.1:443", "--timeout", "0s"], "usage", 2],
    [["127.0.0.1:443", "--xmpp-domain", "a b"], "usage", 2],
    [["127.0.0.1:443", "--trusted-ca", "http://ca.example.com/ca.pem"], "usage", 2],
    [["127.0.0.1:443", "--trusted-ca", "none.pem"], "file-unreadable", 15],
    [["127.0.0.1:443", "--trusted-ca", "empty.pem"], "file-unreadable", 15],
    [["ftp://127.0.0.1:443"], "usage", 2],
    [["west"], "inventory-invalid", 10],
    [[], "usage", 2],
  ] as const)("%j: %s", async (words, code, exit) => {
    const result = await check([...words, "--json"]);
    expect([result.json<{ error: { code: string } }>().error.code, result.exit]).toEqual([code, exit]);
  });

  test("a server without its port is told what it lacks, with an inventory and without", async () => {
    const hint = async (word: string, world: CliWorld = {}) =>
      (await check([word, "--json"], world)).json<{ error: { hint: string } }>().error.hint;
    expect(await hint("edge.example.com")).toContain("needs its port, as in edge.example.com:8443");
    expect(await hint("edge.example.com", { inventory: writeInventory({}, "hosts: []") })).toMatch(
      /name one of: east; .*edge\.example\.com:8443/,
    );
    expect(await hint("west")).not.toContain("port");
  });
});
