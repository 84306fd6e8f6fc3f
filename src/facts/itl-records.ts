// Bytes behind the header of a trust list in; its records out.
import { createHash } from "node:crypto";
import { pairsText, serialText } from "../base/serial.ts";
import { unknownField } from "./itl-header.ts";
import { functionNames } from "./itl-record.ts";
import type { ItlRecord } from "./itl-record.ts";
import type { ListSigner } from "./list-facts.ts";
import { fileUnreadable } from "./not-understood.ts";
import { readTlvField, tlvNumber, tlvText } from "./tlv-field.ts";
import type { TlvField } from "./tlv-field.ts";

const hashAlgorithms: Readonly<Record<number, string>> = { 1: "SHA-1", 2: "SHA-256", 3: "SHA-512" };
const knownTags = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

/** Records from `start` to the end of the file; throws file-unreadable unless they fill it exactly. */
export function parseItlRecords(bytes: Buffer, start: number, signer: ListSigner): ItlRecord[] {
  const records: ItlRecord[] = [];
  for (let at = start; at < bytes.length; ) {
    const end = recordEnd(bytes, at, records.length + 1);
    records.push(parseRecord(bytes, at, end, records.length + 1, signer));
    at = end;
  }
  return records;
}

/** True if a record seems to begin at `start`. */
export function beginsLikeRecord(bytes: Buffer, start: number): boolean {
  if (start + 5 > bytes.length || bytes[start] !== 1 || bytes.readUInt16BE(start + 1) !== 2) return false;
  const length = bytes.readUInt16BE(start + 3);
  return length >= 5 && start + length <= bytes.length;
}

function recordEnd(bytes: Buffer, at: number, index: number): number {
  const what = `record ${index}`;
  const field = readTlvField(bytes, at, bytes.length, what);
  if (field.tag !== 1) throw fileUnreadable(what, "it does not begin with its length", at);
  const length = tlvNumber(field, 2, what);
  if (length < 5 || at + length > bytes.length)
    throw fileUnreadable(what, "its length does not fit the file", at);
  return at + length;
}

function parseRecord(
  bytes: Buffer,
  start: number,
  end: number,
  index: number,
  signer: ListSigner,
): ItlRecord {
  const what = `record ${index}`;
  const fields = new Map<number, TlvField>();
  const unknown: TlvField[] = [];
  for (let at = start; at < end; ) {
    const field = readTlvField(bytes, at, end, what);
    if (!knownTags.has(field.tag)) unknown.push(field);
    else if (fields.has(field.tag)) throw fileUnreadable(what, `field ${field.tag} comes twice`, at);
    else fields.set(field.tag, field);
    at = field.end;
  }
  const read = <T>(tag: number, reading: (field: TlvField) => T): T | null => {
    const field = fields.get(tag);
    return field === undefined ? null : reading(field);
  };
  const functionCode = read(4, (field) => tlvNumber(field, 2, what));
  const hashCode = read(12, (field) => tlvNumber(field, 1, what));
  const address = fields.get(10);
  if (address !== undefined && address.value.length !== 4) unknown.push(address);
  const record = {
    index,
    lengthBytes: end - start,
    functionCode,
    functionName:
      functionCode === null ? "unknown" : (functionNames[functionCode] ?? `unknown (${functionCode})`),
    dnsName: read(2, (field) => tlvText(field).trim()),
    subjectName: read(3, tlvText),
    issuerName: read(5, tlvText),
    serial: read(6, ({ value }) => (value.length === 0 ? null : serialText(value))),
    publicKeyBytes: read(7, ({ value }) => value.length),
    publicKey: read(7, base64),
    certificate: read(9, base64),
    certificateSha1: read(9, ({ value }) => pairsText(createHash("sha1").update(value).digest())),
    certHash: read(11, ({ value }) => pairsText(value)),
    hashAlgorithm: hashCode === null ? null : (hashAlgorithms[hashCode] ?? `unknown (${hashCode})`),
    ipAddress: address?.value.length === 4 ? [...address.value].join(".") : null,
    unknownFields: unknown.map(unknownField),
  };
  return { ...record, isSigner: functionCode === 0 ? isNamedBy(signer, record) : null };
}

/** True where the record carries exactly the names and the serial of the header's signer. */
export function isNamedBy(
  signer: ListSigner,
  record: Pick<ItlRecord, "subjectName" | "issuerName" | "serial">,
): boolean {
  return (
    record.subjectName === signer.name &&
    record.issuerName === signer.issuerName &&
    record.serial === signer.serial
  );
}

function base64({ value }: TlvField): string {
  return value.toString("base64");
}
