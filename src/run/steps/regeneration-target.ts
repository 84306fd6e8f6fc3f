// A regenerate step → its one unit on its one node with the certificate of the plan, what a look shows of it, and what stands in the way.
import { OperatorError } from "../../base/errors.ts";
import type { CertificateFacts } from "../../facts/list-facts.ts";
import type { ClusterNode } from "../../inventory/cluster.ts";
import type { Step } from "../../playbook/step.ts";
import { isPublisherOnly } from "../../verdict/regeneration-units.ts";
import { type NodeChanges, observeChanges, sha1Hex } from "../node-changes.ts";
import type { WriteRecord } from "../replay.ts";
import type { RunContext, StepResult } from "../step-kind.ts";
import { interrupted } from "./timed-wait.ts";

/** `baseline`: the certificate that the step replaces, as planned or as an earlier step of the run left it. */
export interface Target {
  readonly step: string;
  readonly unit: string;
  readonly node: ClusterNode;
  readonly baseline: { readonly serial: string; readonly sha1: string };
  readonly replaceCaSigned: boolean;
}

export interface TargetLook {
  readonly certificate: CertificateFacts;
  readonly changes: NodeChanges;
}

/** A step that was not expanded, or rests on nothing that was planned, is a bug. */
export function targetOf(step: Extract<Step, { verb: "regenerate" }>, context: RunContext): Target {
  const [unit, ...otherUnits] = step.units;
  const [name, ...otherNodes] = step.nodes ?? [];
  const node = context.cluster.nodes.find((known) => known.name === name);
  if (unit === undefined || node === undefined || otherUnits.length + otherNodes.length > 0)
    throw new Error(`step ${step.id} is not expanded to one unit on one known node`);
  const baseline = knownCertificate(context, step.id, unit, node.name);
  if (baseline === undefined) throw new Error(`step ${step.id} has no baseline of ${unit} on ${node.name}`);
  return { step: step.id, unit, node, baseline, replaceCaSigned: step.replaceCaSigned === true };
}

/** A certificate as planned, or as an earlier step of the run left it; undefined: it was not seen then. */
export function knownCertificate(context: RunContext, step: string, unit: string, node: string) {
  const made = context.journal
    .entries()
    .findLast(
      (entry) =>
        entry.kind === "certificate-changed" &&
        entry.step !== step &&
        entry.unit === unit &&
        entry.node === node,
    );
  if (made?.kind === "certificate-changed") return made.after;
  return context.work().certificates.find((known) => known.unit === unit && known.node === node);
}

/** Compared as a certificate: by its bytes. */
export function isBaseline({ certificate }: TargetLook, { baseline }: Target): boolean {
  return sha1Hex(certificate.sha1) === baseline.sha1;
}

/** One look at the node, which an interrupt does not end; `problem`: why the unit's certificate could not be had. */
export async function lookForTarget(
  context: RunContext,
  target: Target,
  signal?: AbortSignal,
): Promise<TargetLook | { readonly problem: string; readonly error: OperatorError }> {
  const { unit, node } = target;
  try {
    const changes = await observeChanges(await context.pool.session(node), context.clock, signal);
    const certificate = changes.certificates[unit];
    if (certificate !== undefined) return { certificate, changes };
    const problem = changes.trouble.join("; ") || `${node.name} lists no ${unit} certificate`;
    const error = new OperatorError(changes.isReachable ? "answer-not-understood" : "session-lost", problem, {
      hint: `Look at ${node.name} with \`show cert own ${unit}\`.`,
      place: { cluster: context.cluster.name, node: node.name },
    });
    return { problem, error };
  } catch (error) {
    if (signal?.aborted) throw interrupted();
    if (!(error instanceof OperatorError)) throw error;
    return { problem: error.message, error };
  }
}

/** The look before anything is sent. Trouble is thrown where nothing was sent before, else the outcome of that is unknown. */
export async function lookAtTarget(
  context: RunContext,
  target: Target,
  earlier: WriteRecord | null,
): Promise<TargetLook | Extract<StepResult, { kind: "blocked" | "failed" | "unknown" }>> {
  const look = await lookForTarget(context, target, context.signal);
  if (!("problem" in look)) return look;
  if (earlier === null) throw look.error;
  const what = `what became of the regeneration sent at ${earlier.intendedAt} could not be looked at: ${look.problem}`;
  const hint = `Make ${target.node.name} reachable, then \`itlctl resume ${context.run}\`: it looks before it acts.`;
  return trouble(context, target, "outcome-unknown", what, hint);
}

/** What a plan should not have let through, told once more before the write. */
export function refuseTarget(context: RunContext, target: Target, look: TargetLook): StepResult | null {
  const { unit, node, replaceCaSigned } = target;
  const { release, publisher } = context.work();
  const refuse = (message: string, hint: string): StepResult => {
    const place = { cluster: context.cluster.name, node: node.name, step: target.step };
    const error = new OperatorError("blocked", message, { hint, place });
    return { kind: "blocked", node: node.name, detail: message, error };
  };
  if (isPublisherOnly(unit, release) && node.name !== publisher)
    return refuse(
      `from release ${release} on ${unit} is regenerated on the publisher only, not on ${node.name}; nothing was sent`,
      `Regenerate ${unit} on ${publisher}.`,
    );
  if (!look.certificate.isSelfSigned && !replaceCaSigned)
    return refuse(
      `the ${unit} certificate of ${node.name} is signed by a CA (${look.certificate.issuer}), and a regeneration would overwrite it; nothing was sent`,
      "Have the CA sign a new one, or say that it may be overwritten with replaceCaSigned.",
    );
  return null;
}

/** How a regeneration ends that is not done. */
export function trouble(
  context: RunContext,
  target: Target,
  code: "outcome-unknown" | "step-failed",
  what: string,
  hint: string,
): Extract<StepResult, { kind: "blocked" | "failed" | "unknown" }> {
  const { step, unit, node } = target;
  const message = `regeneration of ${unit} on ${node.name}: ${what}`;
  const error = new OperatorError(code, message, {
    hint,
    place: { cluster: context.cluster.name, node: node.name, step },
  });
  return {
    kind: code === "outcome-unknown" ? "unknown" : "failed",
    node: node.name,
    detail: message,
    error,
  };
}
