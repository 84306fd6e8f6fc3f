// An open lab in, sentences for people out: how to log in, the cluster's state, what phones did.
import { isSignerRecord, readList } from "./list-bytes.ts";
import type { LabCluster, LabNode, PhoneVerdict } from "./model.ts";
import { serviceNames } from "./profiles.ts";
import type { Lab } from "./start-lab.ts";

/** Everything a person needs to use the lab: inventory, passwords, ssh lines. */
export function renderLogins(lab: Lab, inventoryPath: string, environmentPath: string): string {
  const lines = [
    lab.about,
    "",
    `inventory    ${inventoryPath}`,
    `passwords    ${environmentPath}   (set -a; . ${environmentPath}; set +a)`,
    `SFTP server  ${lab.sftp.host} port ${lab.sftp.port}, ${lab.sftp.username} / ${lab.sftp.password}, folder ${lab.sftp.root}`,
  ];
  for (const cluster of lab.clusters.values()) {
    lines.push("", `cluster ${cluster.name}, release ${cluster.profile.version}`);
    for (const node of cluster.nodes) lines.push(`  ${sshLine(cluster, node)}`);
    for (const { username, password, level } of cluster.publisher.accounts) {
      lines.push(`  ${username} / ${password} (level ${level})`);
    }
    lines.push(`  CCM Administrator: ${cluster.ccmLogin.username} / ${cluster.ccmLogin.password}`);
  }
  return lines.join("\n");
}

/** Per node: services, and who signed what it serves. */
export function renderState(lab: Lab): string {
  return [...lab.clusters.values()]
    .flatMap((cluster) => [
      `cluster ${cluster.name}`,
      ...cluster.nodes.map((node) => `  ${node.name.padEnd(8)} ${nodeState(cluster, node)}`),
      ...cluster.phones.map(
        ({ name, tftpNode, isPoweredOn, lastVerdict }) =>
          `  ${name} (${tftpNode}) ${isPoweredOn ? (lastVerdict?.accepted ?? "not booted") : "off"}`,
      ),
    ])
    .join("\n");
}

/** One line a phone. */
export function renderVerdicts(verdicts: readonly PhoneVerdict[]): string {
  return verdicts
    .map(({ phone, accepted, reason, ctl }) => {
      const about = ctl === undefined ? "" : `; CTL ${ctl.accepted}, ${ctl.reason}`;
      return `  ${phone} ${accepted.padEnd(8)} ${reason}${about}`;
    })
    .join("\n");
}

function sshLine(cluster: LabCluster, node: LabNode): string {
  const legacy =
    node.ssh.algorithms === "legacy"
      ? " -o HostKeyAlgorithms=+ssh-rsa -o KexAlgorithms=+diffie-hellman-group14-sha1 -o MACs=+hmac-sha1"
      : "";
  const user = cluster.publisher.accounts[0]?.username ?? "administrator";
  return `${node.name}: ssh -p ${node.sshPort}${legacy} ${user}@${node.address}   http://${node.address}:${node.tftpPort}/ITLFile.tlv`;
}

function nodeState(cluster: LabCluster, node: LabNode): string {
  if (!node.isReachable) return "down";
  const tftp = cluster.isRunning(node, serviceNames.tftp) ? "TFTP started" : "no TFTP";
  if (node.listFile === null) return `${tftp}, no list`;
  const list = readList(node.listFile);
  const inside = list.records.some((record) => isSignerRecord(record, list)) ? "" : ", in no record of it";
  return `${tftp}, ${node.listFile.length} bytes signed by ${list.signerName} (${list.signerSerial})${inside}`;
}
