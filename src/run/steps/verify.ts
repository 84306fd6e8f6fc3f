// Reading back: every TFTP node is looked at until its list is proven, or the time for it is over.
import { commonName } from "../../base/subject-name.ts";
import { OperatorError } from "../../base/errors.ts";
import { parseListFile } from "../../facts/itl-file.ts";
import type { ListFile } from "../../facts/list-facts.ts";
import type { ClusterFacts } from "../../facts/node-facts.ts";
import type { Step } from "../../playbook/step.ts";
import { judgeNormalSigner } from "../../verdict/normal-signer.ts";
import { judgeProof, type NodeProof } from "../../verdict/proof.ts";
import { tftpState } from "../../verdict/tftp-state.ts";
import { observeCluster } from "../observe-cluster.ts";
import type { RunContext, StepKind, StepResult } from "../step-kind.ts";
import { listSha1, nodeOf } from "./standing.ts";
import { throwIfInterrupted, waitUntil } from "./timed-wait.ts";

type VerifyStep = Extract<Step, { verb: "verify" }>;

/** A TFTP restart takes its time to write the list anew; after this long a node that is not proven is reported. */
const proofLimits = { forMs: 3 * 60_000, everyMs: 10_000 };

/** `verify`: read-only. Done when every TFTP node is proven; unknown when one could not be read; failed when one is wrong. */
export const verify: StepKind<VerifyStep> = {
  async carryOut(step, context) {
    let last: Proven | null = null;
    const what = `every TFTP node to serve a list signed by ${step.signer === "reset" ? commonName(context.basis().choice.signer.subject) : "its normal signer"}`;
    const isProven = await waitUntil(context, step.id, what, proofLimits, async () => {
      throwIfInterrupted(context);
      last = withStartedTftp(await proveOnce(step, context));
      return last.proofs.every((proof) => proof.isProven);
    });
    const { facts, proofs } = last ?? withStartedTftp(await proveOnce(step, context));
    report(step, context, facts, proofs);
    if (isProven) {
      return { kind: "done", node: null, detail: `proven on ${proofs.map(({ node }) => node).join(", ")}` };
    }
    return unproven(step, context, proofs);
  },
};

interface Proven {
  readonly facts: ClusterFacts;
  readonly proofs: readonly NodeProof[];
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

async function proveOnce(step: VerifyStep, context: RunContext): Promise<Proven> {
  const basis = context.basis();
  const { tftpNodes } = basis;
  if (step.signer === "reset") {
    const facts = await observeCluster(context, "lists", tftpNodes);
    const baseline = Object.fromEntries(basis.baseline.map(({ node, sha1 }) => [node, sha1]));
    const { choice, held, forecasts, alreadyResetNodes } = basis;
    const input = { facts, tftpNodes, signer: choice.signer, baseline, held, forecasts };
    return { facts, proofs: judgeProof({ ...input, mayBeUnchanged: alreadyResetNodes }) };
  }
  const facts = await observeCluster(context, "recovery", basis.seenNodes);
  const seen = resetListsSeen(context);
  return {
    facts,
    proofs: judgeNormalSigner({
      ...{ facts, tftpNodes, release: basis.release, resetSigner: basis.choice.signer },
      signersBefore: Object.fromEntries(
        basis.baseline.map(({ node, signedBy }) => [node, signedBy ?? "other"]),
      ),
      resetLists: seen.lists,
      baseline: seen.sha1s,
    }),
  };
}

/** What each node served when the reset was proven: the lists that phones hold now. */
function resetListsSeen(context: RunContext): {
  sha1s: Record<string, string | null>;
  lists: Record<string, ListFile | null>;
} {
  const { listsSeen } = context.state();
  const sha1s = { ...Object.values(listsSeen)[0] };
  const lists = Object.entries(sha1s).map(([node, sha1]) => {
    const bytes = sha1 === null ? null : (context.history?.bytesOf(sha1) ?? null);
    return [node, bytes === null ? null : parseListFile(bytes)] as const;
  });
  return { sha1s, lists: Object.fromEntries(lists) };
}

function report(
  step: VerifyStep,
  context: RunContext,
  facts: ClusterFacts,
  proofs: readonly NodeProof[],
): void {
  const sha1s = proofs.map(({ node }) => [node, listSha1(nodeOf(facts, node))]);
  context.record({ kind: "lists-seen", step: step.id, lists: Object.fromEntries(sha1s) });
  const findings = proofs.flatMap((proof) => proof.findings);
  if (findings.length > 0) context.record({ kind: "findings", step: step.id, findings });
  for (const proof of proofs) {
    const outcome = proof.isProven ? "done" : proof.isReadable ? "failed" : "unknown";
    context.record({ kind: "node-ended", step: step.id, node: proof.node, outcome, detail: proof.detail });
  }
}

function unproven(step: VerifyStep, context: RunContext, proofs: readonly NodeProof[]): StepResult {
  const bad = proofs.filter((proof) => !proof.isProven);
  const names = bad.map((proof) => proof.node).join(", ");
  const place = {
    cluster: context.cluster.name,
    node: bad[0]?.node ?? context.basis().publisher,
    step: step.id,
  };
  const isUnreadable = bad.some((proof) => !proof.isReadable);
  const message = `not proven on ${names}: ${bad.map((proof) => `${proof.node}: ${proof.detail}`).join("; ")}`;
  const hint = isUnreadable
    ? `Make ${names} reachable, then \`itlctl resume ${context.run}\` looks again.`
    : `Keep the other certificates as they are, look at Cisco Tftp on ${names}, then \`itlctl resume ${context.run}\` proves again.`;
  const error = new OperatorError(isUnreadable ? "outcome-unknown" : "step-failed", message, { hint, place });
  return { kind: isUnreadable ? "unknown" : "failed", node: null, detail: message, error };
}
