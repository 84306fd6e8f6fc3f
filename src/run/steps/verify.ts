// Reading back: every TFTP node is looked at until its list is proven, or the time for it is over.
import { commonName } from "../../base/subject-name.ts";
import { parseListFile } from "../../facts/itl-file.ts";
import type { ListFile } from "../../facts/list-facts.ts";
import type { Step } from "../../playbook/step.ts";
import { judgeNormalSigner } from "../../verdict/normal-signer.ts";
import { judgeProof } from "../../verdict/proof.ts";
import { observeCluster } from "../observe-cluster.ts";
import type { RunContext, StepKind, StepResult } from "../step-kind.ts";
import { proveFollowed } from "./followed.ts";
import { type Proven, proveUntil } from "./proof-report.ts";

type VerifyStep = Extract<Step, { verb: "verify" }>;

/** `verify`: read-only. Done when every TFTP node is proven; unknown when one could not be read; failed when one is wrong. */
export const verify: StepKind<VerifyStep> = {
  async carryOut(step, context) {
    const { tftpNodes } = context.ground();
    const stop = await prove(step, context);
    return stop ?? { kind: "done", node: null, detail: `proven on ${tftpNodes.join(", ")}` };
  },
};

async function prove(step: VerifyStep, context: RunContext): Promise<StepResult | null> {
  if (step.signer === "present") return proveFollowed(step, context);
  const signer =
    step.signer === "reset" ? commonName(context.basis().choice.signer.subject) : "its normal signer";
  const what = `every TFTP node to serve a list signed by ${signer}`;
  const stop = await proveUntil(
    step.id,
    context,
    what,
    () => proveOnce(step, context),
    otherwiseOf(step, context),
  );
  // A renewed ITLRecovery has to be in every list before its own signature may come back.
  if (stop !== null || step.signer !== "reset" || context.state().changed.length === 0) return stop;
  return proveFollowed(step, context);
}

/** This run sends no second reset, and a node that never got the file gets it from no restart. */
function otherwiseOf(step: VerifyStep, context: RunContext): string {
  if (step.signer !== "reset" || context.state().playbook !== "itl-recovery") return "";
  return ` Restart no Cisco Tftp meanwhile: it brings a node's own list back. Where the list stays another one, \`itlctl recover ${context.cluster.name}\` plans a new reset.`;
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
