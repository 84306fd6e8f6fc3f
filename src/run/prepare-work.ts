// A playbook that changes certificates, a request and a look → what stops it, and (where nothing does) its basis, its steps and its plan.
import type { NodeCertificates } from "../facts/node-certificates.ts";
import type { ClusterFacts, NodeFacts } from "../facts/node-facts.ts";
import type { Plan } from "../playbook/plan.ts";
import type { Step } from "../playbook/step.ts";
import { judgeRegeneration, type RegenerationPreflight } from "../verdict/judge-regeneration.ts";
import { isServingNode } from "../verdict/tftp-state.ts";
import { expandSteps } from "./expand-steps.ts";
import type { RunRequest } from "./journal-entry.ts";
import { makeWorkPlan } from "./make-work-plan.ts";
import { noVault } from "./backup/no-vault.ts";
import { baselineOf, releaseOf } from "./node-baseline.ts";
import { sha1Hex } from "./node-changes.ts";
import { observeCertificates } from "./observe-certificates.ts";
import { observeCluster } from "./observe-cluster.ts";
import { observeCtl } from "./observe-ctl.ts";
import { changeOf } from "./planned-change.ts";
import type { RunTools } from "./step-kind.ts";
import { nodeOf } from "./steps/standing.ts";
import type { WorkBasis } from "./work-basis.ts";

/** `work` is null where a finding blocks. */
export interface PreparedWork {
  readonly verdict: RegenerationPreflight;
  readonly work: { readonly basis: WorkBasis; readonly steps: readonly Step[]; readonly plan: Plan } | null;
}

/** Read-only. Throws the publisher's own trouble (unreachable, refused, unreadable), and what the playbook lacks on this cluster. */
export async function prepareWork(tools: RunTools, request: RunRequest): Promise<PreparedWork> {
  const publisher = tools.cluster.nodes.find((node) => node.role === "publisher");
  if (publisher === undefined) throw new Error("an inventory without publisher was accepted");
  refuseWithoutVault(tools);
  await tools.pool.session(publisher);
  const facts = await observeCluster(tools, "recovery");
  const certificates = await observeCertificates(tools);
  const basis = basisOf(tools, publisher.name, facts, certificates);
  const steps = expandSteps(tools.playbook.steps, { basis, certificates });
  const verdict = judgeRegeneration({
    ...{
      facts,
      certificates,
      steps: steps.map(changeOf),
      accepted: request.accepted,
      replaceCaSigned: false,
      ctl: basis.isMixedMode ? await observeCtl(tools, publisher.name) : null,
    },
    certificateDays: tools.cluster.thresholds.certificateDays,
    nowMs: tools.clock.now(),
  });
  if (verdict.blocking.length > 0) return { verdict, work: null };
  return { verdict, work: { basis, steps, plan: makeWorkPlan(tools, basis, steps, verdict, request) } };
}

function basisOf(
  tools: RunTools,
  publisher: string,
  facts: ClusterFacts,
  certificates: readonly NodeCertificates[],
): WorkBasis {
  const publisherFacts = nodeOf(facts, publisher);
  const tftpNodes = facts.nodes.filter(isServingNode).map(({ node }) => node);
  const seen = facts.nodes.filter((node) => node.isReachable);
  return {
    ...{ release: releaseOf(tools, publisher, publisherFacts), publisher, tftpNodes },
    isMixedMode: publisherFacts?.clusterSecurityMode === 1,
    seenNodes: [...seen]
      .sort((a, b) => Number(b.node === publisher) - Number(a.node === publisher))
      .map(({ node }) => node),
    activatedServices: Object.fromEntries(seen.map((node) => [node.node, activatedOn(node)])),
    baseline: tftpNodes.map((name) => baselineOf(nodeOf(facts, name), name)),
    certificates: certificates.flatMap(({ node, certificates: own }) =>
      own.map(({ unit, certificate: { serial, sha1, isSelfSigned, notBefore } }) => ({
        ...{ node, unit, serial, sha1: sha1Hex(sha1), isSelfSigned, notBefore },
      })),
    ),
  };
}

function activatedOn({ services }: NodeFacts): string[] {
  return (services ?? [])
    .filter(({ isActivated, state }) => isActivated || state === "STARTED")
    .map(({ name }) => name);
}

/** Before anybody logs in: a renewal whose backup cannot be taken must not begin. */
function refuseWithoutVault({ playbook, cluster, openVault }: RunTools): void {
  if (openVault === null && playbook.steps.some(({ verb }) => verb === "backup")) throw noVault(cluster);
}
