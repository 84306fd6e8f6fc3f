// A configuration and a phone's public key in, the bytes of its .cnf.xml.enc.sgn out: AES-128-CBC inside a signed envelope.
import {
  constants,
  createCipheriv,
  createHash,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from "node:crypto";
import { type SignedFileParts, type TlvField, writeSgn } from "./itl-writer.ts";
import type { LabDigest } from "./model.ts";

/** What is encrypted, for whom, and the places where writers differ or err. */
export interface EncryptionOrder {
  readonly plaintext: Buffer;
  /** RSA: of the phone's LSC, else of its MIC. */
  readonly phoneKey: KeyObject;
  /** Of the plaintext; default SHA-1. */
  readonly digest?: LabDigest;
  /** Default `inside`: tags 26 and 27 are counted by container 16. */
  readonly hashPlace?: "inside" | "outside";
  /** 16 bytes each; random unless given. */
  readonly key?: Buffer;
  readonly iv?: Buffer;
  /** Tag 20, where it is to differ from the bytes that were added. */
  readonly padCount?: number;
  /** Tag 27, where it is to differ from the digest of the plaintext. */
  readonly hash?: Buffer;
}

const block = 16;
const digestCodes = { sha1: 1, sha256: 2, sha512: 3 } as const;

/** A whole `.enc.sgn`; `filename` is that of the .enc.sgn, and the signature covers the ciphertext. */
export function writeEncSgn(
  parts: Omit<SignedFileParts, "extraHeader"> & { readonly encryption: EncryptionOrder },
): Buffer {
  const { fields, ciphertext } = encryptBody(parts.encryption);
  return writeSgn({ ...parts, extraHeader: fields, body: ciphertext });
}

/** The header fields from ENCRYPTION_INFO on, and the body. Padding is CR, a whole block where the text is aligned already. */
function encryptBody(order: EncryptionOrder): {
  readonly fields: readonly TlvField[];
  readonly ciphertext: Buffer;
} {
  const { plaintext, phoneKey, digest = "sha1", key = randomBytes(block), iv = randomBytes(block) } = order;
  const added = block - (plaintext.length % block);
  const cipher = createCipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  const padded = Buffer.concat([plaintext, Buffer.alloc(added, 0x0d)]);
  const ciphertext = Buffer.concat([cipher.update(padded), cipher.final()]);
  const wrapped = publicEncrypt({ key: phoneKey, padding: constants.RSA_PKCS1_PADDING }, key);
  const ivInfo = [field(18, uint(0, 1)), field(19, iv), field(20, uint(order.padCount ?? added, 2))];
  const keyInfo = [
    field(22, uint(0, 1)),
    field(23, uint(wrapped.length * 8, 2)),
    field(24, uint(1, 1)),
    field(25, wrapped),
  ];
  const hash: TlvField[] = [
    { tag: 26, value: uint(digestCodes[digest], 1) },
    { tag: 27, value: order.hash ?? createHash(digest).update(plaintext).digest() },
  ];
  const children = [field(17, Buffer.concat(ivInfo)), field(21, Buffer.concat(keyInfo))];
  const inside = hash.map(({ tag, value }) => field(tag, value));
  const isInside = (order.hashPlace ?? "inside") === "inside";
  const fields = isInside
    ? [{ tag: 16, value: Buffer.concat([...children, ...inside]) }]
    : [{ tag: 16, value: Buffer.concat(children) }, ...hash];
  return { fields, ciphertext };
}

function field(tag: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), uint(value.length, 2), value]);
}

function uint(value: number, bytes: 1 | 2): Buffer {
  const out = Buffer.alloc(bytes);
  out.writeUIntBE(value, 0, bytes);
  return out;
}
