// Certificates that mean no good, presented by real servers: they are handed on byte by byte, and nothing falls over.
import { generateKeyPairSync } from "node:crypto";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { readHandshake } from "../../src/handshake/read-handshake.ts";
import {
  alternativeNames,
  der,
  keyOf,
  nameOf,
  oid,
  writeCertificate,
} from "../support/certificate-writer.ts";
import { hostileCertificates } from "../support/hostile-certificates.ts";
import {
  type Identity,
  openTcpServer,
  openTlsServer,
  type TestServer,
  type TlsServerWish,
} from "../support/tls-server.ts";

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const ask = (server: TestServer) => {
  open.push(server);
  return readHandshake({
    ...{ host: server.host, port: server.port, servername: "a.example", certificateKind: "any" },
    ...{ versions: "modern", startTls: null, helloBytes: 0, timeoutMs: 5_000 },
  });
};
const present = async (wish: TlsServerWish) => ask(await openTlsServer(wish));

const presented = async (make: () => Identity, version: "TLSv1.2" | "TLSv1.3") => {
  const identity = make();
  const end = await present({ identities: [identity], versions: [version, version] });
  if (end.kind === "failed") throw new Error(end.reason);
  expect(end.chain.length).toBe(identity.chain.length);
  expect(Buffer.concat(end.chain).equals(Buffer.concat(identity.chain))).toBe(true);
};

describe("TLS 1.3", () => {
  test.each(Object.entries(hostileCertificates))("%s", (_, make) => presented(make, "TLSv1.3"));
});

describe("TLS 1.2", () => {
  const some = /^(NUL in a DNS name|one DNS name of 80 000 bytes|the year 9999|a hundred certificates)$/;
  const cases = Object.entries(hostileCertificates).filter(([name]) => some.test(name));
  test.each(cases)("%s", (_, make) => presented(make, "TLSv1.2"));
});

test.each(["TLSv1.2", "TLSv1.3"] as const)(
  "a chain over 100 kB is more than any client takes (%s)",
  async (version) => {
    const hostile = keyOf("ecdsa", "hostile");
    const names = alternativeNames(der(0x82, Buffer.alloc(120_000, 0x61)));
    const chain = [writeCertificate({ key: hostile, extensions: [names] })];
    expect(await present({ identities: [{ key: hostile, chain }], versions: [version, version] })).toEqual({
      ...{ kind: "failed", stage: "tls" },
      reason: "the handshake failed: excessive message size",
    });
  },
);

/** The first flight of a TLS 1.2 server that presents these bytes, written by hand. */
function flightOf(certificates: readonly Uint8Array[], isCertificateAsked = false): Buffer {
  const sized = (size: number, bytes: Uint8Array) => {
    const length = Buffer.alloc(size);
    length.writeUIntBE(bytes.length, 0, size);
    return Buffer.concat([length, bytes]);
  };
  const message = (type: number, body: Buffer) => Buffer.concat([Buffer.from([type]), sized(3, body)]);
  const hello = Buffer.concat([
    Buffer.from("0303", "hex"),
    Buffer.alloc(32, 7),
    Buffer.from("00009c00", "hex"),
  ]);
  const request = message(13, Buffer.from("01010002040100" + "00", "hex"));
  const list = sized(3, Buffer.concat(certificates.map((bytes) => sized(3, bytes))));
  const body = Buffer.concat([
    message(2, hello),
    message(11, list),
    ...(isCertificateAsked ? [request] : []),
    message(14, Buffer.alloc(0)),
  ]);
  return Buffer.concat([Buffer.from("160303", "hex"), sized(2, body)]);
}

const key = keyOf("rsa");
const named = (tag: number, ...bytes: readonly number[]) =>
  writeCertificate({ key, subject: nameOf(Buffer.from(bytes), tag) });
const unknownKey = (() => {
  const whole = writeCertificate({ key });
  const rsaEncryption = oid("1.2.840.113549.1.1.1");
  const at = whole.indexOf(rsaEncryption);
  const changed = Buffer.from(whole);
  changed[at + rsaEncryption.length - 1] = 0x63;
  return changed;
})();

test.each([
  ["nothing", [Buffer.alloc(0)]],
  ["no certificate", []],
  ["garbage", [Buffer.alloc(300, 0x41)]],
  ["a sequence of nothing", [der(0x30)]],
  ["a certificate cut short", [writeCertificate({ key }).subarray(0, 400)]],
  ["a certificate with more behind it", [Buffer.concat([writeCertificate({ key }), Buffer.alloc(9)])]],
  ["a key of an unknown algorithm", [unknownKey]],
  ["no UTF-8 in a UTF8String", [named(0x0c, 0xff, 0xfe)]],
  ["a BMPString of odd length", [named(0x1e, 0, 0x61, 0xd8)]],
  ["a UniversalString out of range", [named(0x1c, 0x7f, 0xff, 0xff, 0xff)]],
  ["an algorithm of nothing", [writeCertificate({ key, algorithm: der(0x30, oid("1.2.3.4")) })]],
])("what the TLS library cannot take is a failure in words: %s", async (_, certificates) => {
  const flight = flightOf(certificates);
  const server = await openTcpServer((socket: Socket) => void socket.once("data", () => socket.end(flight)));
  const end = await ask(server);
  expect(end).toMatchObject({ kind: "failed", stage: "tls", reason: expect.stringMatching(/^the /) });
  // A server from before the fix of renegotiation is no reason to look away.
  expect(JSON.stringify(end)).not.toContain("renegotiation");
});

test.each([
  ["RSA of 1024 bits that ended long ago", 1024, "20010101000000Z"],
  ["RSA of 512 bits", 512, "20491231235959Z"],
])("a certificate too weak for any client is shown all the same: %s", async (_, modulusLength, notAfter) => {
  const weak = generateKeyPairSync("rsa", { modulusLength }).privateKey;
  const chain = [writeCertificate({ key: weak, notAfter })];
  const refusal = Buffer.from("15030300020228", "hex");
  // What the client sends next is its answer to the request for a certificate.
  const server = await openTcpServer((socket: Socket) =>
    socket.once("data", () => {
      socket.write(flightOf(chain, true));
      socket.once("data", () => socket.end(refusal));
    }),
  );
  const end = await ask(server);
  expect(end).toMatchObject({ kind: "done", protocol: "TLSv1.2", wantsClientCertificate: true });
  expect(end.kind === "done" && end.chain.map((bytes) => Buffer.from(bytes))).toEqual(chain);
});
