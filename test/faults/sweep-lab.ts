// A release and a key → one lab that is put back to a kept moment before every case, and `itlctl` run on it in memory.
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultPoint } from "../../mocks/lab/faults.ts";
import type { LabCertificate, LabNode, LabPhone, LabRelease, LabService } from "../../mocks/lab/model.ts";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { loadScenario, playSteps } from "../../mocks/lab/scenarios.ts";
import { type Lab, startLab } from "../../mocks/lab/start-lab.ts";
import { type CliResult, runCli } from "../support/run-cli.ts";
import { memoryShells } from "./memory-shells.ts";

export type SweepKey = "local" | "remote";

/** A moment to come back to: the truth of every node and phone, and the state folder as it was. */
export interface Moment {
  readonly nodes: readonly (() => void)[];
  readonly phones: readonly (() => void)[];
  readonly folder: string;
}

/** A point that a command passed, as the faults of the lab count it. */
export interface PassedPoint {
  readonly node: string;
  readonly command: string;
  readonly at: FaultPoint;
}

export interface SweepLab {
  readonly lab: Lab;
  readonly cluster: StagedCluster;
  readonly release: LabRelease;
  readonly key: SweepKey;
  /** Flags of `recover` for this key. */
  readonly flags: readonly string[];
  /** The state folder of the present case. */
  state(): string;
  /** Points passed since the last `put`, where they have been asked for. */
  readonly passed: PassedPoint[];
  /** Called as a write is entered in the lab's books, before anything changes. */
  onWrite: (() => void) | null;
  isSplit: boolean;
  /** How often the clock was pushed because nothing moved any more. */
  pushes: number;
  run(args: readonly string[], hooks?: RunHooks): Promise<CliResult>;
  /** `areReset`: the lists are those of a reset, so that the next restart of Cisco Tftp writes new ones. */
  keep(areReset?: boolean): Moment;
  put(moment: Moment): void;
  close(): Promise<void>;
}

export interface RunHooks {
  /** Another state folder than the case's own. */
  readonly state?: string;
  readonly onStart?: (pressCtrlC: () => void) => void;
}

const longestWaitMs = 16 * 60_000;
const sliceMs = 20_000;
const turnMs = 6;
/** Real time without a byte, after which only lab time can bring anything. */
const quietTurns = 6;
/** The same while a connection of the lab's HTTP or SFTP is open: one that waits for an answered question stays so. */
const quietFetchTurns = 250;

/** Both TFTP nodes of the scenario that this key cures, or (`healthy`) of one in which nothing is wrong; phones that no list can cure are left out. */
export async function openSweepLab(
  release: LabRelease,
  key: SweepKey,
  condition: "lost" | "healthy" = "lost",
): Promise<SweepLab> {
  const lost = release === "10.0" || release === "11.5" ? "lost-trust" : "recovery-lost";
  const { clusters, steps } = loadScenario(condition === "healthy" ? "healthy" : lost, release);
  const small = clusters.map((one) => ({ ...one, nodes: [{ name: "pub" }, { name: "tftp2" }], phones: 1 }));
  const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const folder = mkdtempSync(join(memory, "itlctl-sweep-"));
  const lab = await startLab({ clusters: small, clock: createLabClock({ auto: { upToMs: 30_000 } }) });
  const inventory = await lab.writeInventory(folder);
  const cluster = lab.cluster();
  // A first contact is asked about in one release of each dialogue.
  cluster.switches.doesRemotekeyAskHostKey = release === "11.5" || release === "15";
  const restartMs = cluster.switches.serviceRestartMs;
  let activity = 0;
  let cases = 0;
  let state = join(folder, "state-0");
  const openTransport = memoryShells(lab, {
    onBytes: () => {
      activity += 1;
    },
    isSplit: () => sweep.isSplit,
  });

  const strike = cluster.faults.strike.bind(cluster.faults);
  cluster.faults.strike = (node, command, at) => {
    sweep.passed.push({ node, command, at });
    return strike(node, command, at);
  };
  const enter = cluster.writes.push.bind(cluster.writes);
  cluster.writes.push = (...writes) => {
    sweep.onWrite?.();
    return enter(...writes);
  };

  /** Moves the clock on whenever nothing but time is waited for; nothing may wait longer than all limits together. */
  const untilEnd = async (work: Promise<CliResult>): Promise<CliResult> => {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    work.then(end, end);
    let [seen, quiet, pushes] = [activity, 0, 0];
    while (!isOver) {
      await new Promise((resolve) => {
        setTimeout(resolve, turnMs);
      });
      // A fetch over HTTP or SFTP takes real time, and no byte of a shell.
      const isFetching = process.getActiveResourcesInfo().includes("TCPSocketWrap");
      quiet = activity === seen && lab.clock.pending > 0 ? quiet + 1 : 0;
      seen = activity;
      if (quiet < (isFetching ? quietFetchTurns : quietTurns) || isOver) continue;
      quiet = 0;
      pushes += 1;
      if (pushes > 24) throw new Error("nothing moves, whatever the time: this hangs");
      for (let waitedMs = 0; waitedMs < longestWaitMs && activity === seen && !isOver; waitedMs += sliceMs) {
        await lab.clock.advance(sliceMs);
        for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      }
    }
    sweep.pushes += pushes;
    return work;
  };

  const sweep: SweepLab = {
    ...{ lab, cluster, release, key, passed: [], onWrite: null, isSplit: false, pushes: 0 },
    flags:
      key === "local"
        ? ["--key", "local"]
        : [
            ...["--key", "remote", "--remote-key", "itl@127.0.0.1:/ITLRecovery.p12"],
            ...["--remote-password", "env:LAB_SFTP_PASSWORD", "--remote-host-key", lab.sftp.hostKeySha256],
          ],
    state: () => state,
    run(args, hooks = {}) {
      const work = runCli(args, {
        ...{ inventory, state, clock: lab.clock, remoteKeyPort: lab.sftp.port, ...hooks },
        environment: { ...lab.environment, LAB_SFTP_PASSWORD: lab.sftp.password },
        session: { openTransport, retryDelayMs: 0 },
        onText: () => {
          activity += 1;
        },
      });
      return untilEnd(work);
    },
    keep(areReset = false) {
      const kept = join(folder, `kept-${cases}`);
      if (existsSync(state)) cpSync(state, kept, { recursive: true });
      return {
        nodes: cluster.nodes.map((node) => keepNode(cluster, node, areReset)),
        phones: cluster.phones.map(keepPhone),
        folder: kept,
      };
    },
    put(moment) {
      rmSync(state, { recursive: true, force: true });
      cases += 1;
      state = join(folder, `state-${cases}`);
      if (existsSync(moment.folder)) cpSync(moment.folder, state, { recursive: true });
      cluster.faults.clear();
      const { missesNewFile, staleServed, corruptServed, http } = cluster.truthFaults;
      for (const fault of [missesNewFile, staleServed, corruptServed, http]) fault.clear();
      for (const back of [...moment.nodes, ...moment.phones]) back();
      for (const log of [cluster.writes, cluster.commandLog, cluster.complaints, sweep.passed])
        log.length = 0;
      cluster.isReplicationHealthy = true;
      // Cut at random places only where a case asks for it: else what a point is cut into would be chance.
      for (const node of cluster.nodes) node.ssh.isOutputCut = false;
      cluster.switches.serviceRestartMs = restartMs;
      Object.assign(sweep, { onWrite: null, isSplit: false, pushes: 0 });
    },
    async close() {
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  await sweep.run(["status"]);
  await lab.clock.advance(86_400_000);
  const kinds = steps.filter(({ kind }) => kind !== "drop-recovery-record");
  await playSteps(kinds, lab.clusters, (name, bytes) => {
    writeFileSync(join(lab.sftp.root, name), bytes, { mode: 0o600 });
  });
  return sweep;
}

function keepNode(cluster: StagedCluster, node: LabNode, isReset: boolean): () => void {
  const { listFile, listModified, servedFile, clockSkewMs, runningTvs } = node;
  const certificates = [...node.certificates];
  const services = node.services.map((service): LabService => ({ ...service }));
  return () => {
    node.certificates.clear();
    for (const [unit, certificate] of certificates) node.certificates.set(unit, certificate);
    for (const [index, service] of node.services.entries()) Object.assign(service, services[index]);
    node.isReachable = true;
    // What the next restart compares with: the store as it is now, or behind a reset another one.
    const vouching = node.certificates.get("TVS") as LabCertificate;
    const tomcat = node.certificates.get("tomcat") as LabCertificate;
    node.certificates.set("TVS", isReset ? tomcat : vouching);
    cluster.rebuildList(node);
    node.certificates.set("TVS", vouching);
    Object.assign(node, { listFile, listModified, servedFile, clockSkewMs, runningTvs });
    node.knownSftpHosts.clear();
    node.regeneratedAt.clear();
  };
}

function keepPhone(phone: LabPhone): () => void {
  const { heldList } = phone;
  return () => {
    phone.heldList = heldList;
    phone.lastVerdict = null;
    phone.statusMessages.length = 0;
  };
}
