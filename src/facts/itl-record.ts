// One record of an ITL or CTL, whether it was read from the file's bytes or from what `show itl` prints.

/** Function names as `show itl` prints them, by code; other codes print as `unknown (n)`. */
export const functionNames: Readonly<Record<number, string>> = {
  0: "System Administrator Security Token",
  1: "CCM",
  2: "CCM+TFTP",
  3: "TFTP",
  4: "CAPF",
  5: "SRST",
  7: "HTTPS",
  21: "TVS",
};

/** A field of a record or header that this reader does not know, kept as it stood. */
export interface UnknownField {
  readonly tag: number;
  readonly lengthBytes: number;
  /** Hex of the bytes, or the printed value. */
  readonly value: string;
}

/**
 * A record. Names are opaque text (never rebuilt from the certificate). Serials and hashes: upper-case pairs with
 * colons, serials without a leading zero byte. DER values are Base64. What the source does not carry is null
 * (`show itl` prints no key and no certificate bytes).
 */
export interface ItlRecord {
  /** 1 for the first record. */
  readonly index: number;
  readonly lengthBytes: number;
  readonly functionCode: number | null;
  readonly functionName: string;
  readonly dnsName: string | null;
  readonly subjectName: string | null;
  readonly issuerName: string | null;
  readonly serial: string | null;
  readonly publicKeyBytes: number | null;
  readonly publicKey: string | null;
  readonly certificate: string | null;
  readonly certificateSha1: string | null;
  readonly certHash: string | null;
  readonly hashAlgorithm: string | null;
  readonly ipAddress: string | null;
  /** What `show itl` says behind a security token; from bytes: names and serial equal the header's signer. */
  readonly isSigner: boolean | null;
  readonly unknownFields: readonly UnknownField[];
}
