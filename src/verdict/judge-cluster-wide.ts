// What only the publisher can tell to findings on the cluster as a whole.
import { isIP } from "node:net";
import type { ClusterFacts, NetworkClusterRow, NodeFacts } from "../facts/node-facts.ts";
import type { Finding } from "./verdict.ts";

/** Findings on membership, security mode, replication and what this login may do. */
export function judgeClusterWide(facts: ClusterFacts): Finding[] {
  const publisher = facts.nodes.find((node) => node.role === "publisher");
  if (publisher === undefined) return [];
  return [
    ...judgeRole(publisher),
    ...judgeMembership(facts, publisher),
    ...judgeModes(publisher),
    ...judgeReplication(publisher, facts.nodes.length),
    ...judgePrivilege(publisher),
  ];
}

/** The level that `utils itl reset` needs: that of the account made at installation. */
const resetPrivilegeLevel = 4;

/** The row of `show network cluster` that is this node: by host name or fully qualified name, else by address (which several nodes share behind one forwarding address). */
function rowOf(
  rows: readonly NetworkClusterRow[],
  node: { readonly node: string; readonly address: string },
): NetworkClusterRow | null {
  return rows.find((row) => isNamed(row, node.node)) ?? rows.find((row) => isAddressed(row, node)) ?? null;
}

function isNamed(row: NetworkClusterRow, name: string): boolean {
  const seen = [row.hostName, row.fqdn ?? row.hostName].map((each) => each.toLowerCase());
  return seen.includes(name.toLowerCase()) || isHostOf(row, name);
}

function isAddressed(
  row: NetworkClusterRow,
  node: { readonly node: string; readonly address: string },
): boolean {
  const known = [node.node, node.address].map((name) => name.toLowerCase());
  const seen = [row.address, row.hostName, row.fqdn ?? row.hostName].map((name) => name.toLowerCase());
  return seen.some((name) => known.includes(name)) || isHostOf(row, node.address);
}

/** Whether a plain host name is the first label of a longer name. */
function isHostOf(row: NetworkClusterRow, name: string): boolean {
  const host = row.hostName.toLowerCase();
  return !host.includes(".") && isIP(name) === 0 && name.toLowerCase().split(".")[0] === host;
}

function judgeRole(publisher: NodeFacts): Finding[] {
  if (publisher.network === null) return [];
  const mismatch = (message: string): Finding[] => [
    {
      code: "publisher-mismatch",
      severity: "block",
      node: publisher.node,
      message: `${publisher.node}: ${message}`,
      advice: "Correct the node that the inventory names as publisher; `show network cluster` marks it.",
    },
  ];
  const own = rowOf(publisher.network, publisher);
  const real = publisher.network.find((row) => row.isPublisher);
  const realName = real === undefined ? "none is marked" : `it is ${real.hostName} (${real.address})`;
  if (own === null) {
    return mismatch(
      `\`show network cluster\` there names no node ${publisher.node} or ${publisher.address}, so it is not shown to be the publisher (${realName})`,
    );
  }
  return own.isPublisher
    ? []
    : mismatch(`the cluster calls this node a subscriber, not the publisher (${realName})`);
}

function judgeMembership(facts: ClusterFacts, publisher: NodeFacts): Finding[] {
  const rows = publisher.network ?? facts.nodes.find((node) => node.network !== null)?.network ?? [];
  const known = new Set(facts.nodes.map((node) => rowOf(rows, node)));
  return rows
    .filter((row) => row.product.toLowerCase() !== "cups")
    .filter((row) => !known.has(row))
    .map((row) => ({
      code: "tftp-node-not-in-inventory",
      severity: "warn",
      node: row.hostName,
      message: `${row.hostName} (${row.address}) belongs to the cluster, but the inventory lacks it: if it runs Cisco Tftp, a reset changes its list and nobody checks it`,
      advice: `Add ${row.hostName} to the cluster's nodes in the inventory.`,
    }));
}

function judgeModes(publisher: NodeFacts): Finding[] {
  const findings: Finding[] = [];
  if (publisher.clusterSecurityMode !== null && publisher.clusterSecurityMode !== 0) {
    findings.push({
      code: "mixed-mode",
      severity: "warn",
      node: null,
      message: `The cluster is in mixed mode (ClusterSecurityMode ${publisher.clusterSecurityMode}): phones hold a CTL as well, which an ITL reset does not touch`,
      advice:
        "Plan for the CTL too: `utils ctl reset localkey` with the reset, `utils ctl update CTLFile` when all phones are back.",
    });
  }
  if (publisher.isRollbackParameterOn === true) {
    findings.push({
      code: "rollback-parameter-on",
      severity: "warn",
      node: null,
      message:
        '"Prepare Cluster for Rollback to pre 8.0" is True: phones are served a list that switches signature checks off',
      advice:
        "Set that enterprise parameter to False, restart TVS and TFTP, and reset the phones, unless a rollback is under way.",
    });
  }
  return findings;
}

function judgeReplication(publisher: NodeFacts, nodeCount: number): Finding[] {
  const rows = publisher.replication ?? [];
  if (Math.max(rows.length, nodeCount) < 2) return [];
  const bad = rows.filter((row) => !row.isSetupCompleted);
  if (bad.length === 0) return [];
  const seen = bad.map((row) => `${row.server}: ${row.text.trim()}`).join("; ");
  return [
    {
      code: "replication-unhealthy",
      severity: "warn",
      node: null,
      message: `Database replication is not complete: ${seen}`,
      advice:
        "Run `utils dbreplication runtimestate` on the publisher; new certificates may not reach every node until it is (2) Setup Completed.",
    },
  ];
}

function judgePrivilege(publisher: NodeFacts): Finding[] {
  const level = publisher.privilegeLevel;
  if (level === null || level >= resetPrivilegeLevel) return [];
  return [
    {
      code: "privilege-too-low",
      severity: "warn",
      node: publisher.node,
      message: `${publisher.node}: this login has privilege level ${level}, \`utils itl reset\` needs ${resetPrivilegeLevel}`,
      advice: "Use the account that was made when the platform was installed.",
    },
  ];
}
