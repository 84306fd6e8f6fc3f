// Sizes and delays in; a lab in this process of its own out, so that its processor time is not the tool's. Orders come over IPC.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ssh2 from "ssh2";
import { parse, stringify } from "yaml";
import { createLabClock } from "../mocks/lab/lab-clock.ts";
import { environmentOf, inventoryTextOf } from "../mocks/lab/lab-inventory.ts";
import { loadScenario, playSteps } from "../mocks/lab/scenarios.ts";
import { type Lab, startLab } from "../mocks/lab/start-lab.ts";
import type { LabAnswer, LabOrder, LabPlan, SweepNode } from "./lab-orders.ts";

const plan = JSON.parse(process.argv[2] ?? "") as LabPlan;
const nodesPerCluster = plan.nodesPerCluster ?? 5;
const clock = createLabClock({ real: true });
const labs = plan.scenario === null ? await openMany(plan.nodes) : [await openScenario(plan.scenario)];
const clusters = labs.flatMap((lab) => [...lab.clusters.values()]);
for (const [index, cluster] of clusters.entries()) {
  const share = clusters.length === 1 ? 1 : index / (clusters.length - 1);
  const times = 1 + ((plan.slowestTimes ?? 1) - 1) * share;
  cluster.switches.serviceRestartMs = 0;
  if (plan.holdMs !== undefined) cluster.switches.regenerationHoldMs = plan.holdMs;
  for (const { ssh } of cluster.nodes) {
    ssh.bannerMs = plan.promptMs * times;
    ssh.promptMs = 0;
  }
  if (plan.answerMs > 0) {
    cluster.faults.add({
      command: /^(?!login$)/,
      at: { kind: "before" },
      action: { kind: "stall", ms: plan.answerMs * times },
      times: Infinity,
    });
  }
}
mkdirSync(plan.folder, { recursive: true });
writeFileSync(join(plan.folder, "clusters.yaml"), inventoryText());
writeFileSync(join(plan.folder, "known_hosts"), knownHosts());
process.on("message", (order: LabOrder) => {
  void answer(order).then((value) => process.send?.(value));
});
process.on("disconnect", () => process.exit());
process.send?.({
  kind: "ready",
  environment: { ...environmentOf(clusters), ...vaultPasswords() },
} satisfies LabAnswer);

/** One lab a cluster: each begins with the same keys, so that 500 nodes need the keys of five. */
async function openMany(nodes: number): Promise<Lab[]> {
  const opened: Lab[] = [];
  for (let first = 0; first < nodes; first += nodesPerCluster) {
    const names = Array.from({ length: Math.min(nodesPerCluster, nodes - first) }, (_none, index) => ({
      name: index === 0 ? "pub" : `sub${index}`,
      isTftp: index < 2,
    }));
    const name = `c${String(first / nodesPerCluster + 1).padStart(3, "0")}`;
    const cluster = { name, release: "12.5" as const, nodes: names, phones: 0 };
    opened.push(await startLab({ clusters: [cluster], clock, seed: first + 1 }));
  }
  return opened;
}

/** The clusters of a scenario before anything happened to them. */
function openScenario(name: string): Promise<Lab> {
  return startLab({ clusters: loadScenario(name).clusters, clock });
}

/** The folder `kept` of each lab's own SFTP server is the vault of its cluster, where there are vaults. */
function inventoryText(): string {
  const written = parse(inventoryTextOf(clusters)) as { clusters: Record<string, object> };
  for (const cluster of Object.values(written.clusters)) {
    if (plan.holdMs !== undefined) Object.assign(cluster, { regenerationHold: `${plan.holdMs / 1000}s` });
  }
  if (plan.hasVaults !== true) return stringify(written, { lineWidth: 0 });
  for (const lab of labs) {
    mkdirSync(join(lab.sftp.root, "kept"));
    for (const name of lab.clusters.keys()) {
      const { host, port, username, hostKeySha256 } = lab.sftp;
      const vault = {
        ...{ kind: "sftp", host, port, username, password: "env:LAB_VAULT_PASSWORD" },
        ...{ directory: "/kept", hostKeys: [hostKeySha256] },
      };
      Object.assign(written.clusters[name] ?? {}, { vault });
    }
  }
  return stringify(written, { lineWidth: 0 });
}

function vaultPasswords(): Record<string, string> {
  const [lab] = labs;
  return lab === undefined ? {} : { LAB_VAULT_PASSWORD: lab.sftp.password };
}

async function answer(order: LabOrder): Promise<LabAnswer> {
  if (order.kind === "play") {
    const [lab] = labs;
    if (lab === undefined || plan.scenario === null) throw new Error("there is no scenario to play");
    await playSteps(loadScenario(plan.scenario).steps, lab.clusters, (file, bytes) =>
      writeFileSync(join(lab.sftp.root, file), bytes, { mode: 0o600 }),
    );
  }
  const { user, system } = process.cpuUsage();
  return {
    kind: "nodes",
    nodes: clusters.flatMap((cluster) => takeLog(cluster)),
    complaints: clusters.flatMap(({ complaints }) => complaints),
    writes: clusters.flatMap(({ writes }) => writes),
    processorMs: (user + system) / 1000,
  };
}

/** Every node with the lines typed at it since the last order. */
function takeLog(cluster: (typeof clusters)[number]): SweepNode[] {
  const log = cluster.commandLog.splice(0);
  const [account] = cluster.publisher.accounts;
  return cluster.nodes.map((node) => ({
    name: `${cluster.name}/${node.name}`,
    port: node.sshPort,
    username: account?.username ?? "",
    password: account?.password ?? "",
    commands: log.filter((entry) => entry.node === node.name).map(({ line }) => line),
  }));
}

function knownHosts(): string {
  const lines = clusters.flatMap(({ nodes }) =>
    nodes.map((node) => {
      const key = ssh2.utils.parseKey(node.ssh.hostKeyPem);
      if (key instanceof Error) throw key;
      return `[127.0.0.1]:${node.sshPort} ssh-rsa ${key.getPublicSSH().toString("base64")}\n`;
    }),
  );
  return lines.join("");
}
