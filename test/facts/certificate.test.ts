// Certificates as DER, as PEM and inside `show cert own`: read whole, or refused in an operator's words.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import forge from "node-forge";
import { describe, expect, test } from "vitest";
import { pairsText } from "../../src/base/serial.ts";
import { OperatorError } from "../../src/base/errors.ts";
import { parseCertificate, parseShownCertificate } from "../../src/facts/certificate.ts";
import { needs } from "../support/needs.ts";
import { makeCertificate } from "./made-certificate.ts";
import { readOrRefusal, readQuickly } from "./refusal.ts";

const made = makeCertificate("ITLRECOVERY_test10pub", "00c1f2", 1024);
const shown = `admin:show cert own ITLRecovery
SignatureAlgorithm: SHA1withRSA (1.2.840.113549.1.1.5)
Issuer Name: CN=ITLRECOVERY_test10pub, OU=tac, C=US
${made.pem}`;

const facts = {
  subject: "CN=ITLRECOVERY_test10pub;OU=tac;C=US",
  issuer: "CN=ITLRECOVERY_test10pub;OU=tac;C=US",
  serial: "C1:F2",
  isSelfSigned: true,
  keyKind: "rsa",
  keyBits: 1024,
  signatureAlgorithm: "sha1WithRSAEncryption",
  notBefore: "2014-02-17T21:38:10Z",
  notAfter: "2019-02-16T21:38:09Z",
  sha1: pairsText(createHash("sha1").update(made.der).digest()),
  der: made.der.toString("base64"),
};

test.each<[string, Uint8Array | string]>([
  ["DER", made.der],
  ["DER with bytes behind it", Buffer.concat([made.der, Buffer.alloc(9)])],
  ["PEM text", made.pem],
  ["PEM bytes", Buffer.from(made.pem)],
  ["PEM with CRLF and indentation", made.pem.replaceAll(/\r?\n/g, "\r\n   ")],
])("a certificate is read from %s", (_, given) => {
  expect(parseCertificate(given)).toEqual(facts);
});

describe("show cert own", () => {
  test("is read by its PEM block", () => {
    expect(parseShownCertificate(shown)).toEqual(facts);
    expect(parseShownCertificate(shown.replaceAll("\n", "\r\n"))).toEqual(facts);
  });

  test.each([
    ["no block", shown.replace(/-----BEGIN[^]*/, "")],
    ["two blocks", `${shown}\n${made.pem}`],
    ["a block cut short", shown.slice(0, -60)],
    ["a block of something else", shown.replace(/MII[A-Za-z0-9+/]{40}/, "AAAA")],
    ["a refusal", "Executed command unsuccessfully"],
  ])("with %s is not understood", (_, text) => {
    expect(readOrRefusal(() => parseShownCertificate(text))).toMatchObject({ code: "answer-not-understood" });
  });
});

test.each<[string, Uint8Array | string]>([
  ["nothing", ""],
  ["a word", "certificate"],
  ["bytes of something else", Buffer.from("<html>")],
  ["a key", made.publicKey],
  ["more than 1 MiB", Buffer.alloc(1024 * 1024 + 1)],
])("%s is no certificate", (_, given) => {
  expect(readOrRefusal(() => parseCertificate(given))).toMatchObject({ code: "file-unreadable" });
});

test("why it is none is told", () => {
  expect(() => parseCertificate("certificate")).toThrow(/holds no PEM block/);
  expect(() => parseCertificate(Buffer.alloc(1024 * 1024 + 1))).toThrow(/larger than 1 MiB/);
  expect(() => parseCertificate(Buffer.alloc(1024 * 1024))).toThrow(/not an X.509 certificate/);
  expect(() => parseShownCertificate("nothing")).toThrow(/holds 0 certificates instead of one/);
});

test("EC keys and negative serials as openssl makes them are read", ({ skip }) => {
  if (!needs("openssl")) skip();
  const folder = mkdtempSync(join(tmpdir(), "itlctl-certificate-"));
  try {
    const run = (...words: string[]) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
    run("ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", "key");
    run(
      "req",
      "-x509",
      "-new",
      "-key",
      "key",
      "-sha384",
      "-subj",
      "/CN=pub-EC",
      "-days",
      "1",
      "-set_serial",
      "-5",
      "-out",
      "pem",
    );
    const pem = readFileSync(join(folder, "pem"), "utf8");
    expect(parseCertificate(pem)).toMatchObject({
      keyKind: "ec",
      keyBits: 384,
      signatureAlgorithm: "ecdsa-with-SHA384",
      serial: "FB",
      isSelfSigned: true,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("a certificate made otherwise", () => {
  const read = (change: (certificate: forge.asn1.Asn1) => void) => {
    const node = forge.asn1.fromDer(forge.util.createBuffer(made.der.toString("latin1")));
    change(node);
    return parseCertificate(Buffer.from(forge.asn1.toDer(node).getBytes(), "latin1"));
  };
  const child = (node: forge.asn1.Asn1, at: number) => {
    const found = (node.value as forge.asn1.Asn1[])[at];
    if (found === undefined) throw new Error("a part is absent");
    return found;
  };

  test("of version 1, which names no version, has its serial first", () => {
    const { serial, subject } = read((node) => (child(node, 0).value as forge.asn1.Asn1[]).shift());
    expect({ serial, subject }).toEqual({ serial: facts.serial, subject: facts.subject });
  });

  test("with a kind of key that nobody knows is read all the same, and not called self-signed", () => {
    const unknown = read((node) => {
      const algorithm = child(child(child(child(node, 0), 6), 0), 0);
      algorithm.value = forge.asn1.oidToDer("1.2.3.4").getBytes();
    });
    expect(unknown).toMatchObject({ keyKind: "other", keyBits: null, isSelfSigned: false, serial: "C1:F2" });
  });

  test("signed with its own key in another's name is not self-signed", () => {
    const certificate = forge.pki.certificateFromPem(made.pem);
    certificate.setIssuer([{ shortName: "CN", value: "somebody else" }]);
    certificate.sign(forge.pki.privateKeyFromPem(made.keyPem), forge.md.sha1.create());
    const { isSelfSigned, issuer } = parseCertificate(forge.pki.certificateToPem(certificate));
    expect({ isSelfSigned, issuer }).toEqual({ isSelfSigned: false, issuer: "CN=somebody else" });
  });
});

test("a certificate whose signature is not its own is not called self-signed", () => {
  const spoilt = Buffer.from(made.der);
  spoilt[spoilt.length - 1] = (spoilt.at(-1) ?? 0) ^ 1;
  expect(parseCertificate(spoilt).isSelfSigned).toBe(false);
});

test("random bytes and mutated certificates are read or refused, quickly", () => {
  const change = fc.tuple(fc.nat(made.der.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 5 }), fc.uint8Array({ maxLength: 80 }), (changes, random) => {
      const copy = Buffer.from(made.der);
      for (const [at, value] of changes) copy[at] = value;
      for (const bytes of [copy, random, made.der.subarray(0, random.length * 7)]) {
        const read = readQuickly(() => parseCertificate(bytes));
        if (read instanceof OperatorError) expect(read.code).toBe("file-unreadable");
      }
    }),
  );
});
