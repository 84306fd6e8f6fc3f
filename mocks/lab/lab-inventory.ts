// The clusters of an open lab in, the inventory text that reaches them and the passwords it names out.
import { stringify } from "yaml";
import type { LabCluster, LabNode } from "./model.ts";

/** An inventory file for all clusters: every node with its own ports and host key, passwords as `env:` references. */
export function inventoryTextOf(clusters: readonly LabCluster[]): string {
  const entries = clusters.map((cluster) => [cluster.name, clusterEntry(cluster)]);
  return stringify({ clusters: Object.fromEntries(entries) }, { lineWidth: 0 });
}

/** Values of the variables that the inventory names. */
export function environmentOf(clusters: readonly LabCluster[]): Record<string, string> {
  return Object.fromEntries(
    clusters.flatMap((cluster) => [
      [variable(cluster, "PLATFORM"), platformAccount(cluster).password],
      [variable(cluster, "CCM"), cluster.ccmLogin.password],
      [variable(cluster, "SECURITY"), cluster.securityPassword],
      [variable(cluster, "RECOVERY_KEY"), cluster.recoveryPassphrase()],
    ]),
  );
}

function clusterEntry(cluster: LabCluster) {
  return {
    nodes: cluster.nodes.map((node) => nodeEntry(node, cluster)),
    ssh: { algorithms: cluster.profile.sshAlgorithms },
    credentials: {
      platform: {
        username: platformAccount(cluster).username,
        password: `env:${variable(cluster, "PLATFORM")}`,
      },
      ccm: { username: cluster.ccmLogin.username, password: `env:${variable(cluster, "CCM")}` },
      security: { password: `env:${variable(cluster, "SECURITY")}` },
    },
    recoveryKey: { password: `env:${variable(cluster, "RECOVERY_KEY")}` },
  };
}

function nodeEntry(node: LabNode, { capf, publisher }: LabCluster) {
  return {
    name: node.name,
    address: node.address,
    role: node.role,
    ssh: { port: node.sshPort, hostKeys: [node.ssh.hostKeySha256] },
    tftp: { port: node.tftpPort },
    ...(node === publisher && capf.port > 0 ? { ports: { capf: capf.port } } : {}),
  };
}

/** The account made at installation. */
function platformAccount({ publisher }: LabCluster) {
  const account = publisher.accounts.find(({ level }) => level === 4) ?? publisher.accounts[0];
  if (account === undefined) throw new Error(`node ${publisher.name} has no account`);
  return account;
}

function variable(cluster: LabCluster, what: string): string {
  return `LAB_${cluster.name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}_${what}_PASSWORD`;
}
