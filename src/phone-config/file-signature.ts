// Bytes of a signed file and the records of a list → whether a phone that holds that list could verify the file by itself.
import { verifyWithKey } from "../facts/itl-file.ts";
import type { ItlRecord } from "../facts/itl-record.ts";
import type { ListSigner } from "../facts/list-facts.ts";
import { isRecordOf, isTftpRecord } from "../verdict/signed-by.ts";
import { identityOfRecord, keyOf } from "../verdict/signer-identity.ts";
import type { FileSignature } from "./phone-look.ts";

/** A record that has only a hash borrows the certificate of its twin in the same list, if that has the hash. */
export function fileSignature(
  bytes: Uint8Array,
  signer: ListSigner,
  records: readonly ItlRecord[] | null,
): FileSignature {
  if (records === null) return "no-itl";
  const named = records.filter((record) => isRecordOf(record, signer));
  const allowed = named.filter(isTftpRecord);
  if (allowed.length === 0) return "signer-not-in-itl";
  const keys = allowed.flatMap((record) => keyOfRecord(record, named) ?? []);
  if (keys.length === 0) return "no-key";
  const states = keys.map((key) => verifyWithKey(bytes, key));
  if (states.includes("valid")) return "valid";
  return states.includes("unsupported") ? "unsupported" : "invalid";
}

function keyOfRecord(record: ItlRecord, twins: readonly ItlRecord[]): string | null {
  const own = keyOf(identityOfRecord(record));
  if (own !== null) return own;
  const hash = identityOfRecord(record).certificateSha1 ?? null;
  const twin = twins.find((each) => hash !== null && each.certificateSha1 === hash);
  return twin === undefined ? null : keyOf(identityOfRecord(twin));
}
