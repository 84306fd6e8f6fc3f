// The proofs of a look → what the journal says of each node, and how a step ends that is not proven.
import { OperatorError } from "../../base/errors.ts";
import type { ClusterFacts } from "../../facts/node-facts.ts";
import type { NodeProof } from "../../verdict/proof.ts";
import { tftpState } from "../../verdict/tftp-state.ts";
import type { RunContext, StepResult } from "../step-kind.ts";
import { listSha1, nodeOf } from "./standing.ts";
import { throwIfInterrupted, waitUntil } from "./timed-wait.ts";

/** One look and what it proves of each TFTP node. */
export interface Proven {
  readonly facts: ClusterFacts;
  readonly proofs: readonly NodeProof[];
}

/** A TFTP restart takes its time to write the list anew; after this long a node that is not proven is reported. */
const proofLimits = { forMs: 3 * 60_000, everyMs: 10_000 };

/** Looks until every node is proven or the time is over; what the last look saw is in the journal then. Null: proven. `otherwise`: what is left to do where looking again does not help. */
export async function proveUntil(
  step: string,
  context: RunContext,
  what: string,
  proveOnce: () => Promise<Proven>,
  otherwise = "",
): Promise<StepResult | null> {
  const look = async () => withStartedTftp(await proveOnce());
  let last: Proven | null = null;
  const isProven = await waitUntil(context, step, what, proofLimits, async () => {
    throwIfInterrupted(context);
    last = await look();
    return last.proofs.every((proof) => proof.isProven);
  });
  const { facts, proofs } = last ?? (await look());
  report(step, context, facts, proofs);
  return isProven ? null : unproven(step, context, proofs, otherwise);
}

/** A list that no phone can fetch yet is no proof: a reset or restart that was lost may still be restarting Cisco Tftp. */
function withStartedTftp({ facts, proofs }: Proven): Proven {
  const isStopped = (name: string) => {
    const node = nodeOf(facts, name);
    return node !== undefined && tftpState(node) === "stopped";
  };
  return {
    facts,
    proofs: proofs.map((proof) =>
      proof.isProven && isStopped(proof.node)
        ? { ...proof, isProven: false, detail: "not proven; Cisco Tftp is not started yet" }
        : proof,
    ),
  };
}

function report(step: string, context: RunContext, facts: ClusterFacts, proofs: readonly NodeProof[]): void {
  const sha1s = proofs.map(({ node }) => [node, listSha1(nodeOf(facts, node))]);
  context.record({ kind: "lists-seen", step, lists: Object.fromEntries(sha1s) });
  const findings = proofs.flatMap((proof) => proof.findings);
  if (findings.length > 0) context.record({ kind: "findings", step, findings });
  for (const proof of proofs) {
    const outcome = proof.isProven ? "done" : proof.isReadable ? "failed" : "unknown";
    context.record({ kind: "node-ended", step, node: proof.node, outcome, detail: proof.detail });
  }
}

function unproven(
  step: string,
  context: RunContext,
  proofs: readonly NodeProof[],
  otherwise: string,
): StepResult {
  const bad = proofs.filter((proof) => !proof.isProven);
  const names = bad.map((proof) => proof.node).join(", ");
  const place = {
    cluster: context.cluster.name,
    node: bad[0]?.node ?? context.ground().publisher,
    step,
  };
  const isUnreadable = bad.some((proof) => !proof.isReadable);
  const message = `not proven on ${names}: ${bad.map((proof) => `${proof.node}: ${proof.detail}`).join("; ")}`;
  const hint = isUnreadable
    ? `Make ${names} reachable, then \`itlctl resume ${context.run}\` looks again.`
    : `Keep the other certificates as they are, look at Cisco Tftp on ${names}, then \`itlctl resume ${context.run}\` proves again.${otherwise}`;
  const error = new OperatorError(isUnreadable ? "outcome-unknown" : "step-failed", message, { hint, place });
  return { kind: isUnreadable ? "unknown" : "failed", node: null, detail: message, error };
}
