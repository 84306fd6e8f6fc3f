// Fields in, bytes of a phone file out: written field by field, so that every length can be made wrong.
import { sign } from "node:crypto";
import type { KeyObject } from "node:crypto";

export function tlv(tag: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag, value.length >> 8, value.length & 0xff]), value]);
}

export function text(tag: number, value: string): Buffer {
  return tlv(tag, Buffer.from(`${value}\0`));
}

export function number(tag: number, value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return tlv(tag, buffer);
}

/** A container's bare head: its children follow. */
export function head(tag: number, length: number): Buffer {
  return Buffer.from([tag, length >> 8, length & 0xff]);
}

/** A container with its children. */
export function holding(tag: number, ...children: Buffer[]): Buffer {
  return tlv(tag, Buffer.concat(children));
}

/** RECORDLENGTH and the fields. */
export function record(...fields: Buffer[]): Buffer {
  const rest = Buffer.concat(fields);
  return Buffer.concat([number(1, rest.length + 5, 2), rest]);
}

export interface Parts {
  readonly key: KeyObject;
  readonly name?: string;
  readonly issuerName?: string;
  readonly serial?: Buffer;
  readonly digest?: string;
  readonly digestCode?: number;
  readonly algorithmCode?: number;
  readonly modulusCode?: number;
  readonly filename?: string | null;
  readonly extra?: readonly Buffer[];
  readonly body?: Buffer;
  /** Added to the true header length. */
  readonly lengthError?: number;
  readonly padding?: number;
}

/** A signed file; what is not given is `CN=signer`, serial 83E908, SHA-1, RSA-1024 and `ITLFile.tlv`. */
export function signedFile(parts: Parts): Buffer {
  const signer = holding(
    3,
    text(4, parts.name ?? "CN=signer;O=cisco"),
    tlv(5, parts.serial ?? Buffer.from("83E908", "hex")),
    text(6, parts.issuerName ?? "CN=issuer;O=cisco"),
  );
  const info = holding(
    7,
    number(8, parts.digestCode ?? 1, 1),
    holding(9, number(10, parts.algorithmCode ?? 0, 1), number(11, parts.modulusCode ?? 1, 1)),
  );
  const signatureLength = sign("sha1", Buffer.alloc(0), parts.key).length;
  const filename = parts.filename === undefined ? "ITLFile.tlv" : parts.filename;
  const tail = Buffer.concat([
    ...(filename === null ? [] : [text(14, filename)]),
    number(15, 1393439067, 4),
    ...(parts.extra ?? []),
  ]);
  const unpadded = 10 + signer.length + info.length + 3 + signatureLength + tail.length;
  const padding = Buffer.alloc(parts.padding ?? (4 - (unpadded % 4)) % 4, 13);
  const length = unpadded + padding.length + (parts.lengthError ?? 0);
  const start = Buffer.concat([tlv(1, Buffer.from([1, 2])), number(2, length, 2), signer, info]);
  const end = Buffer.concat([tail, padding, parts.body ?? Buffer.alloc(0)]);
  const signature = sign(parts.digest ?? "sha1", Buffer.concat([start, end]), parts.key);
  return Buffer.concat([start, tlv(12, signature), end]);
}
