// What is asked for → the options of one TLS connection: versions, ciphers and signatures that let a server answer only so.
import { constants } from "node:crypto";
import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { domainToASCII } from "node:url";
import type { HandshakeRequest } from "./handshake.ts";
import { openableSuites } from "./sealed-record.ts";

/**
 * Nothing is refused for being weak or untrusted: that is judged later.
 * TLS 1.2 picks the certificate by cipher, TLS 1.3 by signature algorithm.
 */
export function offerFor(request: HandshakeRequest): ConnectionOptions {
  const { certificateKind, versions } = request;
  const ciphers = ciphersByKind[certificateKind];
  const servername = serverNameToSend(request.servername);
  return {
    ...lowestAndHighest[versions],
    ciphers: versions === "modern" ? [...openableSuites, ciphers].join(":") : ciphers,
    ...(certificateKind === "any" ? {} : { sigalgs: signatures[certificateKind].join(":") }),
    ...(servername === null ? {} : { servername }),
    rejectUnauthorized: false,
    // Servers from before 2010's renegotiation fix are looked at as well.
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
    // No authority is needed: nothing is verified here, and nothing may be added to what the server sent.
    ca: [],
  };
}

const lowestAndHighest = {
  modern: { minVersion: "TLSv1.2", maxVersion: "TLSv1.3" },
  tls12: { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" },
  old: { minVersion: "TLSv1", maxVersion: "TLSv1.1" },
} as const;

const ciphersByKind = {
  any: "DEFAULT:@SECLEVEL=0",
  rsa: "DEFAULT:!aECDSA:!aDSS:!aPSK:@SECLEVEL=0",
  ecdsa: "aECDSA:!eNULL:!aPSK:@SECLEVEL=0",
};

const pkcs1 = ["rsa_pkcs1_sha256", "rsa_pkcs1_sha384", "rsa_pkcs1_sha512"];

/**
 * In TLS 1.3 no server may sign its handshake with PKCS#1, but its authority may have signed the certificate so:
 * offered with ECDSA it lets an ECDSA certificate of an RSA authority through, and no RSA certificate.
 */
const signatures = {
  rsa: [
    ...["rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512"],
    ...["rsa_pss_pss_sha256", "rsa_pss_pss_sha384", "rsa_pss_pss_sha512"],
    ...pkcs1,
    "RSA+SHA1",
  ],
  ecdsa: [
    ...["ecdsa_secp384r1_sha384", "ecdsa_secp256r1_sha256", "ecdsa_secp521r1_sha512"],
    ...pkcs1,
    "ECDSA+SHA1",
  ],
};

/** SNI is a DNS name in ASCII without its last dot, and never an address. */
function serverNameToSend(name: string | null): string | null {
  const ascii = domainToASCII((name ?? "").replace(/\.$/, ""));
  return ascii === "" || ascii.startsWith("[") || isIP(ascii) !== 0 ? null : ascii;
}
