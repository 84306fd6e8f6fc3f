// Signers are compared as certificates: by serial and key, not by role or name.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { pairsText } from "../../src/base/serial.ts";
import {
  identityOfCertificate,
  identityOfRecord,
  identityOfSigner,
  keyOf,
  type SignerIdentity,
  sameSigner,
} from "../../src/verdict/signer-identity.ts";
import { recoveryRecordOf } from "../../src/verdict/signed-by.ts";
import { certificateOf, factsOf, listOf, makeLab, nodeOf, releases, signerOf } from "../support/lab-facts.ts";

test.each(releases)(
  "a certificate, its record and what show itl prints of it are one signer (%s)",
  (release) => {
    const lab = makeLab(release);
    const certificate = signerOf(lab, "pub", "ITLRecovery");
    const { itl } = nodeOf(factsOf(lab), "pub");
    const fromBytes = recoveryRecordOf(listOf(lab, "pub").file);
    const shown = itl?.kind === "shown" ? recoveryRecordOf(itl) : null;
    if (fromBytes === null || shown === null) throw new Error("no recovery record");
    expect(sameSigner(identityOfRecord(fromBytes), certificate)).toBe(true);
    expect(sameSigner(identityOfRecord(shown), certificate)).toBe(true);
    expect(sameSigner(certificate, signerOf(lab, "pub", "CallManager"))).toBe(false);
  },
);

test("equal serials with another key are another signer", () => {
  const lab = makeLab("11.5");
  const real = signerOf(lab, "pub", "ITLRecovery");
  const other = signerOf(lab, "pub", "CallManager");
  const lookAlike: SignerIdentity = { ...other, subject: real.subject, serial: real.serial };
  expect(sameSigner(real, lookAlike)).toBe(false);
  const keysOnly = [real, lookAlike].map(({ subject, issuer, serial, publicKey }) => ({
    ...{ subject, issuer, serial, publicKey },
    certificate: null,
  }));
  expect(keysOnly.map((each) => sameSigner(each, real))).toEqual([true, false]);
});

test("equal serials with another certificate hash are another signer where no key is known", () => {
  const bare: SignerIdentity = {
    subject: "",
    issuer: "",
    serial: "0a:0b",
    certificate: null,
    publicKey: null,
  };
  expect(sameSigner({ ...bare, certificateSha1: "AA" }, { ...bare, certificateSha1: "BB" })).toBe(false);
  expect(sameSigner({ ...bare, certificateSha1: "AA" }, { ...bare, serial: "0A0B" })).toBe(true);
});

test("a serial that is no hex is nobody's", () => {
  const odd: SignerIdentity = { subject: "", issuer: "", serial: "?", certificate: null, publicKey: null };
  expect(sameSigner(odd, odd)).toBe(false);
});

test("a certificate that cannot be read has no key", () => {
  const lab = makeLab("11.5");
  const facts = { ...certificateOf(lab.publisher.certificates.get("TVS")), der: "AAAA" };
  expect(keyOf(identityOfCertificate(facts))).toBeNull();
});

test("the signer of a list that carries no record of it is known by name and serial only", () => {
  const { file } = listOf(makeLab("12.5"), "pub");
  const stripped = { ...file, records: file.records.filter((record) => record !== recoveryRecordOf(file)) };
  const signer = identityOfSigner(stripped);
  expect(signer?.serial).toBe(file.header.signer.serial);
  expect(signer === null ? null : keyOf(signer)).toBeNull();
});

test("a record that prints only a hash is known by it where it is one of SHA-1", () => {
  const record = recoveryRecordOf(listOf(makeLab("12.5"), "pub").file);
  if (record === null) throw new Error("no recovery record");
  const printed = (certHash: string | null) =>
    identityOfRecord({ ...record, certificateSha1: null, certHash }).certificateSha1;
  const sha1 = Array.from({ length: 20 }, () => "AB").join(":");
  expect(printed(sha1)).toBe(sha1);
  expect(printed(`${sha1}:AB`)).toBeNull();
  expect(printed(null)).toBeNull();
});

test("a record's own certificate says which key it stands for, else the key that it carries, and names are kept", () => {
  const lab = makeLab("12.5");
  const record = recoveryRecordOf(listOf(lab, "pub").file);
  const [real, other] = [signerOf(lab, "pub", "ITLRecovery"), signerOf(lab, "pub", "CallManager")];
  if (record === null) throw new Error("no recovery record");
  const claiming = identityOfRecord({ ...record, publicKey: other.publicKey });
  expect(claiming).toMatchObject({ publicKey: real.publicKey, certificate: real.certificate });
  expect(claiming).toMatchObject({ subject: record.subjectName, issuer: record.issuerName });
  const bare = identityOfRecord({ ...record, certificate: null, certificateSha1: null, certHash: null });
  expect(bare).toMatchObject({ publicKey: record.publicKey, certificate: null });
  expect(sameSigner(bare, real)).toBe(true);
  expect(sameSigner(bare, { ...other, serial: real.serial })).toBe(false);
});

test("the key of a signer known by its certificate alone is read from there", () => {
  const real = signerOf(makeLab("11.5"), "pub", "ITLRecovery");
  const byCertificate: SignerIdentity = { ...real, publicKey: null, certificateSha1: null };
  expect(real.publicKey).not.toBeNull();
  expect(keyOf(byCertificate)).toBe(real.publicKey);
  expect(keyOf({ ...byCertificate, certificate: null })).toBeNull();
});

test("two certificates without RSA keys are compared by their hash, also where only their bytes are known", () => {
  const names = { subject: "", issuer: "", serial: "0A", publicKey: null };
  const bytes = Buffer.from("no certificate that could be read");
  const known: SignerIdentity = { ...names, certificate: bytes.toString("base64") };
  const told = (text: string): SignerIdentity => ({ ...names, certificate: null, certificateSha1: text });
  const sha1 = pairsText(createHash("sha1").update(bytes).digest());
  expect(sameSigner(known, told(sha1))).toBe(true);
  expect(sameSigner(known, told(sha1.replace(/^../, "00")))).toBe(false);
});
