// One line of the troubleshooting list, and what a part of the judgement yields.
import type { PhoneConfigFinding } from "./check-findings.ts";

/** In the order of the list. */
export const checkSteps = [
  "device",
  "profile",
  "capf-service",
  "itl",
  "signed-file",
  "encrypted-file",
  "nodes-alike",
  "certificate-hash",
  "capf-address",
  "authentication-mode",
  "capf-connection",
  "capf-hello",
  "capf-certificate",
  "signed-file-signature",
  "encrypted-file-signature",
  "tls-minimum",
  "lsc",
  "phone-certificate",
] as const;

export type CheckStepName = (typeof checkSteps)[number];
export type StepOutcome = "good" | "bad" | "unknown" | "not-applicable";

/** `evidence`: what was asked, where, and what came back. `node` null: the cluster, or what the operator gave. */
export interface CheckStep {
  readonly step: CheckStepName;
  readonly node: string | null;
  readonly outcome: StepOutcome;
  readonly evidence: string;
}

export interface Part<Signs> {
  readonly steps: readonly CheckStep[];
  readonly findings: readonly PhoneConfigFinding[];
  readonly signs: Signs;
}
