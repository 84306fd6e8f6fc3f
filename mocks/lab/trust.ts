// A held list, an offered list and what the cluster's TVS services would say in; what a phone does out.
// The lab's own telling of trust-rules section 1, with real signature checks.
import { createHash, type KeyObject } from "node:crypto";
import {
  isListSignedBy,
  isSignerRecord,
  keyOf,
  type ReadList,
  type ReadRecord,
  readList,
} from "./list-bytes.ts";

export interface TrustAnswer {
  readonly accepted: "first" | "direct" | "by-tvs" | "same" | "rejected";
  readonly reason: string;
}

/** A running Trust Verification Service: its certificate, and the keys it vouches for by issuer and serial. */
export interface TvsService {
  readonly node: string;
  readonly certificate: Buffer;
  knows(issuer: string, serialHex: string): KeyObject | null;
}

/** Decides as a phone does: only keys of the list it holds count, or a TVS that this list names. */
export function decideOnList(
  held: Buffer | null,
  offered: Buffer,
  services: readonly TvsService[],
): TrustAnswer {
  const list = readOrNull(offered);
  if (list === null) return { accepted: "rejected", reason: "the offered file cannot be read" };
  if (held === null) return { accepted: "first", reason: "no list installed" };
  const own = readList(held);
  const answer = decideByRecords(own.records, list, services);
  if (answer.accepted === "rejected" && held.equals(offered)) {
    return { accepted: "same", reason: "the list it already holds" };
  }
  return answer;
}

function decideByRecords(
  records: readonly ReadRecord[],
  list: ReadList,
  services: readonly TvsService[],
): TrustAnswer {
  const tokens = records.filter((record) => record.functionCode === 0 && isSignerRecord(record, list));
  for (const token of tokens) {
    const key = keyOf(token);
    if (key !== null && isListSignedBy(list, key)) {
      return { accepted: "direct", reason: `${token.subject} is a token of the held list` };
    }
  }
  // A held token of that name and serial whose key does not fit: a look-alike. TVS knows a certificate by the same
  // issuer and serial, so it may still vouch with the key it has.
  const trusted = services.filter((service) => records.some((record) => isTvsRecordOf(record, service)));
  if (trusted.length === 0) {
    return {
      accepted: "rejected",
      reason: `${list.signerName} is no token of the held list, and no TVS of it answers`,
    };
  }
  for (const service of trusted) {
    const key = service.knows(list.issuerName, list.signerSerial);
    if (key !== null && isListSignedBy(list, key)) {
      return { accepted: "by-tvs", reason: `TVS of ${service.node} knows ${list.signerName}` };
    }
  }
  return { accepted: "rejected", reason: `no trusted TVS knows ${list.signerName} with the key that signed` };
}

function isTvsRecordOf(record: ReadRecord, service: TvsService): boolean {
  if (record.functionCode !== 21) return false;
  if (record.certificate !== null) return record.certificate.equals(service.certificate);
  return record.certHash?.equals(createHash("sha1").update(service.certificate).digest()) ?? false;
}

function readOrNull(file: Buffer): ReadList | null {
  try {
    return readList(file);
  } catch {
    return null;
  }
}
