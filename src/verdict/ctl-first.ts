// A plan that regenerates CallManager in mixed mode to whether the CTL has to be mended first: field notice FN70613.
import type { CertificateFacts, ShownList } from "../facts/list-facts.ts";
import { isAtLeast } from "../facts/version.ts";
import type { PlannedChange } from "./anchor-order.ts";
import { tokensOf } from "./signed-by.ts";
import { identityOfCertificate, identityOfRecord, sameSigner } from "./signer-identity.ts";
import type { Finding } from "./verdict.ts";

/** The build of 12.5(1)SU3, 12.5.1.13900-152: from it on an upgrade leaves ITLRecovery as it was. */
const firstMendedBuild = 13_900;

/**
 * `securityMode` as the publisher tells it, null where not known. `ctl`: what `show ctl` prints on the publisher, null where
 * not read; with `recovery`, the publisher's ITLRecovery certificate, it settles the question.
 */
export interface CtlFirstInput {
  readonly steps: readonly PlannedChange[];
  readonly release: string | null;
  readonly securityMode: number | null;
  readonly ctl: ShownList | null;
  readonly recovery: CertificateFacts | null;
}

/**
 * `ctl-reset-first` unless CallManager is left alone, or `utils ctl reset localkey` and a gate (phones hold that CTL) come
 * before it. An upgrade to a mended release mends no CTL: there it is a warning, as long as nobody read the CTL.
 */
export function judgeCtlFirst(input: CtlFirstInput): Finding[] {
  const { steps, release, securityMode } = input;
  const at = steps.findIndex((step) => step.kind === "regenerate" && step.unit === "CallManager");
  const step = steps[at];
  if (step === undefined || securityMode === 0 || isMendedBefore(steps.slice(0, at))) return [];
  if (release !== null && !isAtLeast(release, "12.5")) return [];
  const isNamed = isRecoveryInCtl(input);
  if (isNamed === true) return [];
  const mode = securityMode === null ? "whether the cluster is in mixed mode is not known; " : "";
  const isMended = release !== null && isMendedRelease(release);
  return [
    {
      code: "ctl-reset-first",
      severity: isMended && isNamed === null ? "warn" : "block",
      node: null,
      message: `CallManager is regenerated in step ${step.step} without a new CTL before it: ${mode}${reasonOf(release, isNamed)}; then no certificate of that CTL is left that phones trust (FN70613)`,
      advice:
        "Compare ITLRecovery in `show ctl` on the publisher with `show cert own ITLRecovery`; if they differ, plan the steps reset-ctl and gate before CallManager.",
    },
  ];
}

/** By the build number of 12.5(1): false also where it cannot be read. */
function isMendedRelease(release: string): boolean {
  const build = /^12\.5\.1\.(\d{1,6})(?![^.-])/.exec(release);
  if (build !== null) return Number(build[1]) >= firstMendedBuild;
  return !release.startsWith("12.5");
}

function isMendedBefore(earlier: readonly PlannedChange[]): boolean {
  const reset = earlier.findLastIndex(({ kind }) => kind === "reset-ctl");
  return reset !== -1 && earlier.slice(reset).some(({ kind }) => kind === "gate");
}

/** Null: one of the two was not read. */
function isRecoveryInCtl({ ctl, recovery }: CtlFirstInput): boolean | null {
  if (ctl?.kind !== "shown" || recovery === null) return null;
  const own = identityOfCertificate(recovery);
  return tokensOf(ctl).some((token) => sameSigner(identityOfRecord(token), own));
}

function reasonOf(release: string | null, isNamed: boolean | null): string {
  if (isNamed === false) return "the CTL does not name the publisher's ITLRecovery certificate";
  if (release === null)
    return "the release is not known, so the CTL may name an ITLRecovery certificate of before an upgrade";
  return isMendedRelease(release)
    ? `a cluster that came to ${release} by way of 12.5(1) below SU3 may have a CTL with the ITLRecovery certificate of before`
    : `upgrades from before 12.5 to 12.5(1) below SU3 (${release}) leave the ITLRecovery certificate of before in the CTL`;
}
