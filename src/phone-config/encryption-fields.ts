// The header of a .cnf.xml.enc.sgn file in; how its body is encrypted and for whom out.
import type { ListFile } from "../facts/list-facts.ts";
import { fileUnreadable } from "../facts/not-understood.ts";

/** What the fields 16 to 27 say. Those whose meaning is not known (18, 22, 24) are left out: the digest proves the rest. */
export interface EncryptionFields {
  readonly iv: Buffer;
  /** Bytes at the end of the plain text that do not belong to it. */
  readonly padCount: number;
  /** The content's key, wrapped for the phone's public key; its length is that of the RSA modulus. */
  readonly wrappedKey: Buffer;
  readonly digestName: "sha1" | "sha256" | "sha512";
  /** Of the plain text without padding. */
  readonly digest: Buffer;
}

const what = "the encrypted configuration";
const ivBytes = 16;
const digestNames: Readonly<Record<number, EncryptionFields["digestName"]>> = {
  1: "sha1",
  2: "sha256",
  3: "sha512",
};
const digestBytes = { sha1: 20, sha256: 32, sha512: 64 } as const;

/** The digest fields may stand inside the container 16 or after it. Throws file-unreadable where one is absent or of a wrong length. */
export function parseEncryption({ header }: ListFile): EncryptionFields {
  const field = (tag: number, name: string): Buffer => {
    const found = header.unknownFields.find((unknown) => unknown.tag === tag);
    if (found === undefined) throw fileUnreadable(what, `its header has no ${name} (field ${tag})`);
    return Buffer.from(found.value, "hex");
  };
  const sized = (tag: number, name: string, size: number): Buffer => {
    const value = field(tag, name);
    if (value.length === size) return value;
    throw fileUnreadable(what, `its ${name} (field ${tag}) has ${value.length} bytes instead of ${size}`);
  };
  const digestCode = sized(26, "digest algorithm", 1).readUInt8();
  const digestName = digestNames[digestCode];
  if (digestName === undefined) {
    throw fileUnreadable(what, `its digest algorithm is unknown (${digestCode})`);
  }
  return {
    iv: sized(19, "initialisation vector", ivBytes),
    padCount: sized(20, "pad count", 2).readUInt16BE(),
    wrappedKey: wrappedKeyOf(field(25, "key for a phone"), sized(23, "key size", 2).readUInt16BE()),
    digestName,
    digest: sized(27, "digest of the plain text", digestBytes[digestName]),
  };
}

function wrappedKeyOf(wrapped: Buffer, bits: number): Buffer {
  if (wrapped.length > 0 && wrapped.length * 8 === bits) return wrapped;
  throw fileUnreadable(
    what,
    `its key for the phone has ${wrapped.length * 8} bits and not the ${bits} it names`,
  );
}
