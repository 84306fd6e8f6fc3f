// What the lab knows of one phone's configuration: its profile, its certificate, what CAPF wrote down, and what goes wrong with its files.

/** `securityprofile` and `device` as the database has them, and the switches that make files differ from it. */
export interface LabPhoneConfig {
  /** False: no row in the database and no file anywhere. */
  isKnown: boolean;
  model: string;
  profile: string;
  /** `tftpencryptedflag`; false, as on the platform, unless said. */
  isTftpEncrypted: boolean;
  /** `sipoauthflag`; true: files are as without encryption. */
  isSipOauth: boolean;
  capfAuthMode: 0 | 1 | 2 | 3 | 4;
  /** The certificate that the phone has now. */
  certificate: "LSC" | "MIC";
  /** Days until that certificate ends, counted from now; negative: it has ended. */
  certificateDays: number;
  /** `device.md5hash`: of the phone's certificate, empty because CAPF has not seen it, or of another one. */
  databaseHash: "own" | "none" | "other";
  /** `certHash` in its files; default: what the database has. */
  fileHash: "database" | "own" | "none" | "other";
  /** Default `as-set`: partial where the profile encrypts. `full` although it does: Cisco Tftp was not restarted. */
  file: "as-set" | "partial" | "full";
  /** The `.enc.sgn`; default `as-set`: served where the profile encrypts and `certHash` is not empty. */
  encrypted: "as-set" | "served" | "missing";
  /** `processNodeName`; null: the publisher's address. */
  capfHost: string | null;
  /** `phonePort`; null: the port on which the lab's CAPF listens. */
  capfPort: number | null;
  /** Where tags 26 and 27 stand: inside container 16 and counted by it, or after it. */
  hashPlace: "inside" | "outside";
  /** The XML of the full configuration, where a test wants its own. */
  fullXml: string | null;
  faults: LabConfigFault[];
}

/** One thing wrong with what one node serves; `node` absent: all of them, `file` absent: both. */
export interface LabConfigFault {
  readonly node?: string;
  readonly file?: "sgn" | "enc";
  readonly kind: LabConfigFaultKind;
}

/**
 * `stale`: from before the phone's certificate changed, a month old. `cut`: in mid-body; `cut-header`: its first 100 bytes.
 * `tampered`: one bit of the body; `bad-signature`: one bit of the signature. `forged`: another key under the node's name and serial;
 * `unknown-signer`: rightly signed by a certificate of which no list knows. `other-phone`: for another phone's key.
 * `other-content`: the digest of the plaintext does not fit. `other-filename`: the header names another phone's file.
 * `plain`: XML without a header.
 */
export type LabConfigFaultKind =
  | "missing"
  | "stale"
  | "cut"
  | "cut-header"
  | "tampered"
  | "bad-signature"
  | "forged"
  | "unknown-signer"
  | "other-phone"
  | "other-content"
  | "other-filename"
  | "plain";

/** What a phone has that is told nothing of: no encryption, and CAPF has never seen it. */
export function phoneConfigOf(options: Partial<LabPhoneConfig> = {}): LabPhoneConfig {
  const isTftpEncrypted = options.isTftpEncrypted ?? false;
  const model = options.model ?? "Cisco 8841";
  return {
    isKnown: true,
    model,
    profile: `${model} - ${isTftpEncrypted ? "SIP Encrypted Configuration" : "Standard SIP Non-Secure Profile"}`,
    isTftpEncrypted,
    isSipOauth: false,
    capfAuthMode: 0,
    certificate: "LSC",
    certificateDays: 700,
    databaseHash: isTftpEncrypted ? "own" : "none",
    fileHash: "database",
    file: "as-set",
    encrypted: "as-set",
    capfHost: null,
    capfPort: null,
    hashPlace: "inside",
    fullXml: null,
    ...options,
    faults: [...(options.faults ?? [])],
  };
}
