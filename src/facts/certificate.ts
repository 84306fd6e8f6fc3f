// A certificate as DER, PEM or `show cert own` prints it in; the certificate as facts out.
import { createHash, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { pairsText, serialText } from "../base/serial.ts";
import { answerLines } from "./answer-lines.ts";
import { derChildren, derObjectId, readDer } from "./der-element.ts";
import type { CertificateFacts } from "./list-facts.ts";
import { answerNotUnderstood, fileUnreadable } from "./not-understood.ts";

const what = "the certificate";
const maxBytes = 1024 * 1024;
const begin = "-----BEGIN CERTIFICATE-----";
const end = "-----END CERTIFICATE-----";

const signatureAlgorithms: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
  "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
  "1.2.840.113549.1.1.10": "rsassaPss",
  "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
  "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
  "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
  "1.2.840.10045.4.1": "ecdsa-with-SHA1",
  "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
  "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
  "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
};
const curveBits: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/** Names are `CN=..;OU=..` in the order in which the certificate carries them. Throws file-unreadable. */
export function parseCertificate(derOrPem: Uint8Array | string): CertificateFacts {
  if (derOrPem.length > maxBytes) throw fileUnreadable(what, "it is larger than 1 MiB");
  const text = typeof derOrPem === "string" ? derOrPem : Buffer.from(derOrPem).toString("latin1");
  const pem = pemBlocks(text)[0];
  if (pem === undefined && typeof derOrPem === "string") throw fileUnreadable(what, "it holds no PEM block");
  const bytes = pem ?? Buffer.from(derOrPem as Uint8Array);
  try {
    return factsOf(bytes.subarray(0, readDer(bytes, 0, what).end));
  } catch (cause) {
    throw fileUnreadable(what, "it is not an X.509 certificate", undefined, cause);
  }
}

/** Takes the one PEM block of the answer to `show cert own UNIT`; none or two are answer-not-understood. */
export function parseShownCertificate(text: string): CertificateFacts {
  const command = "show cert own";
  const blocks = pemBlocks(answerLines(text, command).join("\n"));
  const block = blocks[0];
  if (block === undefined || blocks.length > 1) {
    throw answerNotUnderstood(command, text, `it holds ${blocks.length} certificates instead of one`);
  }
  try {
    return parseCertificate(block);
  } catch {
    throw answerNotUnderstood(command, text, "its certificate cannot be read");
  }
}

/** The bytes of every whole PEM certificate in the text. */
function pemBlocks(text: string): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = text.indexOf(begin); at !== -1; at = text.indexOf(begin, at)) {
    const stop = text.indexOf(end, at);
    if (stop === -1) break;
    blocks.push(Buffer.from(text.slice(at + begin.length, stop), "base64"));
    at = stop;
  }
  return blocks;
}

function factsOf(der: Buffer): CertificateFacts {
  const parsed = new X509Certificate(der);
  const [body, algorithm] = derChildren(readDer(der, 0, what).content, what, 2);
  if (body === undefined || algorithm === undefined) throw fileUnreadable(what, "it is cut short");
  const [version, number] = derChildren(body.content, what, 2);
  const serial = version?.tag === 0x02 ? version : number;
  const objectId = derObjectId(readDer(algorithm.content, 0, what).content);
  if (serial?.tag !== 0x02) throw fileUnreadable(what, "it has no serial number");
  const key = publicKeyOf(parsed);
  return {
    subject: nameText(parsed.subject),
    issuer: nameText(parsed.issuer),
    serial: serialText(serial.content),
    isSelfSigned: key !== null && parsed.subject === parsed.issuer && isSignedWith(parsed, key),
    keyKind: key?.asymmetricKeyType === "rsa" ? "rsa" : key?.asymmetricKeyType === "ec" ? "ec" : "other",
    keyBits:
      key?.asymmetricKeyDetails?.modulusLength ??
      curveBits[key?.asymmetricKeyDetails?.namedCurve ?? ""] ??
      null,
    signatureAlgorithm: signatureAlgorithms[objectId] ?? objectId,
    notBefore: isoOf(parsed.validFrom),
    notAfter: isoOf(parsed.validTo),
    sha1: pairsText(createHash("sha1").update(der).digest()),
    der: der.toString("base64"),
  };
}

function publicKeyOf(certificate: X509Certificate): KeyObject | null {
  try {
    return certificate.publicKey;
  } catch {
    return null;
  }
}

function isSignedWith(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.verify(key);
  } catch {
    return false;
  }
}

function nameText(lines: string | undefined): string {
  return (lines ?? "").split("\n").join(";");
}

/** From OpenSSL's `Feb 26 18:24:27 2014 GMT`. */
function isoOf(openSslTime: string): string {
  return new Date(openSslTime).toISOString().replace(".000Z", "Z");
}
