// The two views of one list as facts: what `show itl` prints on a node, and what the file's own bytes say.
import type { ItlRecord, UnknownField } from "./itl-record.ts";

/** What the header says about the signature. */
export interface ListSigner {
  readonly name: string;
  readonly serial: string;
  readonly issuerName: string;
}

/** What `show itl` or `show ctl` printed. */
export type ShownList =
  | {
      readonly kind: "shown";
      /** By lower-case algorithm name (`md5`, `sha1`, ...), lower-case joined hex. */
      readonly checksums: Readonly<Record<string, string>>;
      readonly lengthBytes: number;
      /** The platform's own text, e.g. `Wed Feb 26 10:24:27 PST 2014`. */
      readonly lastModified: string | null;
      readonly version: string | null;
      readonly headerLengthBytes: number | null;
      readonly signer: ListSigner | null;
      readonly records: readonly ItlRecord[];
      /** True only for the platform's exact sentence of success as the last line. */
      readonly isVerified: boolean;
      /** The line where that sentence should stand. */
      readonly verdictText: string | null;
      /** Lines that this reader did not recognise. */
      readonly unread: readonly string[];
    }
  | { readonly kind: "missing"; readonly text: string };

export type ListKind = "itl" | "ctl" | "signed-file" | "encrypted-config";

/** A `.tlv`, `.sgn` or `.enc.sgn` file, decoded. Digests are of the whole file, lower-case joined hex. */
export interface ListFile {
  readonly kind: ListKind;
  readonly sizeBytes: number;
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
  readonly header: {
    readonly version: string;
    readonly headerLength: number;
    readonly signer: ListSigner;
    readonly digestCode: number | null;
    /** `sha1`, `sha256`, `sha512` or `unknown (n)`. */
    readonly digest: string;
    readonly signatureAlgorithmCode: number | null;
    readonly modulusCode: number | null;
    readonly signatureBytes: number;
    readonly filename: string | null;
    readonly timestamp: string | null;
    readonly unknownFields: readonly UnknownField[];
  };
  readonly records: readonly ItlRecord[];
}

/** `no-signer-certificate`: the file carries no security token of its signer and none was given. */
export type SignatureState = "valid" | "invalid" | "no-signer-certificate" | "unsupported";

/** A certificate as facts; `der` is Base64; times ISO 8601 UTC; the fingerprints upper-case pairs with colons. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly isSelfSigned: boolean;
  readonly keyKind: "rsa" | "ec" | "other";
  readonly keyBits: number | null;
  readonly signatureAlgorithm: string | null;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly sha1: string;
  readonly der: string;
}
