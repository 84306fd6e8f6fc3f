// A node's services to whether it is a TFTP node, and what its TFTP and Trust Verification Service do.
import type { NodeFacts, ServiceRow } from "../facts/node-facts.ts";

export type TftpState = "started" | "stopped" | "inactive" | "unknown";

/** `stopped`: activated, and in any state but STARTED. */
export function tftpState(node: NodeFacts): TftpState {
  return stateOf(node, "Cisco Tftp");
}

/** The same for `Cisco Trust Verification Service`. */
export function tvsState(node: NodeFacts): TftpState {
  return stateOf(node, "Cisco Trust Verification Service");
}

/** Whether a reset reaches this node: TFTP activated, or not known while the node shows a list. */
export function isTftpNode(node: NodeFacts): boolean {
  const state = tftpState(node);
  return state === "started" || state === "stopped" || (state === "unknown" && node.itl?.kind === "shown");
}

/** Whether a reset and its proof count on this node: a stopped Cisco Tftp serves nobody, and a restart would start it. */
export function isServingNode(node: NodeFacts): boolean {
  return isTftpNode(node) && tftpState(node) !== "stopped";
}

/** The service's row of `utils service list`. */
export function serviceRow(node: NodeFacts, name: string): ServiceRow | null {
  return node.services?.find((row) => row.name === name) ?? null;
}

function stateOf(node: NodeFacts, name: string): TftpState {
  if (node.services === null) return "unknown";
  const row = serviceRow(node, name);
  if (row === null) return "inactive";
  if (row.state === "STARTED") return "started";
  return row.isActivated ? "stopped" : "inactive";
}
