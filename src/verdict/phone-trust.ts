// The list a phone holds and a list it is offered to what the phone does: trust-rules.md section 1.
import { X509Certificate } from "node:crypto";
import { normalSerial } from "../base/serial.ts";
import { verifyWithKey } from "../facts/itl-file.ts";
import type { ItlRecord } from "../facts/itl-record.ts";
import type { ListFile, SignatureState } from "../facts/list-facts.ts";
import { isRecordOf, isTftpRecord, isTvsRecord, signerRecordOf, tokensOf } from "./signed-by.ts";
import { identityOfRecord, keyOf, publicKeyOf, type SignerIdentity, sameSigner } from "./signer-identity.ts";

/** How a phone takes a list: the first it is given, by itself, after asking a Trust Verification Service, or not. */
export interface Take {
  readonly kind: "first" | "direct" | "by-tvs" | "not";
  readonly reason: string;
}

/**
 * The Trust Verification Services that answer now. `runningTvs`: SHA-1 of the present TVS certificate of every node
 * whose service is started, upper-case pairs. `storeSerials`: what they know. `storeCertificates` (Base64 DER): where
 * one has the signer's serial, the signature has to verify with it.
 */
export interface TvsView {
  readonly runningTvs: readonly string[];
  readonly storeSerials: readonly string[] | "any-of-cluster";
  readonly storeCertificates?: readonly string[];
}

/** A list with the bytes it was read from. */
export interface OfferedList {
  readonly bytes: Uint8Array;
  readonly file: ListFile;
}

/** What of a list a phone decides by; `sha1` of the file, to know the very same list again. */
type Records = { readonly records: readonly ItlRecord[]; readonly sha1?: string };

/** What a phone that holds `held` (null: no list installed) does with a list that is there. */
export function judgeTake(input: {
  readonly held: Records | null;
  readonly offered: OfferedList;
  readonly tvs: TvsView;
}): Take {
  const { held, offered, tvs } = input;
  if (held === null) return noListInstalled;
  const byItself = takeByItself(tokensOf(held), offered, "security token");
  if (byItself?.kind === "direct") return byItself;
  const { serial } = offered.file.header.signer;
  const asked = askTvs(held, serial, tvs);
  // A look-alike of a token they hold is believed only if the certificate that TVS has for it fits.
  const keys = keysKnownToTvs(serial, tvs) ?? (byItself === null ? keyInOffered(offered.file) : []);
  const isVouchedFor = keys.some((key) => verifyWithKey(offered.bytes, key) === "valid");
  if (asked.kind === "by-tvs" && (isVouchedFor || (byItself === null && keys.length === 0))) return asked;
  if (held.sha1 === offered.file.sha1) return { kind: "direct", reason: "it is the very list they hold" };
  if (byItself !== null || asked.kind === "not") return byItself ?? asked;
  return { kind: "not", reason: "the signature does not verify with the certificate that TVS knows" };
}

/** What a phone that holds `held` would do with a list that `signer` will sign. */
export function forecastTake(input: {
  readonly held: Records | null;
  readonly signer: SignerIdentity;
  readonly tvs: TvsView;
}): Take {
  const { held, signer, tvs } = input;
  if (held === null) return noListInstalled;
  const tokens = tokensOf(held).map(identityOfRecord);
  if (tokens.some((token) => sameSigner(token, signer))) {
    return { kind: "direct", reason: "the signer is a security token of the list they hold" };
  }
  const serial = normalSerial(signer.serial);
  if (tokens.some((token) => normalSerial(token.serial) === serial)) {
    return {
      kind: "not",
      reason: "the signer has the serial of a security token they hold, but another key",
    };
  }
  return askTvs(held, signer.serial, tvs);
}

/**
 * Would a phone holding `held` accept this file by itself, without asking a Trust Verification Service? Lists need a
 * security token of their signer, signed files and encrypted configurations a TFTP record.
 */
export function judgeTrustedBy(held: Records, offered: OfferedList): { accepted: boolean; reason: string } {
  const isList = offered.file.kind === "itl" || offered.file.kind === "ctl";
  const records = isList ? tokensOf(held) : held.records.filter(isTftpRecord);
  const take = takeByItself(records, offered, isList ? "security token" : "TFTP record");
  if (take !== null) return { accepted: take.kind === "direct", reason: take.reason };
  return {
    accepted: false,
    reason: isList
      ? "the signer is no security token of the held list; the phone would have to ask a TVS"
      : "the signer is no TFTP record of the held list; the phone would have to ask a TVS",
  };
}

/** SHA-1 of the certificates of a list's TVS records, upper-case pairs. */
export function tvsHashesOf(list: Records): string[] {
  return list.records
    .filter(isTvsRecord)
    .flatMap((record) => record.certHash ?? record.certificateSha1 ?? []);
}

const noListInstalled: Take = { kind: "first", reason: "no list is installed: the first one is taken" };

/** Null: the signer is unknown to the phone. A look-alike has names and serial of a record, and another key. */
function takeByItself(records: readonly ItlRecord[], offered: OfferedList, word: string): Take | null {
  const known = records.filter((record) => isRecordOf(record, offered.file.header.signer));
  if (known.length === 0) return null;
  const states = known.map((record) => verifyWithRecord(offered.bytes, record));
  if (states.includes("valid")) {
    return {
      kind: "direct",
      reason: `the signer is a ${word} of the held list, and the signature verifies with its key`,
    };
  }
  const reason = states.includes("unsupported")
    ? `the signer is a ${word} of the held list, but its kind of signature cannot be checked here`
    : `the signer has the names and serial of a ${word} of the held list, but the signature does not verify with its key`;
  return { kind: "not", reason };
}

function verifyWithRecord(bytes: Uint8Array, record: ItlRecord): SignatureState {
  const key = keyOf(identityOfRecord(record));
  return key === null ? "unsupported" : verifyWithKey(bytes, key);
}

function askTvs(held: Records, serial: string, tvs: TvsView): Take {
  const trusted = tvsHashesOf(held);
  if (!trusted.some((hash) => tvs.runningTvs.includes(hash))) {
    const reason =
      trusted.length === 0
        ? "the signer is no security token of the held list, and the list has no TVS record"
        : "the signer is no security token of the held list, and no running TVS has a certificate of its TVS records";
    return { kind: "not", reason };
  }
  const isKnown =
    tvs.storeSerials === "any-of-cluster" ||
    tvs.storeSerials.some((known) => normalSerial(known) === normalSerial(serial));
  if (!isKnown)
    return {
      kind: "not",
      reason: "the signer is no security token of the held list, and TVS does not know it",
    };
  return {
    kind: "by-tvs",
    reason: "the signer is no security token of the held list, but a trusted TVS answers for it",
  };
}

/** Null: the view names no certificate of that serial. */
function keysKnownToTvs(serial: string, tvs: TvsView): string[] | null {
  const certificates = (tvs.storeCertificates ?? []).filter((der) => serialOf(der) === normalSerial(serial));
  return certificates.length === 0 ? null : certificates.flatMap((der) => publicKeyOf(der) ?? []);
}

function keyInOffered(file: ListFile): string[] {
  const record = signerRecordOf(file);
  const key = record === null ? null : keyOf(identityOfRecord(record));
  return key === null ? [] : [key];
}

function serialOf(certificate: string): string | null {
  try {
    return normalSerial(new X509Certificate(Buffer.from(certificate, "base64")).serialNumber);
  } catch {
    return null;
  }
}
