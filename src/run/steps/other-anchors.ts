// A regeneration about to be sent → whether every other trust anchor of the cluster is still as planned, or as this run left it.
import { OperatorError } from "../../base/errors.ts";
import type { Step } from "../../playbook/step.ts";
import { anchorKind } from "../../verdict/regeneration-units.ts";
import { sha1Hex } from "../node-changes.ts";
import { observeCertificates } from "../observe-certificates.ts";
import { lastWrite } from "../replay.ts";
import type { RunContext, StepKind } from "../step-kind.ts";
import { regenerate } from "./regenerate.ts";
import { knownCertificate, type Target, targetOf } from "./regeneration-target.ts";

/** `regenerate` as a playbook has it: nothing is sent for the first time where another anchor has moved. */
export const regenerateAlone: StepKind<Extract<Step, { verb: "regenerate" }>> = {
  async carryOut(step, context) {
    if (lastWrite(context.state(), step.id) === undefined)
      await refuseOtherAnchors(context, targetOf(step, context));
    return regenerate.carryOut(step, context);
  },
};

/**
 * Read-only. Throws `baseline-changed` where another anchor was changed behind the run's back: between the phones' gate and
 * the write there may be days, and phones that met neither change would be lost. A node that does not answer is not judged.
 */
async function refuseOtherAnchors(context: RunContext, { unit, node, step }: Target): Promise<void> {
  const kind = anchorKind(unit);
  if (kind === null) return;
  const { publisher } = context.work();
  const moved = (await observeCertificates(context)).flatMap(({ node: name, certificates }) =>
    certificates.flatMap(({ unit: other, certificate: { sha1 } }) => {
      const otherKind = anchorKind(other);
      // Only the publisher's ITLRecovery stands in lists.
      const isApart =
        otherKind === null || otherKind === kind || (otherKind === "ITLRecovery" && name !== publisher);
      const known = isApart ? undefined : knownCertificate(context, step, other, name);
      return known === undefined || known.sha1 === sha1Hex(sha1) ? [] : [`${other} of ${name}`];
    }),
  );
  if (moved.length === 0) return;
  throw new OperatorError(
    "baseline-changed",
    `${moved.join(", ")} changed since the plan was made, and ${unit} of ${node.name} is another trust anchor: phones have not followed; nothing was sent`,
    {
      hint: `Find out who changed it, let every phone follow, then plan anew: itlctl abandon ${context.run}.`,
      place: { cluster: context.cluster.name, node: node.name },
    },
  );
}
