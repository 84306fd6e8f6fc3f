import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Secret } from "../../src/base/secret.ts";
import { makeKeyPair } from "../../src/compliance/key-pair.ts";
import {
  bitsOf,
  isPassphraseNeeded,
  openPrivateKey,
  pairFingerprint,
} from "../../src/compliance/private-key.ts";
import { pairs, pemOf, publicPemOf, troubleOf } from "./archive-keys.ts";

const pem = pemOf(pairs.own);
const locked = pemOf(pairs.own, "right one");
const legacy = pairs.own
  .export({ type: "pkcs1", format: "pem", cipher: "aes-128-cbc", passphrase: "right one" })
  .toString();
const open = (text: string | Buffer, passphrase: string | null = null) =>
  openPrivateKey(Buffer.from(text), "p.pem", passphrase === null ? null : new Secret(passphrase));
const trouble = (text: string | Buffer, passphrase: string | null = null) =>
  troubleOf(() => open(text, passphrase));

describe("a private key", () => {
  test.each([
    ["PKCS#8", pem, null],
    ["PKCS#1", pairs.own.export({ type: "pkcs1", format: "pem" }).toString(), null],
    ["with CRLF and a byte order mark", `\ufeff${pem.replaceAll("\n", "\r\n")}`, null],
    ["in UTF-16", Buffer.from(`\ufeff${pem}`, "utf16le"), null],
    ["behind other text", `Bag Attributes\n  friendlyName: x\n${publicPemOf(pairs.own)}${pem}`, null],
    ["locked", locked, "right one"],
    ["locked in the old way", legacy, "right one"],
    ["without a lock, a passphrase given", pem, "anything"],
  ])("is read: %s", (_what, text, passphrase) => {
    const key = open(text, passphrase);
    expect(pairFingerprint(key)).toBe(pairFingerprint(pairs.own));
    expect(bitsOf(key)).toBe(2048);
  });

  test("asks for a passphrase where it is locked", () => {
    const needed = [pem, locked, legacy].map((text) => isPassphraseNeeded(Buffer.from(text)));
    expect(needed).toEqual([false, true, true]);
    for (const text of [locked, legacy]) {
      expect(trouble(text)).toMatchObject({
        code: "secret-unresolved",
        message: expect.stringContaining("none was given") as string,
      });
    }
  });

  test("stays locked under another passphrase, whatever OpenSSL makes of it", () => {
    // About one wrong passphrase in 200 passes OpenSSL's look at the padding.
    const tried = Array.from({ length: 300 }, (_, at) => trouble(legacy, `wrong ${at}`));
    expect(new Set(tried.map(({ code, message }) => `${code}: ${message}`))).toEqual(
      new Set(["wrong-key: the passphrase does not open p.pem"]),
    );
  });

  test.each([
    ["the public key", publicPemOf(pairs.own), "is the public key of a pair"],
    ["the public key of SSH", "ssh-rsa AAAAB3Nza operator", "is the public key of a pair"],
    ["a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is a certificate"],
    [
      "an SSH key",
      "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
      "an SSH key",
    ],
    [
      "a key of another kind",
      generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      "kind ed25519",
    ],
  ])("is not %s: the wrong key", (_what, text, message) => {
    expect(trouble(text)).toMatchObject({
      code: "wrong-key",
      message: expect.stringContaining(message) as string,
    });
  });

  test.each([
    ["cut", pem.slice(0, 900), "damaged or cut"],
    [
      "with lines missing",
      pem
        .split("\n")
        .filter((_, at) => at !== 5)
        .join("\n"),
      "damaged or cut",
    ],
    ["cut and locked", `${locked.slice(0, 900)}\n-----END ENCRYPTED PRIVATE KEY-----\n`, "damaged or cut"],
    ["with other bytes in it", pem.replace(/\n.{64}/, `\n${"A".repeat(64)}`), "damaged or cut"],
    ["empty", "", "it is empty"],
    ["binary", pairs.own.export({ type: "pkcs8", format: "der" }), "it is binary"],
    ["anything else", "hello", "it is no PEM"],
  ])("that cannot be read: %s", (_what, text, message) => {
    expect(trouble(text, "right one")).toMatchObject({
      code: "file-unreadable",
      message: expect.stringContaining(message) as string,
    });
  });
});

describe("a new pair", () => {
  test("is one pair, with or without a lock", async () => {
    const pair = await makeKeyPair(2048, new Secret("right one"));
    expect(pair.privatePem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    expect(pair.publicPem).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    expect(pairFingerprint(open(pair.privatePem, "right one"))).toBe(pair.fingerprint);
    const open_ = await makeKeyPair(2048, null);
    expect(open_.privatePem).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(open_.fingerprint).not.toBe(pair.fingerprint);
  });
});
