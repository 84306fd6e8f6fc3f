// Signs → the one word for the phone's state. The table below is the whole decision: the first row that fits.
import type { PhoneSigns } from "./phone-signs.ts";

export const phoneStates = [
  "encrypted",
  "waiting-for-phone",
  "waiting-for-authentication-string",
  "hash-mismatch",
  "encrypted-file-missing",
  "capf-stopped",
  "capf-unreachable",
  "capf-certificate-not-in-itl",
  "capf-address-differs",
  "profile-without-encryption",
  "oauth-https-instead",
  "model-not-supported",
  "file-differs-from-database",
  "file-missing",
  "file-damaged",
  "nodes-differ",
  "signature-invalid",
  "signer-not-in-itl",
  "device-unknown",
  "unknown",
] as const;

export type PhoneState = (typeof phoneStates)[number];

/** `why` only where the state is `unknown`. */
export interface StateDecision {
  readonly state: PhoneState;
  readonly why: string | null;
}

type Wanted = { readonly [Sign in keyof PhoneSigns]?: PhoneSigns[Sign] | readonly PhoneSigns[Sign][] };

interface Row {
  readonly when: Wanted;
  readonly state: PhoneState;
  readonly why?: string;
}

const on = { encryption: "on" } as const;
const partial = { ...on, file: "partial" } as const;
const waiting = { ...partial, certHash: "empty" } as const;
const matched = { ...partial, certHash: "equal" } as const;

/** Rows with `why` are evidence that contradicts itself, or too little of it. */
export const stateTable: readonly Row[] = [
  {
    when: { device: "absent", file: ["partial", "full", "damaged", "odd"] },
    state: "unknown",
    why: "the database does not have the device, and a TFTP node serves its file",
  },
  { when: { device: "absent" }, state: "device-unknown" },
  { when: { nodes: "differ" }, state: "nodes-differ" },
  { when: { file: "damaged" }, state: "file-damaged" },
  { when: { ...partial, encryptedFile: "damaged" }, state: "file-damaged" },
  { when: { file: "missing", device: "known" }, state: "file-missing" },
  {
    when: { file: "missing" },
    state: "unknown",
    why: "no TFTP node serves a file, and the database was not read",
  },
  { when: { signatures: "invalid" }, state: "signature-invalid" },
  { when: { signatures: "signer-not-in-itl" }, state: "signer-not-in-itl" },
  { when: { file: "odd" }, state: "unknown", why: "the file contradicts itself" },
  { when: { oauth: "on" }, state: "oauth-https-instead" },
  { when: { encryption: "off", file: "partial" }, state: "file-differs-from-database" },
  { when: { encryption: "off" }, state: "profile-without-encryption" },
  {
    when: { encryption: "unknown" },
    state: "unknown",
    why: "neither the database nor a file says whether it is to be encrypted",
  },
  { when: { ...on, model: "not-supported" }, state: "model-not-supported" },
  {
    when: { ...on, file: "full", oauth: "unknown" },
    state: "unknown",
    why: "a full file fits SIP OAuth as well, of which the profile did not tell",
  },
  { when: { ...on, file: "full" }, state: "file-differs-from-database" },
  { when: { ...on, file: "unknown" }, state: "unknown", why: "no TFTP node gave the file" },
  { when: { ...partial, certHash: "different" }, state: "hash-mismatch" },
  {
    when: { ...waiting, phoneCertificate: ["equal", "different"] },
    state: "unknown",
    why: "certHash is empty and was compared all the same",
  },
  { when: { ...partial, phoneCertificate: "different" }, state: "hash-mismatch" },
  {
    when: { ...waiting, capfService: "stopped", capfPort: "good" },
    state: "unknown",
    why: "the service list says that CAPF is stopped, and a CAPF answers",
  },
  { when: { ...waiting, capfService: "stopped" }, state: "capf-stopped" },
  { when: { ...waiting, capfPort: "bad" }, state: "capf-unreachable" },
  { when: { ...waiting, capfCertificate: "not-in-itl" }, state: "capf-certificate-not-in-itl" },
  { when: { ...waiting, capfAddress: "other" }, state: "capf-address-differs" },
  { when: { ...waiting, authentication: "string" }, state: "waiting-for-authentication-string" },
  { when: waiting, state: "waiting-for-phone" },
  { when: { ...matched, encryptedFile: "missing" }, state: "encrypted-file-missing" },
  { when: { ...matched, encryptedFile: "served" }, state: "encrypted" },
  { when: matched, state: "unknown", why: "whether the encrypted file is served could not be seen" },
  { when: partial, state: "unknown", why: "certHash could not be compared with the database" },
];

export function decideState(signs: PhoneSigns): StateDecision {
  const row = stateTable.find(({ when }) => fits(when, signs));
  return {
    state: row?.state ?? "unknown",
    why: row?.why ?? (row === undefined ? "no rule fits what was seen" : null),
  };
}

function fits(when: Wanted, signs: PhoneSigns): boolean {
  return Object.entries(when).every(([sign, wanted]) => {
    const seen = signs[sign as keyof PhoneSigns];
    return Array.isArray(wanted) ? wanted.includes(seen) : wanted === seen;
  });
}
