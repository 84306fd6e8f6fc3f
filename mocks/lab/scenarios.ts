// Scenario files in, clusters and the steps that bring them into their state out; and those steps carried out.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { LabClusterOptions } from "./cluster-options.ts";
import type { StagedCluster } from "./cluster-state.ts";
import type { LabNode, LabRelease, LabUnit } from "./model.ts";
import { withoutRecoveryRecord } from "./normal-list.ts";

/** One thing that happened before the lab opens; `cluster` defaults to the first, `nodes` and `phones` to all. */
export type ScenarioStep = { readonly cluster?: string } & (
  | { readonly kind: "phones-off" | "phones-on"; readonly phones?: readonly string[] }
  | { readonly kind: "boot-phones" }
  | { readonly kind: "replace"; readonly units: readonly LabUnit[]; readonly nodes?: readonly string[] }
  | { readonly kind: "rebuild-lists"; readonly nodes?: readonly string[] }
  | { readonly kind: "rebuild-publisher" }
  | { readonly kind: "reset-localkey" }
  | { readonly kind: "save-recovery-key"; readonly as: string }
  | { readonly kind: "drop-recovery-record"; readonly phones: readonly string[] }
  | { readonly kind: "unreachable" | "serve-stale" | "serve-corrupt"; readonly nodes: readonly string[] }
  | {
      readonly kind: "service";
      readonly nodes: readonly string[];
      readonly service: string;
      readonly state: "STARTED" | "STOPPED";
    }
);

export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly clusters: readonly LabClusterOptions[];
  readonly steps: readonly ScenarioStep[];
}

const folder = fileURLToPath(new URL("../scenarios/", import.meta.url));
const happenedAgoMs = 86_400_000;

/** Names of all scenario files. */
export function scenarioNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.replace(/\.yaml$/, ""))
    .sort();
}

/** Reads one by name; `release` puts every cluster of it on another release. */
export function loadScenario(name: string, release?: LabRelease): Scenario {
  if (!scenarioNames().includes(name)) {
    throw new Error(`no scenario ${name}; there are: ${scenarioNames().join(", ")}`);
  }
  const written = parse(readFileSync(`${folder}${name}.yaml`, "utf8")) as Omit<Scenario, "name">;
  const clusters = written.clusters.map((cluster) =>
    release === undefined ? cluster : { ...cluster, release },
  );
  return { ...written, name, clusters };
}

/** Carries the steps out on the truth, a day ago; `saveFile` puts a file on the lab's SFTP server. */
export async function playSteps(
  steps: readonly ScenarioStep[],
  clusters: ReadonlyMap<string, StagedCluster>,
  saveFile: (name: string, bytes: Buffer) => void,
): Promise<void> {
  for (const step of steps) {
    const cluster = step.cluster === undefined ? [...clusters.values()][0] : clusters.get(step.cluster);
    if (cluster === undefined)
      throw new Error(`a step names no cluster of its scenario: ${JSON.stringify(step)}`);
    if (step.kind === "reset-localkey") await resetAtOnce(cluster);
    else cluster.inThePast(happenedAgoMs, () => play(step, cluster, saveFile));
  }
}

function play(
  step: Exclude<ScenarioStep, { kind: "reset-localkey" }>,
  cluster: StagedCluster,
  saveFile: (name: string, bytes: Buffer) => void,
): void {
  const named = (names: readonly string[] | undefined) =>
    names === undefined ? cluster.nodes : names.map((name) => cluster.node(name));
  switch (step.kind) {
    case "phones-off":
    case "phones-on":
      return cluster.setPhonesPower(step.kind === "phones-on", step.phones);
    case "boot-phones":
      cluster.bootPhones();
      return;
    case "replace":
      for (const unit of step.units) {
        for (const node of holdersOf(cluster, unit, named(step.nodes)))
          cluster.replaceCertificate(node, unit);
      }
      return;
    case "rebuild-lists":
      for (const node of named(step.nodes))
        if (cluster.activeTftpNodes().includes(node)) cluster.rebuildList(node);
      return;
    case "rebuild-publisher":
      return cluster.rebuildPublisher();
    case "save-recovery-key":
      return saveFile(step.as, cluster.recoveryFile());
    case "drop-recovery-record":
      for (const name of step.phones) {
        const phone = cluster.phone(name);
        phone.heldList = withoutRecoveryRecord(cluster, cluster.node(phone.tftpNode));
      }
      return;
    case "unreachable":
      for (const node of named(step.nodes)) node.isReachable = false;
      return;
    case "serve-stale":
    case "serve-corrupt":
      for (const name of step.nodes) {
        cluster.truthFaults[step.kind === "serve-stale" ? "staleServed" : "corruptServed"].add(name);
      }
      return;
    case "service":
      for (const node of named(step.nodes)) cluster.setService(node, step.service, step.state);
  }
}

/** A single recovery certificate lives on the publisher. */
function holdersOf(cluster: StagedCluster, unit: LabUnit, nodes: readonly LabNode[]): readonly LabNode[] {
  return unit === "ITLRecovery" && !cluster.profile.hasRecoveryPerNode ? [cluster.publisher] : nodes;
}

/** The reset takes no lab time and leaves no trace among the writes. */
async function resetAtOnce(cluster: StagedCluster): Promise<void> {
  const { serviceRestartMs } = cluster.switches;
  cluster.switches.serviceRestartMs = 0;
  await cluster.resetLocalkey();
  cluster.switches.serviceRestartMs = serviceRestartMs;
  cluster.writes.length = 0;
}
