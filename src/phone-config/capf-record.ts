// The certificate that a CAPF presents and the records of a list → whether a phone that holds that list knows it.
import { createHash } from "node:crypto";
import { normalSerial, pairsText } from "../base/serial.ts";
import type { ItlRecord } from "../facts/itl-record.ts";
import type { CertificateFacts } from "../facts/list-facts.ts";

/** `by`: what was compared. `listed`: serials of the CAPF records, none of which is this certificate. */
export type CapfRecordMatch =
  | { readonly kind: "listed"; readonly by: "certificate" | "hash" | "serial number" }
  | { readonly kind: "not-listed"; readonly listed: readonly string[] };

const capfFunction = 4;
/** By the length of the digest in bytes: what a list's hashes are made with is on record for SHA-1 only. */
const digests: Readonly<Record<number, string>> = { 20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512" };

export function matchCapfRecord(
  certificate: CertificateFacts,
  records: readonly ItlRecord[],
): CapfRecordMatch {
  const capf = records.filter(
    ({ functionCode, functionName }) => functionCode === capfFunction || functionName === "CAPF",
  );
  for (const record of capf) {
    const by = matchedBy(certificate, record);
    if (by !== null) return { kind: "listed", by };
  }
  return { kind: "not-listed", listed: capf.map(({ serial }) => serial ?? "no serial number") };
}

/** Names are opaque and never compared: a serial alone decides only where the record has nothing better. */
function matchedBy(
  certificate: CertificateFacts,
  record: ItlRecord,
): "certificate" | "hash" | "serial number" | null {
  if (record.certificate !== null) return record.certificate === certificate.der ? "certificate" : null;
  const hash = record.certHash ?? record.certificateSha1;
  const algorithm = hash === null ? undefined : digests[hash.split(":").length];
  if (hash !== null && algorithm !== undefined) {
    const own = createHash(algorithm).update(Buffer.from(certificate.der, "base64")).digest();
    return pairsText(own) === hash ? "hash" : null;
  }
  const serial = normalSerial(record.serial ?? "");
  return serial !== null && serial === normalSerial(certificate.serial) ? "serial number" : null;
}
