// The lab's encrypted configuration files, opened and verified by openssl and by arithmetic.
import { execFileSync } from "node:child_process";
import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKeyMaker, phoneKeyAt } from "../../mocks/lab/key-maker.ts";
import type { LabDigest } from "../../mocks/lab/model.ts";
import { type EncryptionOrder, writeEncSgn } from "../../mocks/lab/phone-config-writer.ts";
import { needs } from "../support/needs.ts";
import { fieldText, readSigned } from "./signed-file.ts";

const signerKey = createKeyMaker().next(2048);
const phoneKey = phoneKeyAt(2048, 3);
const names = "CN=pub.lab.example.net;OU=tac;O=cisco;L=rtp;ST=nc;C=US";
const xml = Buffer.from("<device><fullConfig>True</fullConfig></device>\n");

const written = (more: Partial<EncryptionOrder> = {}, digest: LabDigest = "sha1") =>
  writeEncSgn({
    version: { major: 2, minor: 0 },
    signer: { subject: names, issuer: names, serial: Buffer.alloc(8, 0x41), privateKey: signerKey },
    digest,
    filename: "SEPA45630BBFA40.cnf.xml.enc.sgn",
    timestamp: 1_385_000_000,
    encryption: { plaintext: xml, phoneKey: createPublicKey(phoneKey), ...more },
  });

describe("the header of an encrypted file", () => {
  it("counts 333 bytes of encryption with the digest inside, as in the dump, and 306 without", () => {
    expect(readSigned(written()).lengths.get(16)).toBe(333);
    expect(readSigned(written({ hashPlace: "outside" })).lengths.get(16)).toBe(306);
    for (const place of ["inside", "outside"] as const) {
      const { lengths, values } = readSigned(written({ hashPlace: place }));
      expect([17, 21, 20, 23, 25, 27].map((tag) => lengths.get(tag))).toEqual([28, 272, 2, 2, 256, 20]);
      expect(values.get(23)?.readUInt16BE()).toBe(2048);
      expect(values.get(27)).toEqual(createHash("sha1").update(xml).digest());
    }
  });

  it("names the file and ends on a multiple of four", () => {
    const file = written();
    expect(fieldText(readSigned(file), 14)).toBe("SEPA45630BBFA40.cnf.xml.enc.sgn");
    expect(file.readUInt16BE(8) % 4).toBe(0);
  });

  it.each([
    [15, 1],
    [16, 16],
    [17, 15],
    [0, 16],
  ])("%i bytes of text get %i bytes of padding", (length, padding) => {
    const { values, body } = readSigned(written({ plaintext: Buffer.alloc(length, 0x61) }));
    expect(values.get(20)?.readUInt16BE()).toBe(padding);
    expect(body).toHaveLength(length + padding);
  });

  it("may tell a wrong count and a wrong digest", () => {
    const { values } = readSigned(written({ padCount: 0, hash: Buffer.alloc(20) }));
    expect([values.get(20)?.readUInt16BE(), values.get(27)]).toEqual([0, Buffer.alloc(20)]);
  });
});

describe.runIf(needs("openssl"))("openssl", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "itlctl-lab-enc-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const put = (name: string, bytes: Buffer | string) => {
    writeFileSync(join(folder, name), bytes, { mode: 0o600 });
    return join(folder, name);
  };
  const pem = (key: KeyObject) => key.export({ type: "pkcs1", format: "pem" });

  it("unwraps the key, decrypts the text and finds the CR padding that the header counts", () => {
    const { values, body } = readSigned(written());
    const key = execFileSync("openssl", [
      ...["pkeyutl", "-decrypt", "-inkey", put("phone.pem", pem(phoneKey))],
      ...["-in", put("key.bin", values.get(25) ?? Buffer.alloc(0))],
    ]);
    expect(key).toHaveLength(16);
    const text = execFileSync("openssl", [
      ...["enc", "-d", "-aes-128-cbc", "-nopad", "-K", key.toString("hex")],
      ...["-iv", values.get(19)?.toString("hex") ?? "", "-in", put("body.bin", body)],
    ]);
    const count = values.get(20)?.readUInt16BE() ?? 0;
    expect(text).toEqual(Buffer.concat([xml, Buffer.alloc(count, 0x0d)]));
  });

  it.each(["sha1", "sha256", "sha512"] as const)(
    "verifies the %s signature over the ciphertext",
    (digest) => {
      const { values, signedBytes } = readSigned(written({ digest }, digest));
      const answer = execFileSync("openssl", [
        ...["dgst", `-${digest}`, "-verify"],
        put("signer.pem", createPublicKey(signerKey).export({ type: "spki", format: "pem" })),
        ...[
          "-signature",
          put("signature.bin", values.get(12) ?? Buffer.alloc(0)),
          put("signed.bin", signedBytes),
        ],
      ]);
      expect(answer.toString()).toBe("Verified OK\n");
      expect(values.get(8)?.[0]).toBe({ sha1: 1, sha256: 2, sha512: 3 }[digest]);
    },
  );
});
