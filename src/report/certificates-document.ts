// Every node's certificates and the findings about them → the document that `cert list --json` prints.
import type { CertificateFacts } from "../facts/list-facts.ts";
import type { NodeCertificates } from "../facts/node-certificates.ts";
import { byExpiry, daysLeft } from "../verdict/cert-order.ts";
import type { Finding } from "../verdict/verdict.ts";

/** One certificate of one node. Names are `CN=..;OU=..`, times ISO 8601 UTC. */
export interface ListedCertificate {
  readonly node: string;
  readonly unit: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly selfSigned: boolean;
  readonly keyKind: "rsa" | "ec" | "other";
  /** Null where the kind of key has no size that is known. */
  readonly keyBits: number | null;
  /** `sha256`: what its signature is made over; null where the algorithm does not tell. */
  readonly digest: string | null;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly daysLeft: number;
  /** Of the whole certificate, upper-case pairs with colons. */
  readonly certificateSha1: string;
}

export interface CertificatesDocument {
  readonly certificates: readonly ListedCertificate[];
  readonly findings: readonly Finding[];
}

/** What ends first stands first; what ends together in the order of the inventory and of each node's own list. */
export function certificatesDocument(
  nodes: readonly NodeCertificates[],
  findings: readonly Finding[],
  nowMs: number,
): CertificatesDocument {
  const listed = nodes.flatMap(({ node, certificates }) =>
    certificates.map(({ unit, certificate }) => listedOf(node, unit, certificate, nowMs)),
  );
  return { certificates: byExpiry(listed), findings };
}

function listedOf(
  node: string,
  unit: string,
  certificate: CertificateFacts,
  nowMs: number,
): ListedCertificate {
  const { subject, issuer, serial, isSelfSigned, keyKind, keyBits, notBefore, notAfter, sha1 } = certificate;
  return {
    ...{ node, unit, subject, issuer, serial, selfSigned: isSelfSigned, keyKind, keyBits },
    digest: /(?:^|-)(md5|sha\d+)/i.exec(certificate.signatureAlgorithm ?? "")?.[1]?.toLowerCase() ?? null,
    ...{ notBefore, notAfter, daysLeft: daysLeft(certificate, nowMs), certificateSha1: sha1 },
  };
}
