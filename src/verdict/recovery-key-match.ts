// A file that says it is the recovery key, passwords, and the recovery records of the lists served now, to what is proven of it.
import { createHash } from "node:crypto";
import { normalSerial, pairsText } from "../base/serial.ts";
import type { ItlRecord } from "../facts/itl-record.ts";
import type { CertificateFacts } from "../facts/list-facts.ts";
import { parseRecoveryKey, type RecoveryKey } from "../facts/recovery-key.ts";
import type { BackupProof } from "../vault/vault.ts";
import { publicKeyOf } from "./signer-identity.ts";

/**
 * `proof` null: it is no recovery key, `proofNote` says why. Else `proofNote` says why the proof is not more, null for `matched`.
 * `certificate` is told only where the private key is its key.
 */
export interface RecoveryKeyProof {
  readonly proof: BackupProof | null;
  readonly proofNote: string | null;
  readonly certificate: CertificateFacts | null;
  readonly ciphers: readonly string[];
}

/** One record a served list; every one of them has to be the key's certificate. Of several passwords the first that opens it counts. */
export function judgeRecoveryKey(
  bytes: Uint8Array,
  passwords: readonly string[],
  records: readonly ItlRecord[],
): RecoveryKeyProof {
  const key = firstUnlocked(bytes, passwords);
  const { ciphers, opened } = key;
  const of = (proof: BackupProof | null, proofNote: string | null): RecoveryKeyProof => ({
    proof,
    proofNote,
    certificate: proof === null ? null : (opened?.certificate ?? null),
    ciphers,
  });
  if (!key.isWhole) return of(null, key.reason);
  if (!key.isUnlocked) {
    const why = whyUnopened(key.reason, passwords.length);
    return of("unopened", key.hasMac ? why : `${why}; it has no checksum of its own`);
  }
  if (opened === null) return of(null, key.reason);
  if (!opened.keyMatchesCertificate)
    return of(null, "it opens, but its private key is not the key of its certificate");
  const doubt = whyNotMatched(opened.certificate, records);
  return doubt === null ? of("matched", null) : of("opened", `it opens and its key is whole, but ${doubt}`);
}

/** As opened by the first password that opens it; else as the last one left it. */
function firstUnlocked(bytes: Uint8Array, passwords: readonly string[]): RecoveryKey {
  let key = parseRecoveryKey(bytes, null);
  for (const password of key.isWhole ? passwords : []) {
    key = parseRecoveryKey(bytes, password);
    if (key.isUnlocked) break;
  }
  return key;
}

function whyUnopened(reason: string | null, passwords: number): string {
  if (passwords === 0) return "no password that could open it is known, so whose key it holds was not seen";
  if (reason !== null && !reason.startsWith("the password")) return `it was not opened: ${reason}`;
  const tried =
    passwords === 1
      ? "the known password does not open it"
      : `none of the ${passwords} known passwords opens it`;
  return `${tried}, so whose key it holds was not seen; the platform derives the password from the cluster security password`;
}

/** Null where every record is this certificate. */
function whyNotMatched(certificate: CertificateFacts, records: readonly ItlRecord[]): string | null {
  if (records.length === 0) return "no list that is served now has an ITLRecovery record to compare it with";
  const others = records.filter((record) => isRecordOfCertificate(record, certificate) === false);
  const seen = [...new Set(others.map(({ serial }) => serial ?? "unknown"))].join(", ");
  if (others.length === records.length)
    return `its certificate (serial ${certificate.serial}) is not the ITLRecovery certificate of the lists served now (serial ${seen})`;
  if (others.length > 0)
    return `${others.length} of the ${records.length} lists served now carry another ITLRecovery certificate (serial ${seen}) than it (serial ${certificate.serial})`;
  if (records.some((record) => isRecordOfCertificate(record, certificate) === null))
    return "a list served now tells too little of its ITLRecovery record (no certificate, key or hash) to compare it with";
  return null;
}

/** By the certificate, else by serial and key, else by serial and hash; null where the record carries none of them. */
function isRecordOfCertificate(record: ItlRecord, certificate: CertificateFacts): boolean | null {
  if (record.certificate !== null) return sameBytes(record.certificate, certificate.der);
  const serial = normalSerial(record.serial ?? "");
  if (serial === null || serial !== normalSerial(certificate.serial)) return false;
  const key = publicKeyOf(certificate.der);
  if (record.publicKey !== null && key !== null) return sameBytes(record.publicKey, key);
  if (record.certificateSha1 !== null) return record.certificateSha1 === certificate.sha1;
  if (record.certHash === null) return null;
  const der = Buffer.from(certificate.der, "base64");
  const hashes = ["sha1", "sha256", "sha384", "sha512"].map((name) =>
    pairsText(createHash(name).update(der).digest()),
  );
  const own = hashes.find((hash) => hash.length === record.certHash?.length);
  return own === undefined ? null : own === record.certHash;
}

function sameBytes(one: string, other: string): boolean {
  return Buffer.from(one, "base64").equals(Buffer.from(other, "base64"));
}
