// Keys, lists and configuration files of one made-up phone, written field by field, for tests of what reads them.
import {
  constants,
  createCipheriv,
  createHash,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
} from "node:crypto";
import { createKeyMaker } from "../../mocks/lab/key-maker.ts";
import { makeCertificate, type MadeCertificate } from "../facts/made-certificate.ts";
import { head, holding, number, record, signedFile, text, tlv } from "../facts/tlv-bytes.ts";

const keys = createKeyMaker();
/** Two phones, and one whose key is shorter. */
export const phoneKey = keys.next(2048);
export const otherPhoneKey = keys.next(2048);
export const shortPhoneKey = keys.next(1024);

/** The TFTP node's CallManager, and a stranger who took its names and serial. */
export const tftp = makeCertificate("signer", "0083e908");
export const stranger = makeCertificate("signer", "0083e908");

/** Names and serial as `signedFile` writes them into the header. */
const names = [
  text(3, "CN=signer;O=cisco"),
  text(5, "CN=issuer;O=cisco"),
  tlv(6, Buffer.from("83E908", "hex")),
];
const certHash = (der: Buffer) => tlv(11, createHash("sha1").update(der).digest());

/** A list that a phone holds: records of `tftp`, with key and certificate, with its hash only, or of no TFTP. */
export function heldList(
  what: "whole" | "hash" | "token" | "hash-and-token",
  of: MadeCertificate = tftp,
): Buffer {
  const whole = [tlv(7, of.publicKey), tlv(9, of.der)];
  const token = record(...names, number(4, 0, 2), ...whole);
  const records = {
    whole: record(...names, number(4, 3, 2), ...whole),
    hash: record(...names, number(4, 2, 2), certHash(of.der)),
    token,
    "hash-and-token": Buffer.concat([record(...names, number(4, 3, 2), certHash(of.der)), token]),
  };
  return signedFile({ key: of.key, body: records[what] });
}

/** As a partial file says it, with a password where none is. */
export const partialXml = `<?xml version="1.0" encoding="UTF-8"?>
<device>
<fullConfig>False</fullConfig>
<loadInformation>SIP75.9-3-1SR2-1S</loadInformation>
<ipAddressMode>0</ipAddressMode>
<capfAuthMode>0</capfAuthMode>
<capfList>
<capf>
<phonePort>3804</phonePort>
<processNodeName>10.48.46.4</processNodeName>
</capf>
</capfList>
<certHash>6E566143C1C14566C9DA943D949A79C8</certHash>
<encrConfig>true</encrConfig>
</device>
`;
export const fullXml = partialXml
  .replace("False", "True")
  .replace("</device>", "<sshPassword>Kept-from-eyes-1</sshPassword>\n</device>");

export function signedConfig(xml: string | Buffer = partialXml, key: KeyObject = tftp.key): Buffer {
  return signedFile({ key, filename: "SEPA45630BBFA40.cnf.xml.sgn", body: Buffer.from(xml) });
}

/** What is wrong with an encrypted file, or different from others. */
export interface Crooked {
  readonly for?: KeyObject;
  readonly padCount?: number;
  /** Bytes added; must fill a block unless that is to be wrong. */
  readonly padBytes?: number;
  readonly digestCode?: number;
  readonly digest?: Buffer;
  readonly isOutside?: boolean;
  readonly iv?: Buffer;
  readonly keyBits?: number;
  readonly contentKey?: Buffer;
  readonly wrapped?: Buffer;
  readonly without?: number;
  readonly ciphertext?: Buffer;
  readonly signer?: KeyObject;
}

const digestNames: Readonly<Record<number, string>> = { 1: "sha1", 2: "sha256", 3: "sha512" };

/** A whole `.enc.sgn`, right but for what `crooked` says. */
export function encryptedConfig(crooked: Crooked = {}, xml: string | Buffer = fullXml): Buffer {
  const { fields, body } = encryption(crooked, Buffer.from(xml));
  return signedFile({
    key: crooked.signer ?? tftp.key,
    filename: "SEPA45630BBFA40.cnf.xml.enc.sgn",
    extra: fields,
    body,
  });
}

function encryption(crooked: Crooked, plain: Buffer): { fields: Buffer[]; body: Buffer } {
  const contentKey = crooked.contentKey ?? Buffer.alloc(16, 0x5a);
  const iv = Buffer.alloc(16, 0x1b);
  const added = crooked.padBytes ?? 16 - (plain.length % 16);
  const cipher = createCipheriv(`aes-${(contentKey.length * 8) as 128}-cbc`, contentKey, iv).setAutoPadding(
    false,
  );
  const padded = Buffer.concat([plain, Buffer.alloc(added, 0x0d)]);
  const body = crooked.ciphertext ?? Buffer.concat([cipher.update(padded), cipher.final()]);
  const key = createPublicKey(crooked.for ?? phoneKey);
  const wrapped = crooked.wrapped ?? publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, contentKey);
  const code = crooked.digestCode ?? 1;
  const digest =
    crooked.digest ??
    createHash(digestNames[code] ?? "sha1")
      .update(plain)
      .digest();
  const keep = (tag: number, field: Buffer) => (crooked.without === tag ? Buffer.alloc(0) : field);
  const ivInfo = holding(
    17,
    keep(18, number(18, 0, 1)),
    keep(19, tlv(19, crooked.iv ?? iv)),
    keep(20, number(20, crooked.padCount ?? added, 2)),
  );
  const keyInfo = holding(
    21,
    keep(22, number(22, 0, 1)),
    keep(23, number(23, crooked.keyBits ?? wrapped.length * 8, 2)),
    keep(24, number(24, 1, 1)),
    keep(25, tlv(25, wrapped)),
  );
  const proof = [keep(26, number(26, code, 1)), keep(27, tlv(27, digest))];
  const inside = Buffer.concat(crooked.isOutside === true ? [ivInfo, keyInfo] : [ivInfo, keyInfo, ...proof]);
  const fields = [head(16, inside.length), inside, ...(crooked.isOutside === true ? proof : [])];
  return { fields, body };
}
