// Clusters or a scenario in, an open lab out: real SSH and HTTP ports per node, a real SFTP server, one truth behind them.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CapfFront, openCapfFront } from "./capf-front.ts";
import type { LabClusterOptions } from "./cluster-options.ts";
import { createCluster, type StagedCluster } from "./cluster-state.ts";
import { platformCommands } from "./commands/platform-commands.ts";
import { type HttpFront, openHttpFront } from "./http-front.ts";
import { createKeyMaker } from "./key-maker.ts";
import { createLabClock } from "./lab-clock.ts";
import { environmentOf, inventoryTextOf } from "./lab-inventory.ts";
import type { LabClock, LabNode, LabRelease } from "./model.ts";
import { serviceNames } from "./profiles.ts";
import { loadScenario, playSteps } from "./scenarios.ts";
import { openSftpServer, type SftpServer } from "./sftp-server.ts";
import { openSshFront, type SshFront } from "./ssh-front.ts";

export interface LabOptions {
  readonly clusters?: readonly LabClusterOptions[];
  /** A file of mocks/scenarios without `.yaml`; `release` puts its clusters on another release. */
  readonly scenario?: string;
  readonly release?: LabRelease;
  /** Default: moves itself through sleeps of up to 30 s, but not through the time limits of who talks to the lab. */
  readonly clock?: LabClock;
  /** Serials, and where output is cut. */
  readonly seed?: number;
  /** Of the account `itl` on the lab's own SFTP server; default `Sftp-lab-1`. */
  readonly sftpPassword?: string;
  /** First port; the SFTP server takes it, then each node two (SSH, HTTP), then each cluster one (CAPF). Default: free ones. */
  readonly portBase?: number;
  /** Where `remotekey` finds port 22 of any host. Default: the lab's own SFTP server. */
  readonly remoteKeyServer?: { readonly host: string; readonly port: number };
}

export interface Lab {
  readonly clock: LabClock;
  readonly clusters: ReadonlyMap<string, StagedCluster>;
  cluster(name?: string): StagedCluster;
  readonly about: string;
  /** The YAML of an inventory that reaches this lab. */
  inventoryText(): string;
  /** Writes `clusters.yaml` into the folder and returns its path. */
  writeInventory(directory: string): Promise<string>;
  /** The passwords that the inventory names. */
  readonly environment: Readonly<Record<string, string>>;
  readonly sftp: SftpServer;
  /** Unknown commands and misuse, of all clusters; tests assert that it is empty. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

interface NodeFronts {
  readonly ssh: SshFront;
  readonly http: HttpFront;
}

/** Opens everything on loopback; `close` ends it and removes its temporary folder. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const scenario = options.scenario === undefined ? null : loadScenario(options.scenario, options.release);
  const wanted = scenario?.clusters ??
    options.clusters ?? [{ name: "east", release: options.release ?? "11.5" }];
  const clock = options.clock ?? createLabClock({ auto: { upToMs: 30_000 } });
  const keys = createKeyMaker();
  const root = mkdtempSync(join(tmpdir(), "itlctl-lab-sftp-"));
  chmodSync(root, 0o700);
  const ports = portsFrom(options.portBase);
  const fronts = new Map<LabNode, NodeFronts>();
  const capfFronts = new Map<string, CapfFront>();
  const clusters = new Map<string, StagedCluster>();
  /** CAPF lives on the publisher alone. */
  const settleCapf = async (name: string) => {
    const cluster = clusters.get(name);
    if (cluster === undefined) return;
    const isUp = cluster.publisher.isReachable && cluster.isRunning(cluster.publisher, serviceNames.capf);
    await capfFronts.get(name)?.setListening(isUp);
  };
  const sftp = await openSftpServer({
    root,
    username: "itl",
    password: options.sftpPassword ?? "Sftp-lab-1",
    hostKeyPem: keys.next(2048).export({ type: "pkcs1", format: "pem" }).toString(),
    port: ports(),
  });
  const remoteKeyServer = options.remoteKeyServer ?? { host: sftp.host, port: sftp.port };
  for (const one of wanted.map((cluster) => ({ hasEcdsaUnits: true, ...cluster }))) {
    clusters.set(
      one.name,
      createCluster(one, {
        clock,
        keys,
        seed: `lab-${options.seed ?? 1}`,
        // The platform has no port to give for remotekey: port 22 of any host is that one server.
        sftpAddressOf: (host, port) => (port === 22 ? remoteKeyServer : { host, port }),
        setPorts: async (node, isReachable) => {
          await fronts.get(node)?.ssh.setListening(isReachable);
          await fronts.get(node)?.http.setListening(isReachable);
          if (node.role === "publisher") await settleCapf(one.name);
        },
        onService: (node, service) => {
          if (service === serviceNames.capf && node.role === "publisher") void settleCapf(one.name);
        },
      }),
    );
  }
  await playSteps(scenario?.steps ?? [], clusters, (name, bytes) =>
    writeFileSync(join(root, name), bytes, { mode: 0o600 }),
  );
  for (const cluster of clusters.values()) {
    for (const node of cluster.nodes) {
      fronts.set(node, await openFronts(cluster, node, ports, options.seed ?? 1));
      if (!node.isReachable) await cluster.setReachable(node, false);
    }
  }
  for (const cluster of clusters.values()) {
    const front = await openCapfFront(cluster, ports());
    cluster.capf.port = front.port;
    capfFronts.set(cluster.name, front);
    await settleCapf(cluster.name);
  }
  return {
    clock,
    clusters,
    cluster(name) {
      const found = name === undefined ? [...clusters.values()][0] : clusters.get(name);
      if (found === undefined) throw new Error(`the lab has no cluster ${name ?? "at all"}`);
      return found;
    },
    about: scenario?.about ?? "",
    inventoryText: () => inventoryTextOf([...clusters.values()]),
    async writeInventory(directory) {
      await mkdir(directory, { recursive: true });
      const path = join(directory, "clusters.yaml");
      await writeFile(path, inventoryTextOf([...clusters.values()]));
      return path;
    },
    environment: environmentOf([...clusters.values()]),
    sftp,
    get complaints() {
      return [...clusters.values()].flatMap(({ complaints }) => complaints);
    },
    async close() {
      const open = [...fronts.values()];
      const capf = [...capfFronts.values()].map((front) => front.close());
      await Promise.all([
        ...open.flatMap(({ ssh, http }) => [ssh.close(), http.close()]),
        ...capf,
        sftp.close(),
      ]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function openFronts(
  cluster: StagedCluster,
  node: LabNode,
  ports: () => number,
  seed: number,
): Promise<NodeFronts> {
  const ssh = await openSshFront({
    node,
    commands: platformCommands(cluster, node),
    clock: cluster.clock,
    faults: cluster.faults,
    texts: cluster.texts,
    log: (line) => cluster.commandLog.push({ node: node.name, line, at: cluster.clock.now() }),
    complain: (complaint) => cluster.complaints.push(complaint),
    port: ports(),
    address: node.address,
    seed,
  });
  const http = await openHttpFront(cluster, node, ports());
  node.sshPort = ssh.port;
  node.tftpPort = http.port;
  return { ssh, http };
}

/** 0 for ever, or one after the other. */
function portsFrom(base: number | undefined): () => number {
  let next = base ?? 0;
  return () => (base === undefined ? 0 : next++);
}
