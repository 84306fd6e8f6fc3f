// A plan that writes the CTL of mixed mode to what speaks against it: phones that would not take it, and what nobody knows.
import type { ShownList } from "../facts/list-facts.ts";
import type { ClusterFacts } from "../facts/node-facts.ts";
import type { PlannedChange } from "./anchor-order.ts";
import { forecastCtl } from "./ctl-forecast.ts";
import { publisherOf } from "./expected-signer.ts";
import type { Finding } from "./verdict.ts";

/** `ctl`: what `show ctl` prints on the publisher, null where it could not be read. */
export interface CtlInput {
  readonly facts: ClusterFacts;
  readonly steps: readonly PlannedChange[];
  readonly ctl: ShownList | null;
}

/** `ctl-not-followed`, once: for the first CTL of the plan that phones are not known to take. Only in mixed mode. */
export function judgeCtl({ facts, steps, ctl }: CtlInput): Finding[] {
  const publisher = publisherOf(facts);
  const isWritten = steps.some(({ kind }) => kind === "update-ctl" || kind === "reset-ctl");
  if (publisher === null || publisher.clusterSecurityMode !== 1 || !isWritten) return [];
  const { node, release, certificates } = publisher;
  if (ctl?.kind !== "shown" || release === null) {
    const why = ctl?.kind === "missing" ? "it has none" : "it could not be read";
    return [
      notFollowed(
        `the CTL will be written, and what phones hold is not known: \`show ctl\` on ${node}: ${why}`,
        `Run \`show ctl\` on ${node} by hand and mend what it complains about first.`,
      ),
    ];
  }
  const lost = forecastCtl({
    ...{ steps, release, ctl, publisher: node },
    certificates: {
      CallManager: certificates["CallManager"] ?? null,
      ITLRecovery: certificates["ITLRecovery"] ?? null,
    },
  }).find(({ isTaken }) => !isTaken);
  if (lost === undefined) return [];
  return [
    notFollowed(
      `the CTL of step ${lost.step} will be signed by ${node}'s ${lost.signer} certificate of then, which the CTL that phones hold does not name: phones that support Security by Default can ask a TVS about it, everything else in mixed mode (older phones, soft clients) keeps its old CTL until somebody deletes it by hand`,
      "Look which devices there are before you accept this; or have phones take a CTL first that a key they know has signed and that names the new certificate (steps reset-ctl, restart of Cisco Tftp, gate).",
    ),
  ];
}

function notFollowed(message: string, advice: string): Finding {
  return { code: "ctl-not-followed", severity: "block", node: null, message, advice };
}
