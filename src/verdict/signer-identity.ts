// Certificates and records to one thing: who a signer is, compared by serial and key, never by name or role.
import { createHash, X509Certificate } from "node:crypto";
import { normalSerial, pairsText } from "../base/serial.ts";
import type { ItlRecord } from "../facts/itl-record.ts";
import type { CertificateFacts } from "../facts/list-facts.ts";
import { type ReadList, signerLineOf, signerRecordOf } from "./signed-by.ts";

/**
 * A signer. `certificate` is DER, `publicKey` PKCS#1 RSAPublicKey, both Base64; `certificateSha1` upper-case pairs.
 * Names are for people: one name is spelled in several ways.
 */
export interface SignerIdentity {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly certificate: string | null;
  readonly publicKey: string | null;
  readonly certificateSha1?: string | null;
}

/** Equal serials, and equal keys where both keys are known; else equal certificate hashes where both are known. */
export function sameSigner(a: SignerIdentity, b: SignerIdentity): boolean {
  const serial = normalSerial(a.serial);
  if (serial === null || serial !== normalSerial(b.serial)) return false;
  const [keyA, keyB] = [keyOf(a), keyOf(b)];
  if (keyA !== null && keyB !== null) return keyA === keyB;
  const [hashA, hashB] = [sha1Of(a), sha1Of(b)];
  return hashA === null || hashB === null || hashA === hashB;
}

/** The signer that this certificate would be. */
export function identityOfCertificate(certificate: CertificateFacts): SignerIdentity {
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    serial: certificate.serial,
    certificate: certificate.der,
    publicKey: publicKeyOf(certificate.der),
    certificateSha1: certificate.sha1,
  };
}

/** The signer that a record stands for; from `show itl` without key, then with the certificate's hash only. */
export function identityOfRecord(record: ItlRecord): SignerIdentity {
  const own = record.certificate === null ? null : publicKeyOf(record.certificate);
  return {
    subject: record.subjectName ?? "",
    issuer: record.issuerName ?? "",
    serial: record.serial ?? "",
    certificate: record.certificate,
    publicKey: own ?? record.publicKey,
    certificateSha1: record.certificateSha1 ?? (record.certHash?.length === 59 ? record.certHash : null),
  };
}

/** Who signed this list, as far as the list itself tells: without key where it carries no token of its signer. */
export function identityOfSigner(list: ReadList): SignerIdentity | null {
  const line = signerLineOf(list);
  if (line === null) return null;
  const record = signerRecordOf(list);
  if (record !== null) return identityOfRecord(record);
  return {
    subject: line.name,
    issuer: line.issuerName,
    serial: line.serial,
    certificate: null,
    publicKey: null,
  };
}

/** The RSA key to verify with, PKCS#1 in Base64; null where none is known or the key is not RSA. */
export function keyOf(identity: SignerIdentity): string | null {
  return identity.publicKey ?? (identity.certificate === null ? null : publicKeyOf(identity.certificate));
}

function sha1Of(identity: SignerIdentity): string | null {
  if (identity.certificateSha1) return identity.certificateSha1;
  if (identity.certificate === null) return null;
  return pairsText(createHash("sha1").update(Buffer.from(identity.certificate, "base64")).digest());
}

/** The RSA key of a certificate (Base64 DER) as PKCS#1 in Base64; null for other keys and for what is no certificate. */
export function publicKeyOf(certificate: string): string | null {
  try {
    const key = new X509Certificate(Buffer.from(certificate, "base64")).publicKey;
    if (key.asymmetricKeyType !== "rsa") return null;
    return key.export({ type: "pkcs1", format: "der" }).toString("base64");
  } catch {
    return null; // not a certificate that can be read: then only serial and hash are compared
  }
}
