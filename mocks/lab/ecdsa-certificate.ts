// Names and dates in, a self-signed certificate with an EC key (P-384, SHA-384) out: forge drafts it, node:crypto signs it.
import { generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import forge from "node-forge";
import { type CertificateOrder, draftCertificate, makeKnownCertificate } from "./certificate-maker.ts";
import type { LabCertificate } from "./model.ts";

const ecdsaWithSha384 = "1.2.840.10045.4.3.3";

/** Every call makes a new key: an EC key costs next to nothing. */
export function makeEcdsaCertificate(
  order: Omit<CertificateOrder, "digest" | "privateKey" | "issuer">,
): LabCertificate {
  const { asn1 } = forge;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "secp384r1" });
  const draft = draftCertificate({ ...order, privateKey }, placeholderKey());
  draft.signatureOid = ecdsaWithSha384;
  draft.siginfo.algorithmOid = ecdsaWithSha384;
  const whole = forge.pki.certificateToAsn1(draft);
  const tbs = partsOf(whole)[0];
  if (tbs === undefined) throw new Error("forge drafted a certificate without a body");
  const algorithm = () =>
    asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [
      asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OID, false, asn1.oidToDer(ecdsaWithSha384).getBytes()),
    ]);
  // TBSCertificate: version, serial number, signature, issuer, validity, subject, subjectPublicKeyInfo, extensions.
  const spki = publicKey.export({ type: "spki", format: "der" });
  partsOf(tbs).splice(2, 1, algorithm());
  partsOf(tbs).splice(6, 1, asn1.fromDer(spki.toString("binary")));
  const signature = sign("sha384", Buffer.from(asn1.toDer(tbs).getBytes(), "binary"), privateKey);
  const bits = asn1.create(
    asn1.Class.UNIVERSAL,
    asn1.Type.BITSTRING,
    false,
    `\0${signature.toString("binary")}`,
  );
  const parts = [tbs, algorithm(), bits];
  const signed = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, parts);
  const der = Buffer.from(asn1.toDer(signed).getBytes(), "binary");
  return makeKnownCertificate(order.unit, new X509Certificate(der), privateKey);
}

/** Forge writes RSA keys only: this one is taken out again before anything is signed. */
function placeholderKey(): forge.pki.rsa.PublicKey {
  const three = new forge.jsbn.BigInteger("3", 10);
  return forge.pki.setRsaPublicKey(three, three);
}

function partsOf(element: forge.asn1.Asn1): forge.asn1.Asn1[] {
  if (typeof element.value === "string") throw new Error("an element of a certificate has no parts");
  return element.value;
}
