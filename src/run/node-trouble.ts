// A node of the inventory → its facts before anything is known of it, or when it gave nothing. Light: it is loaded before the first login.
import type { NodeFacts, NodeTrouble } from "../facts/node-facts.ts";
import type { ClusterNode } from "../inventory/cluster.ts";

/** A node that gave nothing: only the trouble. */
export function unreachableNode(node: ClusterNode, trouble: NodeTrouble): NodeFacts {
  return { ...emptyFacts(node), isReachable: false, trouble: [trouble] };
}

/** A node of which nothing is known yet. */
export function emptyFacts(node: ClusterNode): NodeFacts {
  return {
    node: node.name,
    address: node.address,
    role: node.role,
    isReachable: true,
    trouble: [],
    release: null,
    network: null,
    services: null,
    itl: null,
    clockSkewMs: null,
    certificates: {},
    replication: null,
    clusterSecurityMode: null,
    isRollbackParameterOn: null,
    privilegeLevel: null,
    served: null,
  };
}
