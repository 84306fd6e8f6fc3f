// An encrypted key and the private key of its pair → the archive key, or why this pair does not give one.
import { constants, type KeyObject, privateDecrypt } from "node:crypto";
import { OperatorError } from "../base/errors.ts";
import type { ArchiveKey } from "./archive-key.ts";
import { parseEncryptedKey } from "./encrypted-key.ts";
import { archiveKeyOf, parseKeyText } from "./key-text.ts";
import { bitsOf, pairFingerprint } from "./private-key.ts";
import { unpadPkcs1 } from "./unpad.ts";

/** A file by the name that messages give it. */
interface Named {
  readonly bytes: Uint8Array;
  readonly file: string;
}

export interface OpenedKey {
  readonly archiveKey: ArchiveKey;
  readonly padding: "pkcs1-v1.5" | "oaep-sha1" | "oaep-sha256";
  /** How often Base64 was taken off. */
  readonly layers: number;
  readonly characters: number;
  readonly sizeBytes: number;
}

/** PKCS#1 v1.5, which the platform uses; OAEP only where that does not fit. Throws `wrong-key` or `file-unreadable`. */
export function openArchiveKey(encrypted: Named, pair: { key: KeyObject; file: string }): OpenedKey {
  const { file } = encrypted;
  const { bytes, layers, characters } = parseEncryptedKey(encrypted.bytes, file, bitsOf(pair.key));
  let problem: string | null = null;
  for (const [padding, open] of ways) {
    const text = textOf(quietly(() => open(pair.key, bytes)));
    if (text === null) continue;
    const read = parseKeyText(text);
    if (read.kind === "key")
      return { archiveKey: archiveKeyOf(file, read), padding, layers, characters, sizeBytes: bytes.length };
    problem ??= read.kind === "wrong" ? read.problem : "no line of it begins with `key =` or `iv =`";
  }
  throw problem === null ? notForThisPair(file, pair) : noKeyInside(file, problem);
}

/** RSA without padding is the same in every Node; the padding is taken off here. */
const ways: readonly (readonly [OpenedKey["padding"], (key: KeyObject, bytes: Buffer) => Buffer | null])[] = [
  [
    "pkcs1-v1.5",
    (key, bytes) => unpadPkcs1(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, bytes)),
  ],
  ["oaep-sha1", (key, bytes) => openOaep(key, bytes, "sha1")],
  ["oaep-sha256", (key, bytes) => openOaep(key, bytes, "sha256")],
];

function openOaep(key: KeyObject, bytes: Buffer, oaepHash: string): Buffer {
  return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
}

/** OpenSSL throws for a block that is not of this pair or of this padding. */
function quietly(open: () => Buffer | null): Buffer | null {
  try {
    return open();
  } catch {
    return null;
  }
}

/** UTF-8 without control characters, a zero byte at the end allowed; null for what chance left. */
function textOf(content: Buffer | null): string | null {
  if (content === null) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content).replace(/\0+$/, "");
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function notForThisPair(file: string, pair: { key: KeyObject; file: string }): OperatorError {
  return new OperatorError(
    "wrong-key",
    `${file} is not for this private key: ${pair.file} (pair ${pairFingerprint(pair.key)}) does not open it`,
    {
      hint: "Give the private key whose public key was pasted at that download; if it is this one, download the key again: a damaged file looks the same",
      place: { file },
    },
  );
}

function noKeyInside(file: string, problem: string): OperatorError {
  return new OperatorError(
    "file-unreadable",
    `${file} was opened by this private key, but holds no archive key: ${problem}`,
    {
      hint: "Download the key again (Messaging > Compliance > Compliance Settings); openssl would fill a short key with zeros and give wrong text",
      place: { file },
    },
  );
}
