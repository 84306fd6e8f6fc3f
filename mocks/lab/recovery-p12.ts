// A recovery key and passphrase in, the bytes of ITLRecovery.p12 out, and back.
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import forge from "node-forge";
import { makeKnownCertificate } from "./certificate-maker.ts";
import type { LabCertificate, LabKeyCipher } from "./model.ts";
import { lockCertificateWithRc2 } from "./rc2-safe.ts";

/**
 * The lab's own derivation of the file's password from the cluster security password.
 * The platform's derivation is not public: nothing outside the lab may rely on this one.
 */
export function derivedPassphrase(securityPassword: string): string {
  return createHash("sha256").update(`itl-lab/recovery/${securityPassword}`).digest("hex").slice(0, 24);
}

/** A whole PKCS#12 with one key and its certificate; `rc2-40` and `3des` as old releases write it, `aes256` as new ones. */
export function writeRecoveryP12(
  certificate: LabCertificate,
  passphrase: string,
  cipher: LabKeyCipher,
): Buffer {
  const key = forge.pki.privateKeyFromPem(
    certificate.privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  );
  const own = forge.pki.certificateFromPem(certificate.pem);
  const p12 = forge.pkcs12.toPkcs12Asn1(key, [own], passphrase, {
    algorithm: cipher === "rc2-40" ? "3des" : cipher,
    generateLocalKeyId: true,
  });
  if (cipher === "rc2-40") lockCertificateWithRc2(p12, passphrase);
  return Buffer.from(forge.asn1.toDer(p12).getBytes(), "binary");
}

/** The recovery certificate with its key; null where the bytes, the passphrase or the content will not do. */
export function openRecoveryP12(bytes: Buffer, passphrase: string): LabCertificate | null {
  try {
    const p12 = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes.toString("binary")), passphrase);
    const bags = p12.safeContents.flatMap(({ safeBags }) => safeBags);
    const key = bags.find((bag) => bag.key !== undefined && bag.key !== null)?.key;
    const certificate = bags.find((bag) => bag.cert !== undefined && bag.cert !== null)?.cert;
    if (!key || !certificate) return null;
    const privateKey = createPrivateKey(forge.pki.privateKeyToPem(key));
    const x509 = new X509Certificate(forge.pki.certificateToPem(certificate));
    return x509.checkPrivateKey(privateKey) ? makeKnownCertificate("ITLRecovery", x509, privateKey) : null;
  } catch {
    return null;
  }
}
