// A release's number to what is normal on it: who signs, what each key of a reset signs with, how often phones reset.
// Normal, not certain: two Cisco texts for release 14 disagree about the normal signer, so read the signer first.

/** Whose key signed a list, in terms of certificates of the platform. */
export type SignerRole = "CallManager" | "ITLRecovery" | "other";

interface ReleaseRules {
  readonly normalSigner: "CallManager" | "ITLRecovery";
  readonly localkeySigner: "CallManager" | "ITLRecovery";
  readonly phoneResets: 1 | 2;
  readonly asksForCcmPassword: "yes" | "unknown";
}

const before12: ReleaseRules = {
  normalSigner: "CallManager",
  localkeySigner: "ITLRecovery",
  phoneResets: 1,
  asksForCcmPassword: "yes",
};

const from12: ReleaseRules = {
  normalSigner: "ITLRecovery",
  localkeySigner: "CallManager",
  phoneResets: 2,
  asksForCcmPassword: "unknown",
};

const rulesOf = (release: string) => (isFrom12(release) ? from12 : before12);

/** Whether ITLRecovery is the normal signer: release 12.0 and later (`12.5.1.16900-48`). */
export function isFrom12(release: string): boolean {
  return Number.parseInt(release, 10) >= 12;
}

/** The certificate that signs an ITL when no reset is unfinished; up to 11.5 each TFTP node's own CallManager. */
export function normalSigner(release: string): "CallManager" | "ITLRecovery" {
  return rulesOf(release).normalSigner;
}

/** The publisher's certificate whose key `utils itl reset localkey` signs with. */
export function localkeySigner(release: string): "CallManager" | "ITLRecovery" {
  return rulesOf(release).localkeySigner;
}

/** How often phones are reset in a recovery: from 12.0 a second time, after the normal signer is back. */
export function phoneResets(release: string): 1 | 2 {
  return rulesOf(release).phoneResets;
}

/** Whether the reset asks `Enter CCM Administrator password :`; not known from 12.0. */
export function asksForCcmPassword(release: string): "yes" | "unknown" {
  return rulesOf(release).asksForCcmPassword;
}
