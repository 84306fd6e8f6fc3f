// Bytes of a list in, its header fields and records out: the lab's own reader, for `show itl` and for the phones.
import { createPublicKey, type KeyObject, verify, X509Certificate } from "node:crypto";

/** One field as it stands; `length` is the length field itself, `value` is empty for a container. */
export interface ReadField {
  readonly tag: number;
  readonly length: number;
  readonly value: Buffer;
}

export interface ReadRecord {
  readonly fields: readonly ReadField[];
  readonly subject: string;
  readonly issuer: string;
  /** Lower-case hex without leading zero bytes. */
  readonly serial: string;
  readonly functionCode: number | null;
  readonly publicKey: Buffer | null;
  readonly certificate: Buffer | null;
  readonly certHash: Buffer | null;
}

export interface ReadList {
  readonly version: string;
  readonly headerLength: number;
  readonly fields: readonly ReadField[];
  readonly signerName: string;
  readonly issuerName: string;
  readonly signerSerial: string;
  readonly digestCode: number;
  readonly signature: Buffer;
  /** The file without its SIGNATURE field. */
  readonly signedBytes: Buffer;
  readonly records: readonly ReadRecord[];
}

const containers = new Set([3, 7, 9, 16, 17, 21]);
const digestNames = new Map([
  [1, "sha1"],
  [2, "sha256"],
  [3, "sha512"],
]);

/** Reads a whole list; throws an Error where lengths do not fit. */
export function readList(file: Buffer): ReadList {
  const { fields, headerLength, signatureSpan } = readHeader(file);
  const of = (tag: number) => fields.find((field) => field.tag === tag)?.value ?? Buffer.alloc(0);
  const [from, to] = signatureSpan;
  return {
    version: `${of(1)[0] ?? 0}.${of(1)[1] ?? 0}`,
    headerLength,
    fields,
    signerName: textOf(of(4)),
    issuerName: textOf(of(6)),
    signerSerial: serialHex(of(5)),
    digestCode: of(8)[0] ?? 0,
    signature: of(12),
    signedBytes: Buffer.concat([file.subarray(0, from), file.subarray(to)]),
    records: readRecords(file, headerLength),
  };
}

/** Does the signature of this list verify with that key? Unknown digests never do. */
export function isListSignedBy(list: ReadList, key: KeyObject): boolean {
  const digest = digestNames.get(list.digestCode);
  if (digest === undefined || list.signature.length === 0) return false;
  return verify(digest, list.signedBytes, key, list.signature);
}

/** The key a record carries: of its certificate, else of its PUBLICKEY field; null without both. */
export function keyOf(record: ReadRecord): KeyObject | null {
  if (record.publicKey !== null)
    return createPublicKey({ key: record.publicKey, format: "der", type: "pkcs1" });
  return record.certificate === null ? null : new X509Certificate(record.certificate).publicKey;
}

/** Is this record the signer of that list, by issuer and serial? */
export function isSignerRecord(record: ReadRecord, list: ReadList): boolean {
  return record.issuer === list.issuerName && record.serial === list.signerSerial;
}

/** Serial bytes as lower-case hex without leading zero bytes. */
export function serialHex(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(00)+(?=..)/, "");
}

function readHeader(file: Buffer) {
  const fields: ReadField[] = [];
  let headerLength = 10;
  let signatureSpan: [number, number] = [0, 0];
  let at = 0;
  while (at < headerLength) {
    if (file[at] === 13) {
      at += 1;
      continue;
    }
    const field = readField(file, at, containers);
    const next = at + 3 + field.value.length;
    if (field.tag === 2) headerLength = field.value.readUInt16BE(0);
    if (field.tag === 12) signatureSpan = [at, next];
    fields.push(field);
    at = next;
  }
  if (at !== headerLength || headerLength > file.length)
    throw new Error("the header does not end where it says");
  return { fields, headerLength, signatureSpan };
}

function readRecords(file: Buffer, start: number): ReadRecord[] {
  const records: ReadRecord[] = [];
  let at = start;
  while (at < file.length) {
    const length = readField(file, at, none);
    if (length.tag !== 1) throw new Error(`a record begins with tag ${length.tag} at byte ${at}`);
    const end = at + length.value.readUInt16BE(0);
    const fields: ReadField[] = [];
    while (at < end) {
      const field = readField(file, at, none);
      fields.push(field);
      at += 3 + field.value.length;
    }
    if (at !== end) throw new Error(`record ${records.length + 1} does not end where it says`);
    records.push(recordOf(fields));
  }
  return records;
}

const none = new Set<number>();

function readField(file: Buffer, at: number, heads: ReadonlySet<number>): ReadField {
  if (at + 3 > file.length) throw new Error(`the file ends inside a field at byte ${at}`);
  const tag = file.readUInt8(at);
  const length = file.readUInt16BE(at + 1);
  const valueLength = heads.has(tag) ? 0 : length;
  if (at + 3 + valueLength > file.length) throw new Error(`the file ends inside field ${tag} at byte ${at}`);
  return { tag, length, value: file.subarray(at + 3, at + 3 + valueLength) };
}

function recordOf(fields: readonly ReadField[]): ReadRecord {
  const of = (tag: number) => fields.find((field) => field.tag === tag)?.value ?? null;
  return {
    fields,
    subject: textOf(of(3)),
    issuer: textOf(of(5)),
    serial: serialHex(of(6) ?? Buffer.alloc(0)),
    functionCode: of(4)?.readUInt16BE(0) ?? null,
    publicKey: of(7),
    certificate: of(9),
    certHash: of(11),
  };
}

/** Text without its NUL. */
export function textOf(value: Buffer | null): string {
  return (value ?? Buffer.alloc(0)).toString("utf8").replace(/\0+$/, "");
}
