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
  return makeKnownCertificate(order.unit, new X509Certificate(makeCertificateDer(order)), order.privateKey);
}

/** The DER alone, also for who is no unit of the platform: a phone. */
export function makeCertificateDer(
  order: Omit<CertificateOrder, "unit"> & { readonly unit?: LabUnit },
): Buffer {
  const { privateKey, digest } = order;
  const publicKey = createPublicKey(privateKey);
  const certificate = draftCertificate(
    order,
    forge.pki.publicKeyFromPem(publicKey.export({ type: "spki", format: "pem" }).toString()),
  );
  return signedBy(certificate, order.issuer?.privateKey ?? privateKey, digest);
}

/** Names, dates and extensions; not signed yet. CAPF is an authority, and its TLS fails without the extension that says so. */
export function draftCertificate(
  order: Omit<CertificateOrder, "digest" | "unit"> & { readonly unit?: LabUnit },
  publicKey: forge.pki.PublicKey,
): forge.pki.Certificate {
  const { serial, notBefore, notAfter } = order;
  const issuerNames = order.issuer?.subject ?? order.subject;
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
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
    ...(order.unit === "CAPF" ? [{ name: "basicConstraints", cA: true, pathLenConstraint: 0 }] : []),
  ]);
  return certificate;
}

/** The same value drawn from a certificate that exists already, as from a PKCS#12. */
export function makeKnownCertificate(
  unit: LabUnit,
  x509: X509Certificate,
  privateKey: KeyObject,
): LabCertificate {
  const serial = Buffer.from(x509.serialNumber, "hex");
  const digest = signatureDigestOf(x509);
  return {
    unit,
    privateKey,
    publicKey: x509.publicKey,
    der: x509.raw,
    pem: x509.toString(),
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    serial: serial.length > 1 && serial[0] === 0 ? serial.subarray(1) : serial,
    notBefore: Date.parse(x509.validFrom),
    notAfter: Date.parse(x509.validTo),
    keyBits: x509.publicKey.asymmetricKeyDetails?.modulusLength ?? (digest === "sha384" ? 384 : 0),
    digest: digest ?? "sha1",
    isCaSigned: x509.subject !== x509.issuer,
  };
}

/** signatureValue of a certificate: the BIT STRING at the end of its outer SEQUENCE, without the unused-bits byte. */
export function signatureValueOf(der: Buffer): Buffer {
  const outer = contentAt(der, 0);
  const afterTbs = contentAt(der, outer.start).end;
  const afterAlgorithm = contentAt(der, afterTbs).end;
  const bits = contentAt(der, afterAlgorithm);
  return der.subarray(bits.start + 1, bits.end);
}

function contentAt(der: Buffer, at: number): { start: number; end: number } {
  const first = der.readUInt8(at + 1);
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const bytes = first & 0x7f;
  const start = at + 2 + bytes;
  return { start, end: start + der.readUIntBE(at + 2, bytes) };
}

/** node:crypto prints no signature algorithm before release 24: the OID is looked for in the DER itself. */
function signatureDigestOf(x509: X509Certificate): LabCertificate["digest"] | undefined {
  const oids = {
    sha1: "2a864886f70d010105",
    sha256: "2a864886f70d01010b",
    sha512: "2a864886f70d01010d",
    sha384: "2a8648ce3d040303",
  } as const;
  const hex = x509.raw.toString("hex");
  return (["sha1", "sha256", "sha512", "sha384"] as const).find((digest) => hex.includes(oids[digest]));
}

/** node prints one RDN a line. */
function oneLine(name: string): string {
  return name.split("\n").join(";");
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
