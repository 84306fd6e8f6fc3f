// What a judgement is: findings with advice, and the worst of them.

/** Every code a finding can have. */
export const findingCodes = [
  "node-unreachable",
  "login-refused",
  "host-key-refused",
  "answer-not-understood",
  "publisher-mismatch",
  "tftp-node-not-in-inventory",
  "tftp-not-started",
  "tvs-not-started",
  "itl-missing",
  "itl-not-verified",
  "recovery-record-missing",
  "recovery-serial-differs",
  "recovery-certificate-replaced",
  "recovery-certificate-expiring",
  "recovery-key-weak",
  "signer-unexpected",
  "served-itl-unreachable",
  "served-itl-differs",
  "served-itl-invalid",
  "itl-too-large",
  "mixed-mode",
  "rollback-parameter-on",
  "replication-unhealthy",
  "clock-skew",
  "key-not-held",
  "held-list-assumed",
  "local-key-not-backed-up",
  "recovery-key-unopened",
  "privilege-too-low",
  "phones-left-behind",
  "backup-unproven",
  "vault-unreachable",
  "backup-missing",
  "backup-stale",
  "backup-alarm-active",
  "certificate-expired",
  "certificate-expiring",
  "anchors-expire-together",
  "anchors-in-one-plan",
  "anchor-moved-lately",
  "phones-would-be-lost",
  "ca-signed-certificate",
  "unit-not-on-node",
  "unit-not-supported",
  "publisher-only-unit",
  "ctl-reset-first",
  "ctl-not-followed",
] as const;

export type FindingCode = (typeof findingCodes)[number];

/** One reason in a verdict; `node` null: the whole cluster. Advice starts with a verb. Rooms beside this one have codes of their own. */
export interface Finding<Code extends string = FindingCode> {
  readonly code: Code;
  readonly severity: "warn" | "block";
  readonly node: string | null;
  readonly message: string;
  readonly advice: string;
}

export type VerdictWord = "pass" | "warn" | "block";

/** The worst finding's word. */
export function worstOf(findings: readonly Pick<Finding, "severity">[]): VerdictWord {
  if (findings.some((finding) => finding.severity === "block")) return "block";
  return findings.length > 0 ? "warn" : "pass";
}
