// A subject in, a key and its self-signed certificate, made by node-forge, out.
import { generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import forge from "node-forge";

export interface MadeCertificate {
  readonly key: KeyObject;
  readonly der: Buffer;
  readonly pem: string;
  readonly keyPem: string;
  /** PKCS#1 RSAPublicKey, DER. */
  readonly publicKey: Buffer;
}

/** `serial` in hex, as it stands in the certificate (a leading zero byte where the first bit is set). */
export function makeCertificate(commonName: string, serial: string, bits = 1024): MadeCertificate {
  const { privateKey: key, publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  const keyPem = key.export({ type: "pkcs8", format: "pem" }).toString();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(
    publicKey.export({ type: "spki", format: "pem" }).toString(),
  );
  certificate.serialNumber = serial;
  certificate.validity.notBefore = new Date("2014-02-17T21:38:10Z");
  certificate.validity.notAfter = new Date("2019-02-16T21:38:09Z");
  const names = [
    { shortName: "CN", value: commonName },
    { shortName: "OU", value: "tac" },
    { shortName: "C", value: "US" },
  ];
  certificate.setSubject(names);
  certificate.setIssuer(names);
  certificate.sign(forge.pki.privateKeyFromPem(keyPem), forge.md.sha1.create());
  return {
    key,
    der: Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes(), "latin1"),
    pem: forge.pki.certificateToPem(certificate),
    keyPem,
    publicKey: publicKey.export({ type: "pkcs1", format: "der" }),
  };
}
