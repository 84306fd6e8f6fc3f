// A subject in, a key and its self-signed certificate, made by node-forge, out.
import { createPrivateKey } from "node:crypto";
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
  const pair = forge.pki.rsa.generateKeyPair(bits);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = pair.publicKey;
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
  certificate.sign(pair.privateKey, forge.md.sha1.create());
  const keyPem = forge.pki.privateKeyToPem(pair.privateKey);
  const binary = (node: forge.asn1.Asn1) => Buffer.from(forge.asn1.toDer(node).getBytes(), "latin1");
  return {
    key: createPrivateKey(keyPem),
    der: binary(forge.pki.certificateToAsn1(certificate)),
    pem: forge.pki.certificateToPem(certificate),
    keyPem,
    publicKey: binary(forge.pki.publicKeyToRSAPublicKey(pair.publicKey)),
  };
}
