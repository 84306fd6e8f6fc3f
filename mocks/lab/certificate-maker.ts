// A key and names in, an X.509 v3 certificate out: the DER, and the texts and numbers that lists carry of it.
import { createHash, createPublicKey, type KeyObject, sign, X509Certificate } from "node:crypto";
import forge from "node-forge";
import type { LabCertificate, LabDigest, LabUnit } from "./model.ts";

export interface SubjectNames {
  readonly commonName: string;
  readonly organizationalUnit?: string;
  readonly organization?: string;
  readonly locality?: string;
  readonly state?: string;
  readonly country?: string;
}

export interface CertificateOrder {
  readonly unit: LabUnit;
  readonly privateKey: KeyObject;
  readonly subject: SubjectNames;
  /** Raw bytes without a sign byte. */
  readonly serial: Buffer;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly digest: LabDigest;
  /** Absent: self-signed. */
  readonly issuer?: { readonly subject: SubjectNames; readonly privateKey: KeyObject };
}

/** Makes the certificate; with `issuer` it counts as CA-signed. */
export function makeCertificate(order: CertificateOrder): LabCertificate {
  const { unit, privateKey, serial, notBefore, notAfter, digest } = order;
  const publicKey = createPublicKey(privateKey);
  const issuerNames = order.issuer?.subject ?? order.subject;
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(
    publicKey.export({ type: "spki", format: "pem" }).toString(),
  );
  certificate.serialNumber =
    (serial[0] ?? 0) >= 0x80 ? `00${serial.toString("hex")}` : serial.toString("hex");
  certificate.validity.notBefore = new Date(notBefore);
  certificate.validity.notAfter = new Date(notAfter);
  certificate.setSubject(attributesOf(order.subject));
  certificate.setIssuer(attributesOf(issuerNames));
  certificate.setExtensions([
    {
      name: "keyUsage",
      digitalSignature: true,
      keyEncipherment: true,
      dataEncipherment: true,
      keyCertSign: true,
    },
    { name: "extKeyUsage", serverAuth: true, clientAuth: true },
    { name: "subjectKeyIdentifier" },
  ]);
  const der = signedBy(certificate, order.issuer?.privateKey ?? privateKey, digest);
  return {
    unit,
    privateKey,
    publicKey,
    der,
    pem: new X509Certificate(der).toString(),
    subject: nameText(order.subject),
    issuer: nameText(issuerNames),
    serial,
    notBefore,
    notAfter,
    keyBits: publicKey.asymmetricKeyDetails?.modulusLength ?? 0,
    digest,
    isCaSigned: order.issuer !== undefined,
  };
}

/** As the platform prints it in lists: `CN=..;OU=..;O=..;L=..;ST=..;C=..`. */
export function nameText(names: SubjectNames): string {
  return pairsOf(names)
    .map(([short, value]) => `${short}=${value}`)
    .join(";");
}

/** 16 bytes drawn from a seed; every third has its high bit set, none begins with zero. */
export function serialFrom(seed: string, index: number): Buffer {
  const bytes = createHash("sha256").update(`${seed}/${index}`).digest().subarray(0, 16);
  const first = (bytes[0] ?? 0) & 0x7f;
  bytes[0] = index % 3 === 2 ? first | 0x80 : Math.max(first, 0x40);
  return bytes;
}

/** The signature is made by node:crypto, which is faster than forge's own. */
function signedBy(certificate: forge.pki.Certificate, privateKey: KeyObject, digest: LabDigest): Buffer {
  const md = forge.md[digest].create();
  const signer = {
    sign: () => {
      const tbs = forge.asn1.toDer(
        (certificate as unknown as { tbsCertificate: forge.asn1.Asn1 }).tbsCertificate,
      );
      return sign(digest, Buffer.from(tbs.getBytes(), "binary"), privateKey).toString("binary");
    },
  };
  certificate.sign(signer as unknown as forge.pki.rsa.PrivateKey, md);
  return Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes(), "binary");
}

function pairsOf(names: SubjectNames): [string, string][] {
  const all: [string, string | undefined][] = [
    ["CN", names.commonName],
    ["OU", names.organizationalUnit],
    ["O", names.organization],
    ["L", names.locality],
    ["ST", names.state],
    ["C", names.country],
  ];
  return all.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

function attributesOf(names: SubjectNames): forge.pki.CertificateField[] {
  return pairsOf(names).map(([shortName, value]) => ({ shortName, value }));
}
