// Encrypted configurations: opened with the phone's key, refused with another, and damaged in every field.
import { execFileSync } from "node:child_process";
import { createHash, createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { writeEncSgn } from "../../mocks/lab/phone-config-writer.ts";
import { Secret } from "../../src/base/secret.ts";
import { parsePhoneKey } from "../../src/phone-config/phone-key.ts";
import { readConfig } from "../../src/phone-config/read-config.ts";
import { parseConfigFile } from "../../src/phone-config/signed-config.ts";
import { needs } from "../support/needs.ts";
import {
  type Crooked,
  encryptedConfig,
  fullXml,
  otherPhoneKey,
  phoneKey,
  shortPhoneKey,
  signedConfig,
  tftp,
} from "./made-config.ts";

const open = (bytes: Uint8Array, key = phoneKey) => readConfig(parseConfigFile(bytes), key);
const clearOf = (crooked: Crooked, xml: string | Buffer = fullXml) =>
  open(encryptedConfig(crooked, xml)).clear?.xml.toString();
const withCode = (code: string, message = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("with the phone's key", () => {
  test.each([
    ["digest inside the container", {}],
    ["digest after the container", { isOutside: true }],
    ["SHA-256", { digestCode: 2 }],
    ["SHA-512", { digestCode: 3 }],
    ["unknown codes of cipher and key", { without: 18 }],
  ] satisfies [string, Crooked][])("the text comes out byte for byte: %s", (_what, crooked) => {
    expect(clearOf(crooked)).toBe(fullXml);
  });

  test.each(Array.from({ length: 17 }, (_, at) => at))("a text of %d bytes over a block", (more) => {
    const xml = `<device>${" ".repeat(16 * 4 - 17 + more)}</device>`;
    expect(clearOf({}, xml)).toBe(xml);
  });

  test("a pad count of 0 removes nothing", () => {
    const xml = `<device>${" ".repeat(47)}</device>`;
    expect(xml).toHaveLength(64);
    expect(clearOf({ padBytes: 0 }, xml)).toBe(xml);
  });

  test("a shorter and a longer key of a phone", () => {
    expect(open(encryptedConfig({ for: shortPhoneKey }), shortPhoneKey).clear?.facts.isFull).toBe(true);
    const long = generateKeyPairSync("rsa", { modulusLength: 3072 }).privateKey;
    expect(open(encryptedConfig({ for: long }), long).encryption?.wrappedKey).toHaveLength(384);
  });

  test("without a key the fields are known, and no text", () => {
    const { encryption, clear } = readConfig(parseConfigFile(encryptedConfig()), null);
    expect(clear).toBeNull();
    expect(encryption).toMatchObject({
      digestName: "sha1",
      padCount: 16 - (Buffer.from(fullXml).length % 16),
    });
  });

  test.each(["inside", "outside"] as const)("a file of the lab, digest %s", (hashPlace) => {
    const bytes = writeEncSgn({
      version: { major: 2, minor: 0 },
      signer: { subject: "CN=x", issuer: "CN=x", serial: Buffer.from([1]), privateKey: tftp.key },
      digest: "sha512",
      filename: "SEP001122334455.cnf.xml.enc.sgn",
      timestamp: 1,
      encryption: { plaintext: Buffer.from(fullXml), phoneKey, hashPlace, digest: "sha512" },
    });
    expect(open(bytes).clear?.xml.toString()).toBe(fullXml);
  });
});

describe("not for this key: wrong-key, which says why", () => {
  test.each([
    ["another phone's", { for: otherPhoneKey }, /does not unwrap/],
    ["a key of another size", { for: shortPhoneKey }, /is for a key of 1024 bits, and this one has 2048/],
    ["a digest of something else", { digest: Buffer.alloc(20) }, /unwraps, but .* digest/],
    ["a pad count too small", { padCount: 0 }, /unwraps, but/],
    ["a pad count too large", { padCount: 40 }, /unwraps, but/],
    ["a block that is no number below the modulus", { wrapped: Buffer.alloc(256, 0xff) }, /does not unwrap/],
    ["a wrapped key of zeros", { wrapped: Buffer.alloc(256) }, /does not unwrap/],
    ["a content key that is no AES-128 key", { contentKey: Buffer.alloc(32, 1) }, /does not unwrap/],
    ["another initialisation vector", { iv: Buffer.alloc(16) }, /unwraps, but/],
  ] satisfies [string, Crooked, RegExp][])("%s", (_what, crooked, message) => {
    expect(() => open(encryptedConfig(crooked))).toThrow(withCode("wrong-key", message));
  });

  test("no message and no cause has anything of the key or the text in it", () => {
    try {
      open(encryptedConfig({ digest: Buffer.alloc(20) }));
      expect.unreachable();
    } catch (error) {
      expect((error as Error).cause).toBeUndefined();
      expect(String((error as Error).stack)).not.toContain("Kept");
    }
  });
});

describe("damaged: file-unreadable", () => {
  test.each([
    ["a pad count of more than there is", { padCount: 60_000 }, /60000 padding bytes/],
    ["no whole blocks", { ciphertext: Buffer.alloc(33) }, /no multiple of 16/],
    ["no body at all", { ciphertext: Buffer.alloc(0) }, /no multiple of 16/],
    ["an IV of 15 bytes", { iv: Buffer.alloc(15) }, /15 bytes instead of 16/],
    ["a digest of 19 bytes", { digest: Buffer.alloc(19) }, /19 bytes instead of 20/],
    ["an unknown digest", { digestCode: 9 }, /unknown \(9\)/],
    ["a size that the key has not", { keyBits: 1024 }, /2048 bits and not the 1024/],
    ["an empty key", { wrapped: Buffer.alloc(0) }, /0 bits/],
    ...[19, 20, 23, 25, 26, 27].map(
      (tag) => [`no field ${tag}`, { without: tag }, new RegExp(`field ${tag}`)] as const,
    ),
  ] satisfies (readonly [string, Crooked, RegExp])[])("%s", (_what, crooked, message) => {
    expect(() => open(encryptedConfig(crooked))).toThrow(withCode("file-unreadable", message));
  });

  test("a text that is proven and is no configuration", () => {
    expect(() => open(encryptedConfig({}, "hello"))).toThrow(withCode("file-unreadable"));
    expect(() => open(encryptedConfig({}, "<a/>"))).toThrow(withCode("file-unreadable", /<device>/));
  });

  test("a name that says .enc.sgn, and no encryption", () => {
    const bytes = signedConfig();
    bytes.write("e", bytes.indexOf(".cnf.xml.sgn") + 1);
    const renamed = Buffer.from(bytes.toString("latin1").replace(".enf.xml.sgn", ".xml.enc.sgn"), "latin1");
    expect(() => open(renamed)).toThrow(withCode("file-unreadable", /has no digest/));
  });
});

describe("the phone's key", () => {
  const pkcs8 = (passphrase?: string) =>
    Buffer.from(
      phoneKey.export({
        type: "pkcs8",
        format: "pem",
        ...(passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase }),
      }),
    );
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const secret = new Secret("Kept-from-eyes-2");

  test("PKCS#8, PKCS#1, and either of them locked", () => {
    const pkcs1 = { type: "pkcs1", format: "pem" } as const;
    const locked = phoneKey.export({ ...pkcs1, cipher: "aes-128-cbc", passphrase: secret.reveal() });
    for (const pem of [pkcs8(), Buffer.from(phoneKey.export(pkcs1))]) {
      expect(parsePhoneKey(pem, null).equals(phoneKey)).toBe(true);
    }
    for (const pem of [pkcs8(secret.reveal()), Buffer.from(locked)]) {
      expect(parsePhoneKey(pem, secret).equals(phoneKey)).toBe(true);
      expect(() => parsePhoneKey(pem, null)).toThrow(withCode("usage", /passphrase/));
      expect(() => parsePhoneKey(pem, new Secret("another one"))).toThrow(
        withCode("wrong-key", /passphrase/),
      );
    }
  });

  test("a passphrase that is not needed does no harm", () => {
    expect(parsePhoneKey(pkcs8(), secret).equals(phoneKey)).toBe(true);
  });

  test.each([
    ["nothing", "", "file-unreadable", /no PEM block/],
    ["a certificate", tftp.pem, "file-unreadable", /public half \(CERTIFICATE\)/],
    ["the public key", createPrivateKey(tftp.keyPem), "file-unreadable", /PUBLIC KEY/],
    ["a request", "-----BEGIN CERTIFICATE REQUEST-----", "file-unreadable", /CERTIFICATE REQUEST/],
    ["half a key", tftp.keyPem.slice(0, 300), "file-unreadable", /damaged/],
    ["an EC key", ec.export({ type: "pkcs8", format: "pem" }).toString(), "wrong-key", /is ec, not RSA/],
  ])("%s", (_what, given, code, message) => {
    const pem =
      typeof given === "string"
        ? given
        : "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK\n-----END PUBLIC KEY-----";
    expect(() => parsePhoneKey(Buffer.from(pem), null)).toThrow(withCode(code, message));
  });
});

describe.runIf(needs("openssl"))("beside the openssl command", () => {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-enc-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const put = (name: string, bytes: string | Uint8Array) => {
    writeFileSync(join(folder, name), bytes, { mode: 0o600 });
    return join(folder, name);
  };
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { stdio: ["ignore", "pipe", "ignore"] });
  const keyFile = put("phone.pem", phoneKey.export({ type: "pkcs8", format: "pem" }));

  test("it opens what we open, to the same bytes", () => {
    const file = parseConfigFile(encryptedConfig());
    const { encryption, clear } = readConfig(file, phoneKey);
    if (encryption === null || clear === null) throw new Error("not opened");
    const wrapped = put("wrapped", encryption.wrappedKey);
    const key = openssl("pkeyutl", "-decrypt", "-inkey", keyFile, "-in", wrapped).toString("hex");
    const body = put("body", file.body);
    const cbc = [
      "enc",
      "-aes-128-cbc",
      "-d",
      "-nopad",
      "-K",
      key,
      "-iv",
      encryption.iv.toString("hex"),
      "-in",
      body,
    ];
    const padded = openssl(...cbc);
    const plain = padded.subarray(0, padded.length - encryption.padCount);
    expect(plain.equals(clear.xml)).toBe(true);
    expect(createHash("sha1").update(plain).digest().equals(encryption.digest)).toBe(true);
  });

  test("we open what it makes", () => {
    const contentKey = Buffer.alloc(16, 0x77);
    const plain = put("plain", fullXml.padEnd(Math.ceil(fullXml.length / 16) * 16, "\r"));
    const hexes = ["-K", contentKey.toString("hex"), "-iv", "1b".repeat(16)];
    const ciphertext = openssl("enc", "-aes-128-cbc", "-nopad", ...hexes, "-in", plain);
    const key = put("content-key", contentKey);
    const wrapped = openssl("pkeyutl", "-encrypt", "-inkey", keyFile, "-in", key);
    const padCount = readFileSync(plain).length - fullXml.length;
    expect(clearOf({ wrapped, ciphertext, padCount })).toBe(fullXml);
  });
});
