// A recovery's steps and the CTL of its cluster to whether the recovery can write that too, and what phones do with it.
import { commonName } from "../base/subject-name.ts";
import type { ShownList } from "../facts/list-facts.ts";
import type { ClusterFacts } from "../facts/node-facts.ts";
import type { PlannedChange } from "./anchor-order.ts";
import { type CtlForecast, forecastCtl } from "./ctl-forecast.ts";
import { publisherOf } from "./expected-signer.ts";
import type { RecoveryKeyKind } from "./key-choice.ts";
import { signedBy } from "./signed-by.ts";
import type { Finding } from "./verdict.ts";

/**
 * What a preflight is given: the CTL as the publisher shows it (null: could not be read) and the recovery's own steps; or
 * that steps around the reset deal with it.
 */
export type CtlPart =
  | { readonly kind: "around" }
  | { readonly kind: "own"; readonly list: ShownList | null; readonly steps: readonly PlannedChange[] };

/** `left`: people deal with the CTL, for this reason. */
export type RecoveryCtl =
  | { readonly kind: "around" }
  | { readonly kind: "written"; readonly forecasts: readonly CtlForecast[] }
  | { readonly kind: "left"; readonly reason: string };

/** What a recovery does about the CTL. `isResetSkipped`: every list is signed by the chosen key already. */
export function judgeRecoveryCtl(input: {
  readonly part: CtlPart | undefined;
  readonly facts: ClusterFacts;
  readonly key: RecoveryKeyKind | null;
  readonly isResetSkipped: boolean;
}): RecoveryCtl {
  const { part, facts, key, isResetSkipped } = input;
  const left = (reason: string): RecoveryCtl => ({ kind: "left", reason });
  if (part === undefined) return left("nobody looked at it");
  if (part.kind === "around") return part;
  const publisher = publisherOf(facts);
  const { list, steps } = part;
  if (!steps.some(({ kind }) => kind === "reset-ctl" || kind === "update-ctl"))
    return left("this playbook has no step for it");
  if (publisher === null || publisher.release === null || list === null)
    return left("`show ctl` could not be read on the publisher");
  const { node, release, certificates } = publisher;
  if (list.kind === "missing") return left(`\`show ctl\` finds none on ${node}`);
  if (!list.isVerified) return left(`${node} does not call it verified`);
  if (signedBy(list) === "other") {
    const who = list.signer === null ? "nobody that it names" : commonName(list.signer.name);
    return left(
      `it is signed by ${who}, neither by CallManager nor by ITLRecovery (hardware tokens, for example), and what a write makes of such a CTL is on no record`,
    );
  }
  if (key === "remote")
    return left("which certificates it has to name is only known once the remote key is on the publisher");
  if (isResetSkipped)
    return left(
      "the lists are reset already, and a new CTL would only be served with the restart that brings the normal signer back",
    );
  const forecasts = forecastCtl({
    ...{ steps, release, publisher: node, ctl: list },
    certificates: {
      CallManager: certificates["CallManager"] ?? null,
      ITLRecovery: certificates["ITLRecovery"] ?? null,
    },
  });
  const lost = forecasts.find(({ isTaken }) => !isTaken);
  if (lost === undefined) return { kind: "written", forecasts };
  return left(
    `the CTL of step ${lost.step} would be signed by the publisher's ${lost.signer}, which the CTL that it shows now does not name: phones would keep the one they hold`,
  );
}

/** The finding `mixed-mode` as it weighs in a recovery: it stops only where the CTL is left to people. */
export function withCtl(finding: Finding, ctl: RecoveryCtl): Finding {
  switch (ctl.kind) {
    case "around":
      return finding;
    case "written":
      return {
        ...finding,
        message: `${finding.message}; this recovery writes it too`,
        advice: "Read in the plan what phones do with each CTL. They have to take both lists at each reset.",
      };
    case "left":
      return {
        ...finding,
        severity: "block",
        message: `${finding.message}, and this recovery leaves the CTL to you: ${ctl.reason}`,
      };
  }
}
