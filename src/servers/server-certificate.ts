// What one certificate of a server says: the facts that the judges of this room work on.
import type { CertificateFacts } from "../facts/list-facts.ts";

/** A part that is there and cannot be read: `subjectAltName`, and why. */
export interface UnreadPart {
  readonly part: string;
  readonly reason: string;
}

/** An XmppAddr or SRVName of another string type than RFC 6120 and RFC 4985 want; clients do not see it. */
export interface MistypedName {
  readonly field: "XmppAddr" | "SRVName";
  readonly stringType: string;
  readonly value: string;
}

/** All names by which clients may know the server, as they are written in the certificate. */
export interface CertificateNames {
  readonly xmppAddrs: readonly string[];
  readonly srvNames: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly mistyped: readonly MistypedName[];
}

/** What the extensions and the subject say. Null: the certificate has no such extension. */
export interface CertificateExtensions {
  readonly names: CertificateNames;
  readonly commonNames: readonly string[];
  /** `O` and its value, in the order of the certificate; dotted numbers where the field has no short name. */
  readonly subjectFields: readonly { readonly field: string; readonly value: string }[];
  /** `digitalSignature` and so on. */
  readonly keyUsage: readonly string[] | null;
  /** `serverAuth`, `clientAuth`, `any`; dotted numbers for others. */
  readonly extendedKeyUsage: readonly string[] | null;
  readonly isAuthority: boolean;
  /** Where a revocation list is, of any scheme. */
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  /** The digest of an RSASSA-PSS signature, which its algorithm does not name. */
  readonly pssDigest: string | null;
  readonly unread: readonly UnreadPart[];
}

/** `digest` is `sha256` and so on, null where the algorithm does not tell; `curve` null for anything but EC. */
export interface ServerCertificate extends CertificateFacts, CertificateExtensions {
  readonly kind: "read";
  readonly curve: string | null;
  readonly digest: string | null;
}

/** What a server sent as a certificate; hostile bytes are a fact like any other. */
export type PresentedCertificate =
  | ServerCertificate
  | { readonly kind: "unreadable"; readonly sha1: string; readonly reason: string };
