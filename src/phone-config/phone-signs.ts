// The few words that a phone's state is decided by: each says what the evidence shows, `unknown` where it shows nothing.

export interface PhoneSigns {
  readonly device: "known" | "absent" | "unknown";
  /** What the profile says; where that was not read, what the files say. */
  readonly encryption: "on" | "off" | "unknown";
  readonly oauth: "on" | "off" | "unknown";
  readonly model: "supported" | "not-supported" | "unknown";
  /** Of all TFTP nodes that answered: `damaged` if one of them is, `odd` where a file contradicts itself. */
  readonly file: "partial" | "full" | "missing" | "damaged" | "odd" | "unknown";
  readonly nodes: "alike" | "differ" | "unknown";
  /** The file's against the database's. */
  readonly certHash: "equal" | "different" | "empty" | "unknown";
  readonly encryptedFile: "served" | "missing" | "damaged" | "unknown";
  readonly signatures: "valid" | "invalid" | "signer-not-in-itl" | "unknown";
  /** Whether the file sends the phone to the publisher and its port. */
  readonly capfAddress: "right" | "other" | "unknown";
  readonly authentication: "string" | "other" | "unknown";
  readonly capfService: "started" | "stopped" | "unknown";
  readonly capfPort: "good" | "bad" | "unknown";
  readonly capfCertificate: "in-itl" | "not-in-itl" | "unknown";
  /** Of the phone, where the operator gave it: against the file's hash. */
  readonly phoneCertificate: "equal" | "different" | "unknown";
}
