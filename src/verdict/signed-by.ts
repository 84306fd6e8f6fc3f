// A list in either view (bytes, or what `show itl` printed) to its security tokens, its recovery record and its signer's role.
import type { ItlRecord } from "../facts/itl-record.ts";
import type { ListFile, ListSigner, ShownList } from "../facts/list-facts.ts";
import type { SignerRole } from "./release-rules.ts";

/** A list that was read, from its bytes or from `show itl`. */
export type ReadList = ListFile | Extract<ShownList, { kind: "shown" }>;

/** The header's signer; null where `show itl` printed none. */
export function signerLineOf(list: ReadList): ListSigner | null {
  return list.kind === "shown" ? list.signer : list.header.signer;
}

/** Whether this record is a System Administrator Security Token: a key that a phone accepts lists from. */
export function isToken(record: ItlRecord): boolean {
  return record.functionCode === 0 || record.functionName === "System Administrator Security Token";
}

/** Whether this record names a TFTP server (`TFTP` or `CCM+TFTP`): a key that a phone accepts configuration from. */
export function isTftpRecord(record: ItlRecord): boolean {
  return [2, 3].includes(record.functionCode ?? -1) || ["TFTP", "CCM+TFTP"].includes(record.functionName);
}

/** Whether this record is a Trust Verification Service. */
export function isTvsRecord(record: ItlRecord): boolean {
  return record.functionCode === 21 || record.functionName === "TVS";
}

/** The security tokens of a list, in its order. */
export function tokensOf(list: { readonly records: readonly ItlRecord[] }): ItlRecord[] {
  return list.records.filter(isToken);
}

/** The ITLRecovery security token of a list: a token that is no TFTP record as well and whose CN begins with `ITLRECOVERY_`. */
export function recoveryRecordOf(list: { readonly records: readonly ItlRecord[] }): ItlRecord | null {
  return recoveryRecordsOf(list)[0] ?? null;
}

/** All of them: in the middle of a renewal a list may carry the old one and the new one. */
export function recoveryRecordsOf(list: { readonly records: readonly ItlRecord[] }): readonly ItlRecord[] {
  return tokensOf(list).filter((token) => isNamedRecovery(token.subjectName) && !hasTftpTwin(list, token));
}

/** The security token that the header names as signer; null where the list does not carry it. */
export function signerRecordOf(list: ReadList): ItlRecord | null {
  const signer = signerLineOf(list);
  if (signer === null) return null;
  return tokensOf(list).find((token) => isRecordOf(token, signer)) ?? null;
}

/** Whose certificate signed the list, told by its own records alone. */
export function signedBy(list: ReadList): SignerRole {
  const signer = signerLineOf(list);
  if (signer === null) return "other";
  if (list.records.some((record) => isTftpRecord(record) && isRecordOf(record, signer))) return "CallManager";
  const token = signerRecordOf(list);
  return token !== null && isNamedRecovery(token.subjectName) ? "ITLRecovery" : "other";
}

/** Whether a record has the names and the serial of a signer line. */
export function isRecordOf(record: ItlRecord, signer: ListSigner): boolean {
  return (
    record.serial === signer.serial &&
    record.issuerName === signer.issuerName &&
    record.subjectName === signer.name
  );
}

function hasTftpTwin(list: { readonly records: readonly ItlRecord[] }, token: ItlRecord): boolean {
  return list.records.some(
    (record) =>
      isTftpRecord(record) &&
      record.serial === token.serial &&
      record.issuerName === token.issuerName &&
      record.subjectName === token.subjectName,
  );
}

const isNamedRecovery = (name: string | null) => /(?:^|[;,/])\s*CN\s*=\s*ITLRECOVERY_/i.test(name ?? "");
