// A signer and records (or a body) in, the bytes of a signed list out: ITLFile.tlv, CTLFile.tlv, .sgn.
import { type KeyObject, createPublicKey, sign } from "node:crypto";
import type { LabDigest } from "./model.ts";

/** Codes of the FUNCTION field that the platform prints by name. */
export const functionCodes = { token: 0, ccm: 1, ccmTftp: 2, tftp: 3, capf: 4, tvs: 21 } as const;

/** One field: tag, two bytes of length, value. */
export interface TlvField {
  readonly tag: number;
  readonly value: Buffer;
}

/** Free-form record: absent members are left out; `extra` follows all others. Names get their NUL here. */
export interface ListRecord {
  readonly dnsName?: string;
  readonly subject?: string;
  readonly functionCode?: number;
  readonly issuer?: string;
  /** Raw bytes without a sign byte. */
  readonly serial?: Buffer;
  /** RSA: DER of PKCS#1 RSAPublicKey. */
  readonly publicKey?: Buffer;
  /** signatureValue of the X.509 certificate. */
  readonly signature?: Buffer;
  /** DER. */
  readonly certificate?: Buffer;
  /** SHA-1 of the DER, where the certificate itself is left out. */
  readonly certHash?: Buffer;
  readonly hashAlgorithm?: number;
  /** Dotted IPv4; CTL only. */
  readonly ipAddress?: string;
  readonly extra?: readonly TlvField[];
}

export interface ListSigner {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: Buffer;
  readonly privateKey: KeyObject;
}

/** What a signed file is made of. `timestamp` in whole seconds since 1970, null: no such field. */
export interface SignedFileParts {
  readonly version: { readonly major: number; readonly minor: number };
  readonly signer: ListSigner;
  readonly digest: LabDigest;
  readonly filename: string;
  readonly timestamp: number | null;
  /** Fields after the timestamp, before the padding. */
  readonly extraHeader?: readonly TlvField[];
}

const digestCodes = { sha1: 1, sha256: 2, sha512: 3 } as const;
const modulusCodes: Record<number, number> = { 512: 0, 1024: 1, 2048: 2, 4096: 3 };

/** A list of records, signed; also a CTL, whose records carry `ipAddress` and whose filename is `CTLFile.tlv`. */
export function writeItl(parts: SignedFileParts & { readonly records: readonly ListRecord[] }): Buffer {
  return writeSigned(parts, Buffer.concat(parts.records.map(recordBytes)));
}

/** A .sgn file: the same header, then the body as it is. */
export function writeSgn(parts: SignedFileParts & { readonly body: Buffer }): Buffer {
  return writeSigned(parts, parts.body);
}

/** The same records (or body) under another signer, time or digest: what a reset does to a list. */
export function resignList(list: Buffer, parts: SignedFileParts): Buffer {
  return writeSigned(parts, list.subarray(list.readUInt16BE(8)));
}

/** One record with its RECORDLENGTH, which counts itself. */
export function recordBytes(record: ListRecord): Buffer {
  const parts: Buffer[] = [];
  const add = (tag: number, value: Buffer | undefined) => {
    if (value !== undefined) parts.push(field(tag, value));
  };
  add(2, textOrNone(record.dnsName));
  add(3, textOrNone(record.subject));
  add(4, record.functionCode === undefined ? undefined : uint(record.functionCode, 2));
  add(5, textOrNone(record.issuer));
  add(6, record.serial);
  add(7, record.publicKey);
  add(8, record.signature);
  add(9, record.certificate);
  add(11, record.certHash);
  add(12, record.hashAlgorithm === undefined ? undefined : uint(record.hashAlgorithm, 1));
  add(10, record.ipAddress === undefined ? undefined : Buffer.from(record.ipAddress.split(".").map(Number)));
  for (const { tag, value } of record.extra ?? []) parts.push(field(tag, value));
  const rest = Buffer.concat(parts);
  return Buffer.concat([field(1, uint(rest.length + 5, 2)), rest]);
}

function writeSigned(parts: SignedFileParts, body: Buffer): Buffer {
  const bits = createPublicKey(parts.signer.privateKey).asymmetricKeyDetails?.modulusLength ?? 0;
  const modulusCode = modulusCodes[bits];
  if (modulusCode === undefined) throw new Error(`a list cannot be signed with a key of ${bits} bits`);
  const signerId = Buffer.concat([
    field(4, text(parts.signer.subject)),
    field(5, parts.signer.serial),
    field(6, text(parts.signer.issuer)),
  ]);
  const algorithm = Buffer.concat([field(10, uint(0, 1)), field(11, uint(modulusCode, 1))]);
  const signatureInfo = Buffer.concat([field(8, uint(digestCodes[parts.digest], 1)), field(9, algorithm)]);
  const beforeSignature = Buffer.concat([field(3, signerId), field(7, signatureInfo)]);
  const afterSignature = Buffer.concat([
    field(14, text(parts.filename)),
    ...(parts.timestamp === null ? [] : [field(15, uint(parts.timestamp, 4))]),
    ...(parts.extraHeader ?? []).map(({ tag, value }) => field(tag, value)),
  ]);
  const signatureBytes = bits / 8;
  const unpadded = 10 + beforeSignature.length + 3 + signatureBytes + afterSignature.length;
  const headerLength = Math.ceil(unpadded / 4) * 4;
  const version = Buffer.from([parts.version.major, parts.version.minor]);
  const start = Buffer.concat([field(1, version), field(2, uint(headerLength, 2)), beforeSignature]);
  const end = Buffer.concat([afterSignature, Buffer.alloc(headerLength - unpadded, 0x0d), body]);
  // The signature covers the file as it will stand, without the SIGNATURE field itself.
  const signature = sign(parts.digest, Buffer.concat([start, end]), parts.signer.privateKey);
  return Buffer.concat([start, field(12, signature), end]);
}

function field(tag: number, value: Buffer): Buffer {
  if (value.length > 0xffff)
    throw new Error(`field ${tag} is longer than a list can say: ${value.length} bytes`);
  return Buffer.concat([Buffer.from([tag]), uint(value.length, 2), value]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, "utf8");
}

function textOrNone(value: string | undefined): Buffer | undefined {
  return value === undefined ? undefined : text(value);
}

function uint(value: number, bytes: 1 | 2 | 4): Buffer {
  const out = Buffer.alloc(bytes);
  out.writeUIntBE(value, 0, bytes);
  return out;
}
