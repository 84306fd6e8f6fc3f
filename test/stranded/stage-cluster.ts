// A cluster of a random day in, a cluster of the lab with its past behind it out; what a plan rests on there, without any session.
import type { KeyObject } from "node:crypto";
import { createCluster, type StagedCluster } from "../../mocks/lab/cluster-state.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { createKeyMaker } from "../../mocks/lab/key-maker.ts";
import type { LabCertificate, LabNode, LabRelease, LabUnit } from "../../mocks/lab/model.ts";
import { phoneConfigOf } from "../../mocks/lab/phone-config-truth.ts";
import { serviceNames } from "../../mocks/lab/profiles.ts";
import { isoTime } from "../../src/base/clock.ts";
import type { CertificateFacts } from "../../src/facts/list-facts.ts";
import type { NodeCertificates } from "../../src/facts/node-certificates.ts";
import type { ClusterFacts, NodeFacts } from "../../src/facts/node-facts.ts";
import { baselineOf } from "../../src/run/node-baseline.ts";
import { sha1Hex } from "../../src/run/node-changes.ts";
import type { WorkBasis } from "../../src/run/work-basis.ts";
import { isServingNode } from "../../src/verdict/tftp-state.ts";
import { certificateOf, factsOf, nowMs } from "../support/lab-facts.ts";
import type { ClusterCase, HandChange } from "./random-plans.ts";

/** Names of nodes by their place. */
export const nodeNames = ["pub", "sub2", "sub3", "sub4"] as const;

/** A healthy cluster where every node runs everything, made once; `rewind` is all that a new day needs. */
interface Stage {
  readonly lab: StagedCluster;
  rewind(): void;
}

const stages = new Map<string, Stage>();

function stageOf({ release, nodes, caSigned }: ClusterCase): Stage {
  const name = JSON.stringify([release, nodes.length, caSigned]);
  const stage = stages.get(name) ?? openStage(release, nodes.length, caSigned);
  stages.set(name, stage);
  return stage;
}

function openStage(release: LabRelease, nodeCount: number, caSigned: readonly LabUnit[]): Stage {
  let taken = 0;
  const keyMakers = createKeyMaker();
  const keys: KeyObject[] = [];
  const keyAt = (place: number) => (keys[place] ??= keyMakers.next(1024));
  const lab = createCluster(
    {
      ...{ name: "east", release, keyBits: 1024, phones: 0, caSigned },
      nodes: nodeNames.slice(0, nodeCount).map((name) => ({ name })),
      switches: { isListRewrittenAtEveryRestart: true, serviceRestartMs: 0 },
    },
    {
      clock: createLabClock({ auto: true, start: nowMs }),
      seed: "stranded",
      // Any size: what a key is used for does not ask for its length here.
      keys: { next: () => keyAt(taken++) },
    },
  );
  const afterMaking = taken;
  const certificates = lab.nodes.map((node) => new Map(node.certificates));
  const services = lab.nodes.map((node) => node.services.map((service) => ({ ...service })));
  return {
    lab,
    rewind() {
      taken = afterMaking;
      for (const [at, node] of lab.nodes.entries()) {
        node.certificates.clear();
        for (const [unit, certificate] of certificates[at] ?? []) node.certificates.set(unit, certificate);
        node.regeneratedAt.clear();
        for (const [place, service] of node.services.entries()) Object.assign(service, services[at]?.[place]);
        Object.assign(node, { listFile: null, servedFile: null, runningTvs: null, clockSkewMs: 0 });
      }
      lab.phones.splice(0);
      lab.writes.splice(0);
    },
  };
}

/** Two phones at each TFTP node, holding its list; then the cluster's past. Clusters are used again: one day at a time. */
export async function stageCluster(cluster: ClusterCase): Promise<StagedCluster> {
  const { lab, rewind } = stageOf(cluster);
  rewind();
  const hasTftp = cluster.nodes.some(({ isTftp }) => isTftp);
  for (const [at, node] of lab.nodes.entries()) {
    const { isTftp = true, tvs = "running", skewMinutes = 0 } = cluster.nodes[at] ?? {};
    node.clockSkewMs = skewMinutes * 60_000;
    if (!isTftp && (hasTftp || at > 0)) lab.setService(node, serviceNames.tftp, "STOPPED", false);
    if (tvs !== "running") lab.setService(node, serviceNames.tvs, "STOPPED", tvs === "stopped");
  }
  for (const node of lab.activeTftpNodes()) {
    lab.rebuildList(node);
    for (const _ of [1, 2])
      lab.phones.push({
        ...{ name: `SEP00112233440${lab.phones.length + 1}`, tftpNode: node.name, isPoweredOn: true },
        ...{ heldList: null, lastVerdict: null, statusMessages: [], config: phoneConfigOf() },
      });
  }
  lab.bootPhones();
  for (const change of cluster.before) {
    await carryOutByHand(lab, change);
    const { phonesThatBoot } = change;
    const boots = lab.phones.filter(
      (_, at) => phonesThatBoot === "all" || (phonesThatBoot === "half" && at % 2 === 0),
    );
    lab.bootPhones(boots.map(({ name }) => name));
  }
  return lab;
}

/** A person at a node's prompt; what the platform refuses is left. */
export async function carryOutByHand(lab: StagedCluster, { unit, node: place, restarts }: HandChange) {
  const node = unit === "ITLRecovery" ? lab.publisher : (lab.nodes[place % lab.nodes.length] as LabNode);
  await lab.clock.sleep(6 * 60_000);
  if (lab.regenerate(node, unit).kind !== "regenerated") return;
  if (restarts === "tvs" || restarts === "both") await restartEverywhere(lab, serviceNames.tvs);
  if (restarts === "tftp" || restarts === "both") await restartEverywhere(lab, serviceNames.tftp);
}

/** On every node where it runs. */
export async function restartEverywhere(lab: StagedCluster, service: string): Promise<void> {
  for (const node of lab.nodes) if (lab.isRunning(node, service)) await lab.restartService(node, service);
}

/** What `show cert own` would bring home of every node. */
export function certificatesOf(lab: StagedCluster): NodeCertificates[] {
  return lab.nodes.map((node) => ({
    ...{ node: node.name, address: node.address, role: node.role, isReachable: true, trouble: [] },
    certificates: [...node.certificates].map(([unit, certificate]) => ({
      unit,
      certificate: read(certificate),
    })),
  }));
}

const knownCertificates = new WeakMap<LabCertificate, CertificateFacts>();

function read(certificate: LabCertificate): CertificateFacts {
  const known = knownCertificates.get(certificate) ?? certificateOf(certificate);
  knownCertificates.set(certificate, known);
  return known;
}

/** What the preflight of a playbook settles, from the same look. */
export function basisOf(
  lab: StagedCluster,
  facts: ClusterFacts,
  certificates: readonly NodeCertificates[],
): WorkBasis {
  const tftpNodes = facts.nodes.filter(isServingNode).map(({ node }) => node);
  return {
    ...{ release: lab.profile.version, publisher: lab.publisher.name, isMixedMode: false, tftpNodes },
    seenNodes: facts.nodes.map(({ node }) => node),
    activatedServices: Object.fromEntries(
      facts.nodes.map(({ node, services }) => [
        node,
        (services ?? [])
          .filter(({ isActivated, state }) => isActivated || state === "STARTED")
          .map(({ name }) => name),
      ]),
    ),
    baseline: tftpNodes.map((name) =>
      baselineOf(
        facts.nodes.find(({ node }) => node === name),
        name,
      ),
    ),
    certificates: certificates.flatMap(({ node, certificates: own }) =>
      own.map(({ unit, certificate: { serial, sha1, isSelfSigned, notBefore } }) => ({
        ...{ node, unit, serial, sha1: sha1Hex(sha1), isSelfSigned, notBefore },
      })),
    ),
  };
}

const knownNodes = new WeakMap<object, { readonly state: readonly unknown[]; readonly facts: NodeFacts }>();

/** `factsOf`, but nodes that have not changed since the last look are not read again. */
export function lookAt(lab: StagedCluster): ClusterFacts {
  const whole = lab.nodes.map((node) => {
    const services = node.services.map(({ state, isActivated }) => `${state} ${isActivated}`).join();
    const state = [node.listFile, node.servedFile, services, node.clockSkewMs, ...node.certificates.values()];
    const known = knownNodes.get(node);
    if (known?.state.length === state.length && known.state.every((each, at) => each === state[at]))
      return known.facts;
    const [facts] = factsOf({ ...lab, nodes: [node] }).nodes;
    if (facts === undefined) throw new Error("a look without a node");
    knownNodes.set(node, { state, facts });
    return facts;
  });
  const network = whole.flatMap(({ network }) => network ?? []);
  return {
    ...{ cluster: lab.name, observedAt: isoTime(lab.clock.now()) },
    nodes: whole.map((facts) => ({ ...facts, network })),
  };
}
