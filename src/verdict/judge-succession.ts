// What a node serves now, and what it served before → whether phones that hold the list from before would follow.
import type { ClusterFacts, NodeFacts } from "../facts/node-facts.ts";
import type { SeenList } from "./held-list.ts";
import { judgeTake, tvsHashesOf } from "./phone-trust.ts";
import { tvsState } from "./tftp-state.ts";
import type { Finding } from "./verdict.ts";

/**
 * `phones-left-behind` for every node whose list before this one would not be followed by the one served now: phones
 * that were off or out of reach meanwhile are lost. `history` is newest first by node and may begin with the list served
 * now. A Trust Verification Service is taken for present where a list served now names it and any is started.
 */
export function judgeSuccession(
  facts: ClusterFacts,
  history: Readonly<Record<string, readonly SeenList[]>>,
): Finding[] {
  const isAnyTvsStarted = facts.nodes.some((node) => tvsState(node) === "started");
  const runningTvs = isAnyTvsStarted ? facts.nodes.flatMap(tvsOfServed) : [];
  return facts.nodes.flatMap((node) => {
    if (node.served?.kind !== "fetched") return [];
    const offered = { bytes: Buffer.from(node.served.bytes, "base64"), file: node.served.file };
    const before = (history[node.node] ?? []).find(({ file }) => file.sha1 !== offered.file.sha1);
    if (before === undefined) return [];
    const take = judgeTake({
      held: before.file,
      offered,
      tvs: { runningTvs, storeSerials: "any-of-cluster" },
    });
    return take.kind === "not" ? [leftBehind(facts.cluster, node.node, before.lastSeenAt, take.reason)] : [];
  });
}

function tvsOfServed(node: NodeFacts): string[] {
  return node.served?.kind === "fetched" ? tvsHashesOf(node.served.file) : [];
}

function leftBehind(cluster: string, node: string, seenAt: string, reason: string): Finding {
  return {
    code: "phones-left-behind",
    severity: "warn",
    node,
    message: `${node}: phones that still hold the list last seen here at ${seenAt} reject the one served now: ${reason}`,
    advice: `See which key brings them back with \`itlctl recover ${cluster} --dry-run\`.`,
  };
}
