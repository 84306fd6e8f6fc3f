// One look at a cluster to everything that is wrong with it: the findings of `status`.
import type { ClusterFacts } from "../facts/node-facts.ts";
import { judgeClusterWide } from "./judge-cluster-wide.ts";
import { judgeNode } from "./judge-node.ts";
import { type JudgeOptions, judgeRecoveryRecords } from "./judge-recovery-record.ts";
import { judgeServed } from "./judge-served.ts";
import type { Finding } from "./verdict.ts";

/** Every finding that `status` knows, but those of the vault; cluster-wide ones first, then node by node. */
export function judgeCluster(facts: ClusterFacts, options: JudgeOptions): Finding[] {
  const release = releaseOfCluster(facts);
  return [
    ...judgeClusterWide(facts),
    ...judgeRecoveryRecords(facts, options),
    ...facts.nodes.flatMap((node) => [...judgeNode(node, release), ...judgeServed(node, facts)]),
  ];
}

/** The publisher's release, else that of any node that told one. */
function releaseOfCluster(facts: ClusterFacts): string | null {
  const publisher = facts.nodes.find((node) => node.role === "publisher");
  return publisher?.release ?? facts.nodes.find((node) => node.release !== null)?.release ?? null;
}
