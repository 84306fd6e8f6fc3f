// A TLS 1.3 record of the server, and the secret of its handshake → what is inside.
import { createDecipheriv, createHmac } from "node:crypto";

/** How one TLS 1.3 cipher suite seals. */
interface Seal {
  readonly cipher: "aes-128-gcm" | "aes-256-gcm" | "chacha20-poly1305";
  readonly hash: "sha256" | "sha384";
  readonly keyBytes: number;
}

const seals: Readonly<Record<string, Seal>> = {
  TLS_AES_128_GCM_SHA256: { cipher: "aes-128-gcm", hash: "sha256", keyBytes: 16 },
  TLS_AES_256_GCM_SHA384: { cipher: "aes-256-gcm", hash: "sha384", keyBytes: 32 },
  TLS_CHACHA20_POLY1305_SHA256: { cipher: "chacha20-poly1305", hash: "sha256", keyBytes: 32 },
};

/** The cipher suites of TLS 1.3 that can be opened here: no others are offered. */
export const openableSuites = Object.keys(seals);

const headSize = 5;
const tagSize = 16;

/** Opens the records of one direction in their order; null: not sealed with this secret, and so are all that follow. */
export type RecordOpener = (record: Buffer) => { readonly type: number; readonly content: Buffer } | null;

/** `secret` is a traffic secret as RFC 8446 section 7.1 derives it; null: the suite is none of `openableSuites`. */
export function createRecordOpener(secret: Buffer, suite: string): RecordOpener | null {
  const seal = seals[suite];
  if (seal === undefined) return null;
  const key = expandLabel(secret, seal.hash, "key", seal.keyBytes);
  const iv = expandLabel(secret, seal.hash, "iv", 12);
  let count = 0n;
  return (record) => {
    if (record.length <= headSize + tagSize) return null;
    const nonce = Buffer.from(iv);
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ count, 4);
    count += 1n;
    const sealed = record.subarray(headSize, -tagSize);
    // One interface for all three: gcm and chacha20-poly1305 have the same calls.
    const decipher = createDecipheriv(seal.cipher as "aes-128-gcm", key, nonce, { authTagLength: tagSize });
    decipher.setAAD(record.subarray(0, headSize)).setAuthTag(record.subarray(-tagSize));
    try {
      return unpad(Buffer.concat([decipher.update(sealed), decipher.final()]));
    } catch {
      return null;
    }
  };
}

/** The true type stands behind the content, and zeros behind that. */
function unpad(inner: Buffer): { type: number; content: Buffer } | null {
  let at = inner.length - 1;
  while (at >= 0 && inner[at] === 0) at -= 1;
  const type = inner[at];
  return type === undefined ? null : { type, content: inner.subarray(0, at) };
}

/** HKDF-Expand-Label with an empty context; no output here is longer than one hash. */
function expandLabel(secret: Buffer, hash: string, label: string, length: number): Buffer {
  const name = `tls13 ${label}`;
  const info = Buffer.concat([
    Buffer.from([0, length, name.length]),
    Buffer.from(name, "latin1"),
    Buffer.from([0, 1]),
  ]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
}
