// A phone's configuration, the certificate of its signer and the list that a phone holds in; whether its signature holds, and for whom, out.
import { createHash } from "node:crypto";
import { pairsText } from "../base/serial.ts";
import { verifyListFile, verifyWithKey } from "../facts/itl-file.ts";
import type { ItlRecord } from "../facts/itl-record.ts";
import type { ListFile, SignatureState } from "../facts/list-facts.ts";
import { isRecordOf, isTftpRecord } from "../verdict/signed-by.ts";
import { identityOfRecord, keyOf } from "../verdict/signer-identity.ts";
import type { ConfigFile } from "./signed-config.ts";

/** `accepted` null: cannot be told from what was given. */
export interface ConfigTrust {
  readonly accepted: boolean | null;
  readonly reason: string;
}

export interface ConfigSignature {
  readonly signature: SignatureState | "unsigned";
  /** Null where no list was given. */
  readonly trust: ConfigTrust | null;
}

/** What is known of the signer: a certificate (DER), and the list that a phone holds. */
export interface KnownSigner {
  readonly signer: Uint8Array | null;
  readonly held: ListFile | null;
}

type Signed = Exclude<ConfigFile, { kind: "unsigned" }>;
interface Look extends ConfigTrust {
  readonly signature: SignatureState;
}

/**
 * With a held list as a phone does it: by the TFTP or CCM+TFTP record with the signer's names and serial. Where that record
 * has only a hash, `signer` must be the certificate that has it. The signature is that of `signer` where it is given.
 */
export function judgeConfigSignature(file: ConfigFile, { signer, held }: KnownSigner): ConfigSignature {
  if (file.kind === "unsigned") {
    const reason = "the file is not signed, and a phone that holds a list takes only signed files";
    return { signature: "unsigned", trust: held === null ? null : { accepted: false, reason } };
  }
  const bySigner = signer === null ? null : verifyListFile(file.bytes, signer);
  if (held === null) return { signature: bySigner ?? "no-signer-certificate", trust: null };
  const look = lookUp(file, held, signer);
  return { signature: bySigner ?? look.signature, trust: { accepted: look.accepted, reason: look.reason } };
}

function lookUp(file: Signed, held: ListFile, signer: Uint8Array | null): Look {
  const records = held.records.filter(
    (record) => isTftpRecord(record) && isRecordOf(record, file.list.header.signer),
  );
  const looks = records.map((record) => lookAt(file, record, signer ?? twinOf(record, held)));
  const best = [true, null, false].map((word) => looks.find(({ accepted }) => accepted === word));
  return (
    best.find((look) => look !== undefined) ?? {
      signature: "no-signer-certificate",
      accepted: false,
      reason: "the signer is no TFTP record of the held list; the phone would have to ask a TVS",
    }
  );
}

function lookAt(file: Signed, record: ItlRecord, signer: Uint8Array | null): Look {
  const name = `the ${record.functionName} record of the held list`;
  const key = keyOf(identityOfRecord(record));
  if (key !== null) {
    return told(verifyWithKey(file.bytes, key), `the signer is ${name}`);
  }
  if (record.certHash === null || !isSha1(record.certHash)) {
    return { ...unknown, reason: `${name} has neither a key nor a hash that can be compared here` };
  }
  if (signer === null) {
    const reason = `${name} has only the hash of its certificate: give the certificate with --signer`;
    return { ...unknown, reason };
  }
  if (pairsText(createHash("sha1").update(signer).digest()) !== record.certHash) {
    const reason = `the certificate given with --signer has not the hash in ${name}`;
    return { signature: "no-signer-certificate", accepted: false, reason };
  }
  return told(verifyListFile(file.bytes, signer), `a certificate with the hash in ${name} is known`);
}

const unknown = { signature: "no-signer-certificate", accepted: null } as const;

function told(signature: SignatureState, who: string): Look {
  if (signature === "valid") {
    return { signature, accepted: true, reason: `${who}, and the signature verifies with its key` };
  }
  if (signature === "invalid") {
    return { signature, accepted: false, reason: `${who}, but the signature does not verify with its key` };
  }
  return { signature, accepted: null, reason: `${who}, but this kind of signature cannot be checked here` };
}

/** The certificate of another record of the same list, where it has the hash that this one carries. */
function twinOf({ certHash }: ItlRecord, held: ListFile): Uint8Array | null {
  const twin = held.records.find((each) => certHash !== null && each.certificateSha1 === certHash);
  const certificate = twin?.certificate ?? null;
  return certificate === null ? null : Buffer.from(certificate, "base64");
}

/** Twenty pairs with colons. */
function isSha1(pairs: string): boolean {
  return /^(?:[0-9A-F]{2}:){19}[0-9A-F]{2}$/.test(pairs);
}
