// What a look at a cluster needs from outside: sessions, the list a phone would fetch, a clock, the history of lists.
import type { Clock } from "../base/clock.ts";
import type { ClusterFacts } from "../facts/node-facts.ts";
import type { Cluster, ClusterNode } from "../inventory/cluster.ts";
import type { fetchServedFile } from "../served/fetch-list.ts";
import type { ListHistory } from "../served/list-history.ts";
import type { SessionPool } from "../session/session-pool.ts";

/** Everything `observeCluster` touches; `history` null: lists seen are not remembered. */
export interface LookTools {
  readonly cluster: Cluster;
  readonly pool: SessionPool;
  readonly clock: Clock;
  readonly fetchServedFile: typeof fetchServedFile;
  readonly history: ListHistory | null;
  /** True in a run: a list that cannot be kept (a full disk) ends it, it is no fact about the node. */
  readonly isHistoryRequired?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Told what each look saw. */
  readonly observed?: ((facts: ClusterFacts) => void) | undefined;
}

/**
 * How much is asked. `status`: what the findings need. `recovery`: also the certificates that decide who can sign
 * and who can vouch. `lists`: only what each node serves and whether its services run, for proofs and waits.
 */
export type LookDepth = "status" | "recovery" | "lists";

/** The nodes of `names`, in the inventory's order; all of them without names. */
export function nodesOf(cluster: Cluster, names?: readonly string[]): readonly ClusterNode[] {
  return names === undefined ? cluster.nodes : cluster.nodes.filter((node) => names.includes(node.name));
}
