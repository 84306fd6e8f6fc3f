// A certificate that is not the baseline any more, after a write of ours → taken as its work, or the reason why it cannot be.
import type { CertificateFacts } from "../../facts/list-facts.ts";
import { type NodeChanges, sha1Hex } from "../node-changes.ts";
import { settleHold } from "../node-hold.ts";
import type { RunContext, StepResult } from "../step-kind.ts";
import { type Target, type TargetLook, trouble } from "./regeneration-target.ts";

/** A certificate that begins further from the write than this, by the node's clock, was not made by it. */
const mostApartMs = 86_400_000;

/** Records the hold (where it is not on record) and the change, once; `intendedAt` of the write, ISO 8601. */
export function acceptRegenerated(
  context: RunContext,
  target: Target,
  { certificate, changes }: TargetLook,
  intendedAt: string,
): StepResult {
  const { step, unit, node, baseline } = target;
  const { serial, notBefore, notAfter } = certificate;
  const sha1 = sha1Hex(certificate.sha1);
  const odd = oddityOf(context, target, certificate, changes, intendedAt);
  settleHold(context, node.name, changes);
  if (odd !== null) {
    const what = `${node.name} has another certificate than before, but ${odd}`;
    const hint = `Look at it with \`itlctl cert list ${context.cluster.name}\`; abandon this run and plan anew from what is there now.`;
    return trouble(context, target, "step-failed", what, hint);
  }
  if (recordedChange(context, target) === undefined) {
    context.record({
      ...{ kind: "certificate-changed", step, node: node.name, unit },
      before: { serial: baseline.serial, sha1: baseline.sha1 },
      after: { serial, sha1, notBefore, notAfter },
    });
  }
  return {
    kind: "done",
    node: node.name,
    detail: `${unit} regenerated on ${node.name}: serial ${serial}, before ${baseline.serial}`,
  };
}

function oddityOf(
  context: RunContext,
  target: Target,
  { serial, sha1, isSelfSigned, issuer, notBefore }: CertificateFacts,
  { nodeUtc, lookedAtMs }: NodeChanges,
  intendedAt: string,
): string | null {
  const recorded = recordedChange(context, target);
  if (recorded !== undefined && recorded !== sha1Hex(sha1))
    return `not the one that this step made (serial ${serial} now): somebody regenerated it again`;
  if (serial === target.baseline.serial) return `with the same serial ${serial}`;
  if (!isSelfSigned) return `it is signed by ${issuer} and not by itself`;
  const sentMs = Date.parse(intendedAt) + (nodeUtc === null ? 0 : Date.parse(nodeUtc) - lookedAtMs);
  if (nodeUtc !== null && Math.abs(Date.parse(notBefore) - sentMs) > mostApartMs)
    return `it begins at ${notBefore}, far from the write by the clock of ${target.node.name}`;
  return null;
}

/** SHA-1 of what this step read back before. */
function recordedChange(context: RunContext, { step }: Target): string | undefined {
  const entry = context.journal
    .entries()
    .find((each) => each.kind === "certificate-changed" && each.step === step);
  return entry?.kind === "certificate-changed" ? entry.after.sha1 : undefined;
}
