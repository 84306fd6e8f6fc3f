// The lab's list writer against the numbers that Cisco's own outputs print, and against openssl.
import { execFileSync } from "node:child_process";
import { createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  functionCodes,
  type ListRecord,
  type ListSigner,
  recordBytes,
  resignList,
  writeItl,
  writeSgn,
} from "../../mocks/lab/itl-writer.ts";
import { createKeyMaker } from "../../mocks/lab/key-maker.ts";
import { isListSignedBy, readList } from "../../mocks/lab/list-bytes.ts";
import { needs } from "../support/needs.ts";

const keys = createKeyMaker();
const key1024 = keys.next(1024);
const key2048 = keys.next(2048);
const version = { major: 1, minor: 2 };
const name = (length: number) => "N".repeat(length - 1);
const signer = (subject: number, serial: number, issuer: number, privateKey = key1024): ListSigner => ({
  subject: name(subject),
  serial: Buffer.alloc(serial, 0x61),
  issuer: name(issuer),
  privateKey,
});
const itl = (by: ListSigner, records: readonly ListRecord[]) =>
  writeItl({ version, signer: by, digest: "sha1", filename: "ITLFile.tlv", timestamp: 1393439067, records });
const full = (names: number, certificate: number): ListRecord => ({
  dnsName: " ",
  subject: name(names),
  functionCode: functionCodes.token,
  issuer: name(names),
  serial: Buffer.alloc(16, 1),
  publicKey: Buffer.alloc(140),
  signature: Buffer.alloc(128),
  certificate: Buffer.alloc(certificate),
});
const hashed = (names: number, publicKey = 140, signature = 128): ListRecord => {
  const { certificate: _, ...rest } = full(names, 0);
  return {
    ...rest,
    publicKey: Buffer.alloc(publicKey),
    signature: Buffer.alloc(signature),
    certHash: Buffer.alloc(20),
    hashAlgorithm: 1,
  };
};

describe("the arithmetic of printed lists", () => {
  const records = [full(57, 684), full(57, 684), hashed(49), hashed(57), full(66, 692), hashed(57, 270, 256)];

  it("a list of release 10.0 has the records, header and length of tac-03", () => {
    expect(records.map((record) => recordBytes(record).length)).toEqual([1115, 1115, 439, 455, 1141, 713]);
    const file = itl(signer(57, 16, 57), records);
    expect(file.readUInt16BE(8)).toBe(324);
    expect(file.length).toBe(5302);
  });

  it("the same list signed by the recovery certificate is that of tac-04", () => {
    const file = itl(signer(66, 16, 66), records);
    expect([file.readUInt16BE(8), file.length]).toEqual([344, 5322]);
    expect(file.subarray(341, 344)).toEqual(Buffer.from([0x0d, 0x0d, 0x0d]));
  });

  it("a tokenless CTL has the lengths of ext-29", () => {
    const at = { ipAddress: "10.48.47.153" };
    const record = (dns: number, names: number, certificate: number) => ({
      ...full(names, certificate),
      dnsName: name(dns),
      ...at,
    });
    const ctl = [record(16, 62, 694), record(16, 62, 694), record(16, 60, 680), record(17, 63, 696)];
    expect(ctl.map((one) => recordBytes(one).length)).toEqual([1156, 1156, 1138, 1161]);
    const file = writeItl({
      version,
      signer: signer(62, 16, 62),
      digest: "sha1",
      filename: "CTLFile.tlv",
      timestamp: 1425675367,
      records: ctl,
    });
    expect([file.readUInt16BE(8), file.length]).toEqual([336, 4947]);
  });

  it("the records of a non-secure CTL shrink to 33 bytes, and an eToken's header is 304", () => {
    const bare = { dnsName: name(13), functionCode: functionCodes.ccmTftp, ipAddress: "10.48.47.153" };
    expect(recordBytes(bare)).toHaveLength(33);
    expect(recordBytes(bare).subarray(-4)).toEqual(Buffer.from([10, 48, 47, 153]));
    expect(itl(signer(56, 10, 42), [bare]).readUInt16BE(8)).toBe(304);
  });

  it("a signed file without a time has the header of genuine firmware, with and without padding", () => {
    const sgn = (filename: number) =>
      writeSgn({
        version: { major: 1, minor: 1 },
        signer: signer(39, 8, 35, key2048),
        digest: "sha1",
        filename: name(filename),
        timestamp: null,
        body: Buffer.from("<device/>"),
      });
    expect(sgn(24).readUInt16BE(8)).toBe(0x198);
    expect(sgn(19).readUInt16BE(8)).toBe(0x194);
    expect(sgn(24).subarray(10, 13).toString("hex")).toBe("03005b");
    expect(sgn(24).subarray(0x198).toString()).toBe("<device/>");
  });

  it("the header's fields stand in Cisco's order", () => {
    const tags = readList(itl(signer(57, 16, 57), records)).fields.map(({ tag }) => tag);
    expect(tags).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15]);
  });
});

describe("signatures", () => {
  const by = signer(57, 16, 57, key2048);

  it.each(["sha1", "sha256", "sha512"] as const)(
    "a %s list verifies over its bytes without the signature",
    (digest) => {
      const file = writeItl({
        version,
        signer: by,
        digest,
        filename: "ITLFile.tlv",
        timestamp: 1,
        records: [full(57, 684)],
      });
      const at = file.indexOf(Buffer.from([12, 1, 0]));
      const signed = Buffer.concat([file.subarray(0, at), file.subarray(at + 3 + 256)]);
      expect(verify(digest, signed, createPublicKey(key2048), file.subarray(at + 3, at + 3 + 256))).toBe(
        true,
      );
      expect(isListSignedBy(readList(file), createPublicKey(key2048))).toBe(true);
      file.writeUInt8(file.readUInt8(file.length - 1) ^ 1, file.length - 1);
      expect(isListSignedBy(readList(file), createPublicKey(key2048))).toBe(false);
    },
  );

  it("a list with another signer keeps its records byte for byte", () => {
    const first = itl(by, [full(57, 684), hashed(49)]);
    const parts = {
      version,
      signer: signer(66, 16, 66),
      digest: "sha512",
      filename: "ITLFile.tlv",
      timestamp: 2,
    } as const;
    const second = resignList(first, parts);
    expect(second.subarray(second.readUInt16BE(8))).toEqual(first.subarray(first.readUInt16BE(8)));
    expect(isListSignedBy(readList(second), createPublicKey(key1024))).toBe(true);
  });

  it.runIf(needs("openssl"))("openssl verifies a list that was taken apart by hand", () => {
    const file = itl(by, [full(57, 684)]);
    const at = file.indexOf(Buffer.from([12, 1, 0]));
    const folder = mkdtempSync(join(tmpdir(), "itl-openssl-"));
    try {
      const path = (part: string) => join(folder, part);
      writeFileSync(path("signed"), Buffer.concat([file.subarray(0, at), file.subarray(at + 259)]));
      writeFileSync(path("signature"), file.subarray(at + 3, at + 259));
      writeFileSync(path("key.pem"), createPublicKey(key2048).export({ type: "spki", format: "pem" }));
      const said = execFileSync(
        "openssl",
        ["dgst", "-sha1", "-verify", path("key.pem"), "-signature", path("signature"), path("signed")],
        { encoding: "utf8" },
      );
      expect(said.trim()).toBe("Verified OK");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("free-form records", () => {
  it("absent members are left out, unknown tags follow the known ones", () => {
    const bytes = recordBytes({ functionCode: 99, extra: [{ tag: 200, value: Buffer.from("later") }] });
    expect(bytes.toString("hex")).toBe(
      `0100020012040002${"0063"}c80005${Buffer.from("later").toString("hex")}`,
    );
  });

  it("extra header fields come before the padding", () => {
    const file = writeItl({
      version,
      signer: signer(57, 16, 57),
      digest: "sha1",
      filename: "ITLFile.tlv",
      timestamp: 1,
      extraHeader: [{ tag: 28, value: Buffer.from([1, 1]) }],
      records: [],
    });
    expect(readList(file).fields.at(-1)).toMatchObject({ tag: 28, length: 2 });
    expect(file.length % 4).toBe(0);
  });

  it("a key of a size that the format cannot say is refused", () => {
    expect(() => itl(signer(57, 16, 57, keys.next(3072)), [])).toThrow(/3072 bits/);
  });
});
