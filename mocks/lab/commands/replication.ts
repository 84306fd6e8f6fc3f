// `utils dbreplication runtimestate`: the view of ext-13, healthy or not.
import type { LabCluster, LabNode } from "../model.ts";
import { platformDate } from "../platform-date.ts";
import type { CommandTable } from "./command.ts";

/** Level 0 here; the guide's level for it was not read. */
export function replicationCommands(cluster: LabCluster, node: LabNode): CommandTable {
  return [
    {
      name: "utils dbreplication runtimestate",
      pattern: /^utils dbreplication runtimestate$/,
      level: 0,
      run: ({ io }) => io.print(viewLines(cluster, node).join("\n")),
    },
  ];
}

function viewLines(cluster: LabCluster, node: LabNode): string[] {
  const stamp = new Date(cluster.nodeTime(node)).toISOString().slice(0, 16).replace(/[T:]/g, "-");
  return [
    "",
    `Server Time: ${platformDate(cluster.nodeTime(node))}`,
    "",
    `Cluster Replication State: Replication status command started at: ${stamp}`,
    "     Replication status command COMPLETED. Checked 754 tables out of 754",
    "     Last Completed Table: functionrole",
    `     ${cluster.isReplicationHealthy ? "No Errors or Mismatches found." : "Errors or Mismatches Were Found!!!"}`,
    "",
    `     Use 'file view activelog cm/trace/dbl/sdi/ReplicationStatus.${stamp.replaceAll("-", "_")}_07.out' to see the details`,
    "",
    "",
    `DB Version: ccm${cluster.profile.version.replace(/[.-]/g, "_")}`,
    "",
    "Repltimeout set to: 300s",
    "PROCESS option set to: 1",
    "",
    "",
    `Cluster Detailed View from ${node.name} (${cluster.nodes.length} Servers):`,
    "",
    "                                           PING      DB/RPC/   REPL.    Replication    REPLICATION SETUP",
    "SERVER-NAME              IP ADDRESS        (msec)    DbMon?    QUEUE    Group ID       (RTMT) & Details",
    "-----------              ----------        ------    -------   -----    -----------    ------------------",
    ...cluster.nodes.map((other, index) => viewRow(cluster, other, index)),
  ];
}

/** Of a broken row only the meaning of state 2 is known; `(4) Setup Failed` is recollected. */
function viewRow(cluster: LabCluster, node: LabNode, index: number): string {
  const isWell = node.isReachable && (cluster.isReplicationHealthy || node === cluster.publisher);
  return [
    node.name.padEnd(25),
    node.address.padEnd(18),
    (index === 0 ? "0.045" : "1.711").padEnd(10),
    (isWell ? "Y/Y/Y" : "N/N/N").padEnd(10),
    (isWell ? "0" : "--").padEnd(9),
    `(g_${index + 2})`.padEnd(15),
    isWell ? "(2) Setup Completed" : "(4) Setup Failed",
  ].join("");
}
