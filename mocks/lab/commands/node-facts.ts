// `show version active`, `show status`, `show myself`, `show network cluster`: what a node says of itself.
import type { LabCluster, LabNode } from "../model.ts";
import type { Command, CommandTable } from "./command.ts";

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Level 0. */
export function nodeFactCommands(cluster: LabCluster, node: LabNode): CommandTable {
  const plain = (name: string, lines: () => string[]): Command => ({
    name,
    pattern: new RegExp(`^${name}$`),
    level: 0,
    run: ({ io }) => io.print(lines().join("\n")),
  });
  const myself: Command = {
    name: "show myself",
    pattern: /^show myself$/,
    level: 0,
    // Not confirmed by any capture: the shape is recollected, and nothing but the level is meant to be read.
    run: ({ io, account }) =>
      io.print(
        [
          `Machine Name    : ${node.name}`,
          `account name    : ${account.username}`,
          `privilege level : ${account.level}`,
          "command count   : disabled",
        ].join("\n"),
      ),
  };
  return [
    plain("show version active", () => [
      `Active Master Version: ${cluster.profile.version}`,
      "Active Version Installed Software Options:",
      "No Installed Software Options Found.",
    ]),
    plain("show status", () => statusLines(cluster, node)),
    plain("show network cluster", () => networkLines(cluster, node)),
    myself,
  ];
}

/** ext-15; the date is the node's own: lab time with its skew. */
function statusLines(cluster: LabCluster, node: LabNode): string[] {
  const date = new Date(cluster.nodeTime(node));
  const time = date.toISOString().slice(11, 19);
  const day = `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2, "0")}`;
  return [
    "",
    `Host Name          : ${node.name}`,
    `Date               : ${day}, ${date.getUTCFullYear()} ${time}`,
    "Time Zone          : Coordinated Universal Time (Etc/UTC)",
    "Locale             : en_US.UTF-8",
    `Product Ver        : ${cluster.profile.version}`,
    "Unified OS Version : 7.0.0.0-4",
    "",
    "Uptime:",
    ` ${time} up 141 days,  1:12,  1 user,  load average: 2.22, 0.98, 0.82`,
    "",
    "CPU Idle:   85.86%  System:   07.58%    User:   05.56%",
    "  IOWAIT:   00.51%     IRQ:   00.00%    Soft:   00.51%",
    "",
    "Memory Total:        7990056K",
    "        Free:         130848K",
    "        Used:        3963172K",
    "      Cached:        3232656K",
    "      Shared:         484376K",
    "     Buffers:        3896036K",
    "",
    "                        Total            Free            Used",
    "Disk/active         19805412K        6240536K       13345948K (69%)",
    "Disk/inactive       19805412K        6601928K       12984556K (67%)",
    "Disk/logging        69234984K        5315340K       60379628K (92%)",
  ];
}

/** ext-11 on the publisher, ext-12 on a subscriber: subscribers first, every other node with the time of its connection. */
function networkLines(cluster: LabCluster, node: LabNode): string[] {
  const rows = [...cluster.nodes].reverse().map((other) => {
    const role = other.role === "publisher" ? "Publisher callmanager DBPub" : "Subscriber callmanager DBSub";
    const since = other === node ? "" : ` using TCP since ${connectedSince(cluster)}`;
    const state = other.isReachable || other === node ? `authenticated${since}` : "offline";
    return `${other.address} ${other.fqdn} ${other.name} ${role} ${state}`;
  });
  if (node.role !== "publisher") return rows;
  const addresses = cluster.nodes.map(({ address }) => address);
  return [...rows, "", "Server Table (processnode) Entries", "-".repeat(34), ...addresses];
}

/** A day of one digit has two blanks before it (`Jul  1`); the moment is the lab's own: a day ago, at noon. */
function connectedSince(cluster: LabCluster): string {
  const date = new Date(cluster.clock.now() - 86_400_000);
  const day = String(date.getUTCDate()).padStart(2, " ");
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${day} 12:00:00 ${date.getUTCFullYear()}`;
}
