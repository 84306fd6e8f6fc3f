// One handshake with real TLS servers on loopback that behave: which certificate they show, and what they say first.
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import type { Handshake, HandshakeRequest } from "../../src/handshake/handshake.ts";
import { readHandshake } from "../../src/handshake/read-handshake.ts";
import { keyOf, nameOf, writeCertificate } from "../support/certificate-writer.ts";
import { identityOf, openTlsServer, type TestServer, type TlsServerWish } from "../support/tls-server.ts";

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serve(wish: TlsServerWish = {}): Promise<TestServer> {
  const server = await openTlsServer(wish);
  open.push(server);
  return server;
}

const ask = (server: TestServer, more: Partial<HandshakeRequest> = {}): Promise<Handshake> =>
  readHandshake({
    ...{ host: server.host, port: server.port, servername: "a.example", certificateKind: "any" },
    ...{ versions: "modern", startTls: null, helloBytes: 0, timeoutMs: 5_000 },
    ...more,
  });

const rsa = identityOf("rsa");
const ecdsa = identityOf("ecdsa");
const der = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("hex");
const shown = (end: Handshake) => (end.kind === "done" ? end.chain.map(der) : end);

describe.each(["TLSv1.2", "TLSv1.3"] as const)("with %s", (version) => {
  const versions = [version, version] as const;

  test("a server with an RSA and an ECDSA certificate shows the one that is asked for", async () => {
    const server = await serve({ identities: [rsa, ecdsa], versions });
    for (const [certificateKind, identity] of [["rsa", rsa] as const, ["ecdsa", ecdsa] as const]) {
      const end = await ask(server, { certificateKind });
      expect(end).toMatchObject({ kind: "done", protocol: version, wantsClientCertificate: false });
      expect(shown(end)).toEqual([der(identity.chain[0])]);
    }
    expect(server.names).toEqual(["a.example", "a.example"]);
  });

  test.each([
    ["rsa", rsa, "ecdsa"],
    ["ecdsa", ecdsa, "rsa"],
  ] as const)("a server with %s only has nothing else to show", async (has, identity, other) => {
    const server = await serve({ identities: [identity], versions });
    expect(shown(await ask(server, { certificateKind: has }))).toEqual([der(identity.chain[0])]);
    expect(shown(await ask(server))).toEqual([der(identity.chain[0])]);
    expect(await ask(server, { certificateKind: other })).toEqual({
      ...{ kind: "failed", stage: "tls" },
      reason: 'the server refused with the alert "handshake failure"',
    });
  });

  test("an ECDSA certificate of an RSA authority is shown where ECDSA is asked for", async () => {
    const subject = nameOf("authority");
    const key = keyOf("ecdsa");
    const leaf = writeCertificate({ key, issuer: { key: keyOf("rsa", "authority"), subject } });
    const server = await serve({ identities: [rsa, { key, chain: [leaf] }], versions });
    expect(shown(await ask(server, { certificateKind: "ecdsa" }))).toEqual([der(leaf)]);
  });

  test("certificates come as they were sent: out of order, twice, and with strangers among them", async () => {
    const stranger = writeCertificate({ key: keyOf("ecdsa", "stranger"), subject: nameOf("stranger") });
    const chain = [rsa.chain[0] ?? stranger, stranger, ecdsa.chain[0] ?? stranger, stranger];
    const server = await serve({ identities: [{ key: rsa.key, chain }], versions });
    expect(shown(await ask(server))).toEqual(chain.map(der));
  });

  test.each(["asked for", "insisted on"] as const)(
    "a client certificate that is %s keeps nobody from reading the server's",
    async (clientCertificate) => {
      const server = await serve({
        identities: [rsa, ecdsa],
        versions,
        clientCertificate,
        hello: Buffer.from("hello"),
      });
      for (const certificateKind of ["rsa", "ecdsa"] as const) {
        const end = await ask(server, { certificateKind, helloBytes: 4 });
        expect(end).toMatchObject({ kind: "done", protocol: version, wantsClientCertificate: true });
        expect(
          end.kind === "done" && new X509Certificate(end.chain[0] ?? "").publicKey.asymmetricKeyType,
        ).toBe(certificateKind === "rsa" ? "rsa" : "ec");
      }
    },
  );

  test("what the server says first is read, as much as is wanted and no more", async () => {
    const hello = Buffer.from("550112345678000407000103", "hex");
    const server = await serve({ versions, hello });
    const read = async (helloBytes: number, timeoutMs = 5_000) => {
      const end = await ask(server, { helloBytes, timeoutMs });
      return end.kind === "done" ? der(end.hello) : end;
    };
    expect(await read(12)).toBe(hello.toString("hex"));
    expect(await read(2)).toBe("5501");
    expect(await read(0)).toBe("");
    expect(await read(13, 100)).toBe(hello.toString("hex"));
  });

  test("nothing is sent above TLS", async () => {
    const server = await serve({ versions, hello: Buffer.from("x") });
    await ask(server, { helloBytes: 2, timeoutMs: 100 });
    await ask(server);
    expect(server.received).toEqual([]);
  });
});

test("TLS 1.2 alone is asked for where 1.3 would do", async () => {
  expect(await ask(await serve(), { versions: "tls12" })).toMatchObject({ protocol: "TLSv1.2" });
  const newest = await serve({ versions: ["TLSv1.3", "TLSv1.3"] });
  expect(await ask(newest, { versions: "tls12" })).toMatchObject({ kind: "failed", stage: "tls" });
});

describe("TLS 1.0 and 1.1", () => {
  test.each(["TLSv1", "TLSv1.1"] as const)("%s is refused as modern, and shown as old", async (version) => {
    const server = await serve({ versions: [version, version] });
    expect(await ask(server)).toMatchObject({ kind: "failed", stage: "tls" });
    const old = await ask(server, { versions: "old" });
    expect(old).toMatchObject({ kind: "done", protocol: version });
    expect(shown(old)).toEqual([der(rsa.chain[0])]);
  });

  test("a modern server refuses the old ones", async () => {
    expect(await ask(await serve(), { versions: "old" })).toEqual({
      ...{ kind: "failed", stage: "tls" },
      reason: 'the server refused with the alert "protocol version"',
    });
  });
});

test.each([
  ["10.1.2.3", null],
  ["2001:db8::1", null],
  ["[::1]", null],
  ["0x7f.1", null],
  ["", null],
  ["cucm1.example.com.", "cucm1.example.com"],
  ["bücher.example", "xn--bcher-kva.example"],
])("the name %j is sent as %j", async (servername, sent) => {
  const server = await serve();
  expect(await ask(server, { servername })).toMatchObject({ kind: "done" });
  expect(server.names).toEqual(sent === null ? [] : [sent]);
});

test("a certificate too weak for any client is shown all the same", async () => {
  const key = generateKeyPairSync("rsa", { modulusLength: 1_024 }).privateKey;
  const chain = [writeCertificate({ key, notAfter: "20210101000000Z" })];
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    const server = await serve({ identities: [{ key, chain }], versions: [version, version] });
    expect(shown(await ask(server))).toEqual(chain.map(der));
  }
});
