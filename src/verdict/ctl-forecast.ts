// A plan's steps and the CTL that `show ctl` prints now to what phones do with each CTL that the plan will have served.
import type { CertificateFacts, ShownList } from "../facts/list-facts.ts";
import type { PlannedChange } from "./anchor-order.ts";
import { isFrom12, normalSigner } from "./release-rules.ts";
import { tokensOf } from "./signed-by.ts";
import { identityOfCertificate, identityOfRecord, sameSigner } from "./signer-identity.ts";

/** The publisher's units whose certificates sign a CTL. */
export type CtlUnit = "CallManager" | "ITLRecovery";

export interface CtlForecastInput {
  /** The whole plan in its order. */
  readonly steps: readonly PlannedChange[];
  readonly release: string;
  readonly publisher: string;
  /** What phones are taken to hold. */
  readonly ctl: Extract<ShownList, { kind: "shown" }>;
  /** The publisher's own, as they are now; null: not read. */
  readonly certificates: Readonly<Record<CtlUnit, CertificateFacts | null>>;
}

/** `isTaken`: the signer is a security token of the CTL that phones hold by then. */
export interface CtlForecast {
  readonly step: string;
  readonly signer: CtlUnit;
  readonly isTaken: boolean;
}

/** A certificate of the publisher: the one of now, or the n-th new one of the plan. */
type Version = `${CtlUnit} ${number}`;

interface WrittenCtl {
  readonly step: string;
  readonly signer: CtlUnit;
  readonly by: Version;
  readonly tokens: ReadonlySet<Version>;
}

/**
 * One forecast for each write. A CTL reaches phones with the next restart of Cisco Tftp (the one inside a reset counts),
 * and they hold it once a person says so: at a gate, or at a `confirm` behind a reset.
 */
export function forecastCtl({ steps, ctl, ...input }: CtlForecastInput): CtlForecast[] {
  const present = { CallManager: 0, ITLRecovery: 0 };
  const versionOf = (unit: CtlUnit): Version => `${unit} ${present[unit]}`;
  let held: ReadonlySet<Version> = tokensNow(ctl, input.certificates);
  let written: WrittenCtl | null = null;
  let served: WrittenCtl | null = null;
  let hasReset = false;
  const forecasts: CtlForecast[] = [];
  const judge = ({ step, signer, by }: WrittenCtl) => forecasts.push({ step, signer, isTaken: held.has(by) });
  for (const step of steps) {
    if (step.kind === "regenerate" && step.node === input.publisher && isCtlUnit(step.unit)) {
      present[step.unit] += 1;
    } else if (step.kind === "reset-ctl" || step.kind === "update-ctl") {
      const signer = step.kind === "update-ctl" ? normalSigner(input.release) : ctlResetSigner(input.release);
      const tokens = new Set([versionOf("CallManager"), versionOf("ITLRecovery")]);
      written = { step: step.step, signer, by: versionOf(signer), tokens };
    } else if (step.kind === "reset" || step.kind === "restart-tftp") {
      hasReset ||= step.kind === "reset";
      if (written !== null) judge(written);
      served = written ?? served;
      written = null;
    } else if (step.kind === "gate" || (step.kind === "confirm" && hasReset)) {
      if (served !== null && held.has(served.by)) held = served.tokens;
    }
  }
  if (written !== null) judge(written);
  return forecasts;
}

/** Whose key signs after `utils ctl reset localkey`: documented from 12.0; up to 11.5 inferred from the reset of an ITL. */
export function ctlResetSigner(release: string): CtlUnit {
  return isFrom12(release) ? "CallManager" : "ITLRecovery";
}

function isCtlUnit(unit: string): unit is CtlUnit {
  return unit === "CallManager" || unit === "ITLRecovery";
}

function tokensNow(
  ctl: CtlForecastInput["ctl"],
  certificates: CtlForecastInput["certificates"],
): Set<Version> {
  const tokens = tokensOf(ctl).map(identityOfRecord);
  const units = (["CallManager", "ITLRecovery"] as const).filter((unit) => {
    const own = certificates[unit];
    return own !== null && tokens.some((token) => sameSigner(token, identityOfCertificate(own)));
  });
  return new Set(units.map((unit): Version => `${unit} 0`));
}
