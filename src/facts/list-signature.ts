// Bytes of a signed phone file and a key in; whether its signature holds out.
import { createPublicKey, createVerify, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { parseItlLayout } from "./itl-layout.ts";
import type { ItlLayout } from "./itl-layout.ts";
import { isNamedBy } from "./itl-records.ts";
import type { ItlRecord } from "./itl-record.ts";
import type { SignatureState } from "./list-facts.ts";

/** Bits of the signer's RSA modulus by the header's modulus code. */
const modulusBits: Readonly<Record<number, number>> = { 0: 512, 1: 1024, 2: 2048, 3: 4096 };
const rsaPkcs1 = 0;

/**
 * Verifies with `signerCertificate` (DER) where it is given, else with every security token of the file that has the
 * signer's names and serial: all of them must agree. Self-consistency, not trust. Throws file-unreadable as `parseListFile`.
 */
export function verifyListFile(bytes: Uint8Array, signerCertificate?: Uint8Array): SignatureState {
  const layout = parseItlLayout(bytes);
  if (signerCertificate !== undefined) return verifyLayout(layout, keyOf(signerCertificate));
  const { signer } = layout.header;
  const tokens = layout.records.filter(
    (record) =>
      record.functionCode === 0 &&
      isNamedBy(signer, record) &&
      (record.certificate !== null || record.publicKey !== null),
  );
  if (tokens.length === 0) return "no-signer-certificate";
  const states = tokens.map((token) => verifyWithToken(layout, token));
  return states.find((state) => state !== "valid") ?? "valid";
}

/**
 * Verifies with the key that a phone holds: a record's `publicKey` (PKCS#1 RSAPublicKey) or a certificate, as DER or
 * as its Base64. Throws file-unreadable as `parseListFile`; a key that cannot be read is `unsupported`.
 */
export function verifyWithKey(bytes: Uint8Array, key: string | Uint8Array): SignatureState {
  return verifyLayout(
    parseItlLayout(bytes),
    keyOf(typeof key === "string" ? Buffer.from(key, "base64") : key),
  );
}

/** A token whose printed key is not the key of its own certificate proves nothing. */
function verifyWithToken(layout: ItlLayout, token: ItlRecord): SignatureState {
  const certified = token.certificate === null ? null : keyOf(Buffer.from(token.certificate, "base64"));
  const printed = token.publicKey === null ? null : keyOf(Buffer.from(token.publicKey, "base64"));
  if (certified !== null && printed !== null && !certified.equals(printed)) return "invalid";
  return verifyLayout(layout, certified ?? printed);
}

function verifyLayout({ bytes, header, signature }: ItlLayout, key: KeyObject | null): SignatureState {
  if (key === null || key.asymmetricKeyType !== "rsa") return "unsupported";
  if (header.signatureAlgorithmCode !== rsaPkcs1) return "unsupported";
  const claimedBits = header.modulusCode === null ? undefined : modulusBits[header.modulusCode];
  if (header.digest.startsWith("unknown") || claimedBits === undefined) return "unsupported";
  const keyBits = key.asymmetricKeyDetails?.modulusLength;
  if (keyBits !== claimedBits || signature.value.length * 8 !== claimedBits) return "invalid";
  const verify = createVerify(`RSA-${header.digest.toUpperCase()}`)
    .update(bytes.subarray(0, signature.start))
    .update(bytes.subarray(signature.end));
  try {
    return verify.verify(key, signature.value) ? "valid" : "invalid";
  } catch {
    return "unsupported";
  }
}

/** The key of a certificate, or a bare RSAPublicKey; null for anything else. */
function keyOf(der: Uint8Array): KeyObject | null {
  try {
    return new X509Certificate(der).publicKey;
  } catch {
    try {
      return createPublicKey({ key: Buffer.from(der), format: "der", type: "pkcs1" });
    } catch {
      return null;
    }
  }
}
