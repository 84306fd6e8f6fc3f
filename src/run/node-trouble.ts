// An error of opening or using a session → the facts of a node that gave nothing. Light: it is loaded before the first login.
import { OperatorError } from "../base/errors.ts";
import type { NodeFacts, NodeTrouble } from "../facts/node-facts.ts";
import type { ClusterNode } from "../inventory/cluster.ts";

/** A node that gave nothing: only the trouble. */
export function unreachableNode(node: ClusterNode, trouble: NodeTrouble): NodeFacts {
  return { ...emptyFacts(node), isReachable: false, trouble: [trouble] };
}

/** The finding code that stands for an error of opening or using a session. */
export function troubleOf(error: unknown, command: string | null): NodeTrouble {
  if (!(error instanceof OperatorError)) throw error;
  const message = error.message;
  if (error.code === "login-refused") return { code: "login-refused", command, message };
  if (error.code === "host-key-unknown" || error.code === "host-key-changed") {
    return { code: "host-key-refused", command, message };
  }
  if (
    error.code === "node-unreachable" ||
    error.code === "session-lost" ||
    error.code === "command-timed-out"
  ) {
    return { code: "node-unreachable", command, message };
  }
  return { code: "answer-not-understood", command, message };
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
