// A cluster's nodes, side by side → ClusterFacts; every list that was fetched goes into the history.
import { isoTime } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { parseListFile, verifyListFile } from "../facts/itl-file.ts";
import type { ClusterFacts, NodeFacts, ServedFact } from "../facts/node-facts.ts";
import type { ClusterNode } from "../inventory/cluster.ts";
import { createHash } from "node:crypto";
import { type LookDepth, type LookTools, nodesOf } from "./look.ts";
import { observeNode, troubleOf, unreachableNode } from "./observe-node.ts";

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
    return unreachableNode(node, troubleOf(visit?.error, null));
  });
  tools.signal?.throwIfAborted();
  return { cluster: tools.cluster.name, observedAt, nodes: facts };
}

async function look(tools: LookTools, node: ClusterNode, depth: LookDepth): Promise<NodeFacts> {
  const session = await tools.pool.session(node);
  const facts = await observeNode(session, depth, tools, () => fetchServed(tools, node));
  return { ...facts, served: kept(tools, node, facts.served) };
}

/** Remembers a list that was fetched; one that cannot be kept must not be relied upon later. */
function kept(
  { history, clock }: LookTools,
  node: ClusterNode,
  served: ServedFact | null,
): ServedFact | null {
  if (served?.kind !== "fetched") return served;
  const bytes = Buffer.from(served.bytes, "base64");
  try {
    history?.remember({ cluster: node.cluster, node: node.name, seenAt: isoTime(clock.now()), bytes });
    return served;
  } catch (error) {
    return { kind: "unreadable", sha1: served.file.sha1, reason: messageOf(error) };
  }
}

async function fetchServed(tools: LookTools, node: ClusterNode): Promise<ServedFact> {
  const answer = await tools.fetchServedFile({
    address: node.address,
    port: node.tftp.port,
    path: "/ITLFile.tlv",
    ...(tools.signal ? { signal: tools.signal } : {}),
  });
  if (answer.kind === "failed") return { kind: "unreachable", reason: answer.reason };
  const bytes = Buffer.from(answer.bytes);
  try {
    const file = parseListFile(bytes);
    return { kind: "fetched", file, signature: verifyListFile(bytes), bytes: bytes.toString("base64") };
  } catch (error) {
    const sha1 = createHash("sha1").update(bytes).digest("hex");
    return { kind: "unreadable", sha1, reason: messageOf(error) };
  }
}
