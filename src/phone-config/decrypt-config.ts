// The body of a .cnf.xml.enc.sgn file and the phone's private key in; the XML that was encrypted out.
import { constants, createDecipheriv, createHash, type KeyObject, privateDecrypt } from "node:crypto";
import { OperatorError } from "../base/errors.ts";
import { fileUnreadable } from "../facts/not-understood.ts";
import type { EncryptionFields } from "./encryption-fields.ts";

const what = "the encrypted configuration";
const blockBytes = 16;
const contentKeyBytes = 16;

/**
 * AES-128-CBC. The digest in the header proves what comes out, whatever the padding bytes are. Throws file-unreadable where
 * the lengths do not fit, and `wrong-key` where the key does not unwrap, or unwraps and the digest differs.
 */
export function decryptConfig(ciphertext: Uint8Array, fields: EncryptionFields, phoneKey: KeyObject): Buffer {
  if (ciphertext.length === 0 || ciphertext.length % blockBytes !== 0) {
    throw fileUnreadable(
      what,
      `its body has ${ciphertext.length} bytes, which is no multiple of ${blockBytes}`,
    );
  }
  if (fields.padCount > ciphertext.length) {
    throw fileUnreadable(what, `it counts ${fields.padCount} padding bytes of ${ciphertext.length} in all`);
  }
  const contentKey = unwrap(fields.wrappedKey, phoneKey);
  const decipher = createDecipheriv("aes-128-cbc", contentKey, fields.iv).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  const plain = padded.subarray(0, padded.length - fields.padCount);
  if (createHash(fields.digestName).update(plain).digest().equals(fields.digest)) return plain;
  throw notForThisKey(
    "the key unwraps, but what comes out has not the digest that the header names",
    "Fetch the file again; if it stays so, the file was changed or wrongly made: restart Cisco Tftp on the node.",
  );
}

function unwrap(wrapped: Buffer, phoneKey: KeyObject): Buffer {
  const bits = phoneKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits !== wrapped.length * 8) {
    throw notForThisKey(`the file is for a key of ${wrapped.length * 8} bits, and this one has ${bits}`);
  }
  const contentKey = unpadded(rawDecrypt(wrapped, phoneKey));
  if (contentKey?.length === contentKeyBytes) return contentKey;
  throw notForThisKey("the content's key does not unwrap with it");
}

/** RSA without OpenSSL's unpadding, which differs between releases of Node; null where the block is no number below the modulus. */
function rawDecrypt(wrapped: Buffer, phoneKey: KeyObject): Buffer | null {
  try {
    return privateDecrypt({ key: phoneKey, padding: constants.RSA_NO_PADDING }, wrapped);
  } catch {
    return null;
  }
}

/** PKCS#1 v1.5, block type 2: 00 02, eight or more bytes that are not zero, 00, and the rest. */
function unpadded(block: Buffer | null): Buffer | null {
  if (block === null || block[0] !== 0 || block[1] !== 2) return null;
  const end = block.indexOf(0, 2);
  return end < 10 ? null : block.subarray(end + 1);
}

function notForThisKey(
  why: string,
  hint = "Give --phone-key the private key of the certificate that the phone has now: its certHash is in the .cnf.xml.sgn.",
): OperatorError {
  return new OperatorError("wrong-key", `the file is not for this key: ${why}`, { hint });
}
