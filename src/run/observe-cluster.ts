// A cluster's nodes, side by side → ClusterFacts; every list that was fetched goes into the history.
import { isoTime } from "../base/clock.ts";
import { messageOf, OperatorError } from "../base/errors.ts";
import type { ClusterFacts, NodeFacts, ServedFact } from "../facts/node-facts.ts";
import type { ClusterNode } from "../inventory/cluster.ts";
import { type LookDepth, type LookTools, nodesOf } from "./look.ts";
import { troubleOf } from "../session/node-trouble.ts";
import { unreachableNode } from "./node-trouble.ts";

/**
 * One look: every node is visited at once (the pool limits how many), one login each. A node's trouble is a fact and
 * costs nobody else's time; only an abort of `tools.signal` throws.
 */
export async function observeCluster(
  tools: LookTools,
  depth: LookDepth,
  names?: readonly string[],
): Promise<ClusterFacts> {
  const nodes = nodesOf(tools.cluster, names);
  const observedAt = isoTime(tools.clock.now());
  const visits = await tools.pool.visit(nodes, (node) => look(tools, node, depth));
  const facts = nodes.map((node): NodeFacts => {
    const visit = visits.get(node.name);
    if (visit?.kind === "ok") return visit.value;
    if (tools.isHistoryRequired === true && isDiskTrouble(visit?.error)) throw visit?.error;
    return unreachableNode(node, troubleOf(visit?.error, null));
  });
  tools.signal?.throwIfAborted();
  const seen: ClusterFacts = { cluster: tools.cluster.name, observedAt, nodes: facts };
  tools.observed?.(seen);
  return seen;
}

async function look(tools: LookTools, node: ClusterNode, depth: LookDepth): Promise<NodeFacts> {
  // What reads the answers is loaded while the node makes us wait for its prompt.
  const [session, { observeNode }, { fetchServed }] = await Promise.all([
    tools.pool.session(node),
    import("./observe-node.ts"),
    import("./served-fact.ts"),
  ]);
  const facts = await observeNode(session, depth, tools, () => fetchServed(tools, node));
  return { ...facts, served: kept(tools, node, facts.served) };
}

/** Remembers a list that was fetched; one that cannot be kept must not be relied upon later. */
function kept(
  { history, clock, isHistoryRequired }: LookTools,
  node: ClusterNode,
  served: ServedFact | null,
): ServedFact | null {
  if (served?.kind !== "fetched") return served;
  const bytes = Buffer.from(served.bytes, "base64");
  try {
    history?.remember({ cluster: node.cluster, node: node.name, seenAt: isoTime(clock.now()), bytes });
    return served;
  } catch (error) {
    if (isHistoryRequired === true && isDiskTrouble(error)) throw error;
    return { kind: "unreadable", sha1: served.file.sha1, reason: messageOf(error) };
  }
}

/** The state folder's trouble, not the node's. */
function isDiskTrouble(error: unknown): boolean {
  return error instanceof OperatorError && error.code === "state-not-writable";
}
