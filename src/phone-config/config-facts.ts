// What a phone's configuration says of its own encryption: the part that the partial and the full file share.

/** Values as written in the file, text; null where the element is absent. */
export interface PhoneConfigFacts {
  /** `fullConfig`. */
  readonly isFull: boolean | null;
  /** `encrConfig`. */
  readonly isEncrypted: boolean | null;
  /** Lower-case hex, or "" where the element is empty. */
  readonly certHash: string | null;
  /** 0 none, 1 by authentication string, 2 by null string, 3 and 4 by existing certificate. */
  readonly capfAuthMode: string | null;
  /** In the file's order, at most 5 are known of. */
  readonly capf: readonly { readonly host: string; readonly port: number | null }[];
  readonly loadInformation: string | null;
}
