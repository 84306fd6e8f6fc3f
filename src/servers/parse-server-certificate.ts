// One certificate as a server sent it, DER → its facts; what cannot be read is told, never thrown.
import { createHash, X509Certificate } from "node:crypto";
import { pairsText } from "../base/serial.ts";
import { parseCertificate } from "../facts/certificate.ts";
import type { CertificateFacts } from "../facts/list-facts.ts";
import { parseExtensions } from "./certificate-extensions.ts";
import type { PresentedCertificate } from "./server-certificate.ts";

export function parseServerCertificate(der: Uint8Array): PresentedCertificate {
  try {
    const facts = parseCertificate(der);
    const extensions = parseExtensions(Buffer.from(facts.der, "base64"));
    return {
      kind: "read",
      ...facts,
      ...extensions,
      ...keyOf(facts),
      digest: digestOf(facts.signatureAlgorithm) ?? extensions.pssDigest,
    };
  } catch {
    const sha1 = pairsText(createHash("sha1").update(der).digest());
    const reason = der.length === 0 ? "nothing was sent" : "it is no X.509 certificate, or is broken";
    return { kind: "unreadable", sha1, reason };
  }
}

/** `sha256` of `sha256WithRSAEncryption` or `ecdsa-with-SHA256`. */
function digestOf(algorithm: string | null): string | null {
  return /(?:^|-)(md5|sha\d+)/i.exec(algorithm ?? "")?.[1]?.toLowerCase() ?? null;
}

/** A key that is only for RSASSA-PSS is an RSA key like others. */
function keyOf(facts: CertificateFacts): Pick<CertificateFacts, "keyKind"> & { curve: string | null } {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = new X509Certificate(Buffer.from(facts.der, "base64"))
      .publicKey;
    return {
      keyKind: asymmetricKeyType === "rsa-pss" ? "rsa" : facts.keyKind,
      curve: asymmetricKeyDetails?.namedCurve ?? null,
    };
  } catch {
    return { keyKind: facts.keyKind, curve: null };
  }
}
