// The signature of a list: verified with the key it claims, with another, and beside the openssl command.
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseListFile, verifyListFile, verifyWithKey } from "../../src/facts/itl-file.ts";
import { makeLab } from "../support/lab-facts.ts";
import { needs } from "../support/needs.ts";
import { readOrRefusal } from "./refusal.ts";
import { head, number, record, text, tlv } from "./tlv-bytes.ts";
import { signer, other, serial, names, token, list } from "./small-list.ts";

describe("the signature", () => {
  test.each<[string, number, string]>([
    ["sha1", 1, "valid"],
    ["sha256", 2, "valid"],
    ["sha512", 3, "valid"],
    ["sha512", 4, "unsupported"],
    ["sha256", 1, "invalid"],
  ])("of digest %s written as %i is %s", (digest, digestCode, state) => {
    expect(verifyListFile(list({ digest, digestCode }))).toBe(state);
  });

  test("holds in the eyes of openssl too", ({ skip }) => {
    if (!needs("openssl")) skip();
    const bytes = list();
    const at = bytes.indexOf(head(12, 128));
    const folder = mkdtempSync(join(tmpdir(), "itlctl-signature-"));
    try {
      writeFileSync(join(folder, "signed"), Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 131)]));
      writeFileSync(join(folder, "signature"), bytes.subarray(at + 3, at + 131));
      writeFileSync(join(folder, "certificate"), signer.pem);
      const run = (...words: string[]) => execFileSync("openssl", words, { cwd: folder, encoding: "utf8" });
      writeFileSync(join(folder, "key"), run("x509", "-in", "certificate", "-noout", "-pubkey"));
      expect(run("dgst", "-sha1", "-verify", "key", "-signature", "signature", "signed")).toContain(
        "Verified OK",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("made by the openssl command holds here", ({ skip }) => {
    if (!needs("openssl")) skip();
    const bytes = list({ digest: "sha512", digestCode: 3 });
    const at = bytes.indexOf(head(12, 128));
    const folder = mkdtempSync(join(tmpdir(), "itlctl-signature-"));
    try {
      writeFileSync(join(folder, "key"), signer.keyPem, { mode: 0o600 });
      writeFileSync(join(folder, "signed"), Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 131)]));
      const signature = execFileSync("openssl", ["dgst", "-sha512", "-sign", "key", "signed"], {
        cwd: folder,
      });
      expect(
        verifyListFile(Buffer.concat([bytes.subarray(0, at + 3), signature, bytes.subarray(at + 131)])),
      ).toBe("valid");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("breaks with any changed byte that leaves the file readable", () => {
    const bytes = list();
    const states = new Set<string>();
    for (let at = 0; at < bytes.length; at += 1) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      const state = readOrRefusal(() => verifyListFile(copy, signer.der));
      states.add(typeof state === "string" ? state : state.code);
    }
    expect([...states].sort()).toEqual(["file-unreadable", "invalid", "unsupported"]);
  });

  test("covers the body of a signed file, which carries no certificate", () => {
    const file = list({ filename: "x.sgn", body: Buffer.from("<device/>") });
    expect(verifyListFile(file)).toBe("no-signer-certificate");
    expect(verifyListFile(file, signer.der)).toBe("valid");
    expect(verifyListFile(Buffer.concat([file, Buffer.from(" ")]), signer.der)).toBe("invalid");
  });

  test.each<[string, Buffer]>([
    [
      "another serial",
      record(...names.slice(0, 2), tlv(6, Buffer.from("17", "hex")), number(4, 0, 2), tlv(9, signer.der)),
    ],
    ["another subject", record(text(3, "CN=x"), ...names.slice(1), number(4, 0, 2), tlv(9, signer.der))],
    [
      "another issuer",
      record(
        text(5, "CN=x"),
        text(3, "CN=signer;O=cisco"),
        tlv(6, serial),
        number(4, 0, 2),
        tlv(9, signer.der),
      ),
    ],
    ["another function", record(...names, number(4, 3, 2), tlv(9, signer.der))],
    ["neither key nor certificate", record(...names, number(4, 0, 2))],
  ])("is not proven by a record of %s", (_, body) => {
    expect(verifyListFile(list({ body }))).toBe("no-signer-certificate");
    expect(parseListFile(list({ body })).records[0]?.isSigner ?? false).toBe(_.startsWith("neither"));
  });

  test("is proven by a serial with a leading zero byte, and by a bare key", () => {
    const zero = record(
      ...names.slice(0, 2),
      tlv(6, Buffer.from("0083E908", "hex")),
      number(4, 0, 2),
      tlv(9, signer.der),
    );
    expect(verifyListFile(list({ body: zero }))).toBe("valid");
    expect(verifyListFile(list({ body: record(...names, number(4, 0, 2), tlv(7, signer.publicKey)) }))).toBe(
      "valid",
    );
  });

  test("is not proven by a look-alike with another key", () => {
    const lookAlike = record(...names, number(4, 0, 2), tlv(9, other.der));
    expect(verifyListFile(list({ body: lookAlike }))).toBe("invalid");
    expect(verifyListFile(list({ body: Buffer.concat([token, lookAlike]) }))).toBe("invalid");
    expect(verifyListFile(list(), other.der)).toBe("invalid");
    expect(verifyListFile(list({ body: lookAlike }), signer.der)).toBe("valid");
  });

  test("is not proven by a token whose key is not its certificate's", () => {
    const torn = record(...names, number(4, 0, 2), tlv(7, signer.publicKey), tlv(9, other.der));
    expect(verifyListFile(list({ body: torn }))).toBe("invalid");
    const tornToo = record(...names, number(4, 0, 2), tlv(7, other.publicKey), tlv(9, signer.der));
    expect(verifyListFile(list({ body: tornToo }))).toBe("invalid");
  });

  test("is checked with the key a phone holds, as PKCS#1 or as certificate", () => {
    expect(verifyWithKey(list(), signer.publicKey.toString("base64"))).toBe("valid");
    expect(verifyWithKey(list(), signer.der)).toBe("valid");
    expect(verifyWithKey(list(), signer.der.toString("base64"))).toBe("valid");
    expect(verifyWithKey(list(), other.publicKey)).toBe("invalid");
    expect(verifyWithKey(list(), "no key")).toBe("unsupported");
  });

  test("of another algorithm, or under a key that is not RSA, is unsupported", () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const point = publicKey.export({ type: "spki", format: "der" }).subarray(-65);
    expect(verifyListFile(list({ algorithmCode: 1 }))).toBe("unsupported");
    expect(verifyWithKey(list(), point.toString("base64"))).toBe("unsupported");
    expect(
      verifyListFile(list({ body: record(...names, number(4, 0, 2), tlv(9, Buffer.from("junk"))) })),
    ).toBe("unsupported");
  });

  test("under a certificate with an EC key is unsupported, not invalid", () => {
    const lab = makeLab("15", { hasEcdsaUnits: true });
    const ec = lab.publisher.certificates.get("CallManager-ECDSA");
    if (ec === undefined) throw new Error("no EC certificate");
    expect(verifyWithKey(list(), ec.der)).toBe("unsupported");
    expect(verifyListFile(list(), ec.der)).toBe("unsupported");
  });

  test("with a modulus that is not the key's is invalid, with an unknown one unsupported", () => {
    expect(verifyListFile(list({ modulusCode: 2 }))).toBe("invalid");
    expect(verifyListFile(list({ modulusCode: 9 }))).toBe("unsupported");
  });
});
