// Single records of a server, written by hand → what the reader takes from them, and what it leaves.
import { createCipheriv, createHmac } from "node:crypto";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { readHandshake } from "../../src/handshake/read-handshake.ts";
import { createRecordOpener } from "../../src/handshake/sealed-record.ts";
import { openFlightReader } from "../../src/handshake/server-flight.ts";
import { openTcpServer } from "../support/tls-server.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
function read(...records: readonly string[]) {
  const reader = openFlightReader();
  for (const record of records) reader.take(hex(record));
  return reader.seen();
}

const request = "16 0303 000c 0d000008 0101 0002 0401 0000";

test("a request for a certificate counts in clear, and not behind a change of cipher, where nothing is clear any more", () => {
  expect(read(request).wantsClientCertificate).toBe(true);
  expect(read("14 0303 0001 01", request).wantsClientCertificate).toBe(false);
});

test("an alert counts if it ends the connection", () => {
  expect(read("15 0303 0002 0228").alert).toBe(40);
  expect(read("15 0303 0002 0170").alert).toBe(null);
  expect(read("15 0303 0002 0200").alert).toBe(null);
  expect(read("15 0303 0003 022800").alert).toBe(null);
});

test.each([
  ["a whole chain", "16 0303 000c 0b000008 000005 000002 abcd", ["abcd"]],
  ["two of them", "16 0303 0010 0b00000c 000009 000002 abcd 000001 ef", ["abcd", "ef"]],
  ["an empty chain", "16 0303 0007 0b000003 000000", []],
  ["a list longer than its message", "16 0303 000c 0b000008 000006 000002 abcd", null],
  ["a list shorter than its message", "16 0303 000c 0b000008 000004 000002 abcd", null],
  ["a byte behind the list", "16 0303 000d 0b000009 000005 000002 abcd ff", null],
  ["a certificate longer than its list", "16 0303 000c 0b000008 000005 000003 abcd", null],
  ["a list cut within a length", "16 0303 0009 0b000005 000002 0000", null],
  ["no list", "16 0303 0006 0b000002 0000", null],
])("%s", (_, record, chain) => {
  expect(read(record).chain?.map((bytes) => bytes.toString("hex")) ?? null).toEqual(chain);
});

test("the first chain is the one that counts", () => {
  const [first, second] = [
    "16 0303 000b 0b000007 000004 000001 01",
    "16 0303 000b 0b000007 000004 000001 02",
  ];
  expect(read(first, second).chain).toEqual([hex("01")]);
});

test("a sealed record is opened without its padding, and its neighbours by their numbers", () => {
  const secret = Buffer.alloc(32, 3);
  const expand = (label: string, length: number) =>
    createHmac("sha256", secret)
      .update(
        Buffer.concat([
          hex(`00${length.toString(16).padStart(2, "0")}`),
          Buffer.from([label.length + 6]),
          Buffer.from(`tls13 ${label}\0\x01`),
        ]),
      )
      .digest()
      .subarray(0, length);
  const seal = (inner: Buffer, count: number) => {
    const nonce = expand("iv", 12);
    nonce[11] = (nonce[11] ?? 0) ^ count;
    const head = Buffer.concat([hex("170303"), Buffer.from([0, inner.length + 16])]);
    const cipher = createCipheriv("aes-128-gcm", expand("key", 16), nonce).setAAD(head);
    const sealed = Buffer.concat([cipher.update(inner), cipher.final()]);
    return Buffer.concat([head, sealed, cipher.getAuthTag()]);
  };
  const open = createRecordOpener(secret, "TLS_AES_128_GCM_SHA256");
  expect(open?.(seal(hex("0102 0300 16 000000"), 0))).toEqual({ type: 0x16, content: hex("01020300") });
  expect(open?.(seal(hex("0228 15"), 1))).toEqual({ type: 0x15, content: hex("0228") });
  expect(open?.(seal(hex("00000000"), 2))).toBe(null);
  expect(open?.(hex("170303 0000"))).toBe(null);
});

/** The signature algorithms that a client offers, as their numbers. */
async function offered(certificateKind: "rsa" | "ecdsa"): Promise<string[]> {
  let said: Buffer = Buffer.alloc(0);
  const server = await openTcpServer((socket: Socket) => {
    socket.once("data", (bytes: Buffer) => {
      said = bytes;
      socket.end();
    });
  });
  await readHandshake({
    ...{ host: server.host, port: server.port, servername: null, certificateKind, versions: "modern" },
    ...{ startTls: null, helloBytes: 0, timeoutMs: 5_000 },
  });
  await server.close();
  const [, list = ""] =
    /000d[0-9a-f]{4}([0-9a-f]{4}(?:0[2-9a-f]0[0-9a-f]){6,})/.exec(said.toString("hex")) ?? [];
  return (list.slice(4).match(/.{4}/g) ?? []).slice(0, Number.parseInt(list.slice(0, 4), 16) / 2);
}

test("no signature of the other kind is offered that a server of TLS 1.3 could sign with; PKCS#1 of an authority is", async () => {
  const [rsa, ecdsa] = [await offered("rsa"), await offered("ecdsa")];
  expect(rsa).toEqual(["0804", "0805", "0806", "0809", "080a", "080b", "0401", "0501", "0601", "0201"]);
  expect(ecdsa).toEqual(["0503", "0403", "0603", "0401", "0501", "0601", "0203"]);
});
