// A cluster of the lab in, the facts that a look at it would bring home out: read with our parsers, without any session.
import { createCluster, type StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { LabClusterOptions } from "../../mocks/lab/cluster-options.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import type { LabCertificate, LabNode, LabRelease } from "../../mocks/lab/model.ts";
import { servedBytes } from "../../mocks/lab/phones.ts";
import { serviceNames } from "../../mocks/lab/profiles.ts";
import { isoTime } from "../../src/base/clock.ts";
import { parseCertificate } from "../../src/facts/certificate.ts";
import { parseListFile, verifyListFile } from "../../src/facts/itl-file.ts";
import type { CertificateFacts, ListFile } from "../../src/facts/list-facts.ts";
import type { ClusterFacts, NodeFacts, ServedFact } from "../../src/facts/node-facts.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import type { SeenList } from "../../src/verdict/held-list.ts";
import { identityOfCertificate, type SignerIdentity } from "../../src/verdict/signer-identity.ts";

/** The first hour of 2026, UTC: when every cluster of these tests is looked at. */
export const nowMs = Date.UTC(2026, 0, 1);

export const releases = ["10.0", "11.5", "12.5", "15"] as const satisfies readonly LabRelease[];
export const upTo11 = ["10.0", "11.5"] as const;
export const from12 = ["12.5", "15"] as const;

/** `pub` and `tftp2` with TFTP, `cm3` without, no phones; healthy. Keys are short (1024 bits) for speed unless said. */
export function makeLab(release: LabRelease, options: Partial<LabClusterOptions> = {}): StagedCluster {
  const nodes = [{ name: "pub" }, { name: "tftp2" }, { name: "cm3", isTftp: false }];
  const switches = { isListRewrittenAtEveryRestart: true, ...options.switches };
  const clock = createLabClock({ auto: true, start: nowMs });
  return createCluster(
    { name: "east", release, nodes, phones: 0, keyBits: 1024, ...options, switches },
    { clock, seed: "verdict" },
  );
}

/** Everything `recover` reads of a healthy way to look. */
export function factsOf(lab: StagedCluster): ClusterFacts {
  return {
    cluster: lab.name,
    observedAt: isoTime(lab.clock.now()),
    nodes: lab.nodes.map((node) => nodeFactsOf(lab, node)),
  };
}

function nodeFactsOf(lab: StagedCluster, node: LabNode): NodeFacts {
  const isPublisher = node === lab.publisher;
  const shown = { node: node.name, address: node.address, role: node.role } as const;
  if (!node.isReachable) {
    const trouble = {
      code: "node-unreachable",
      command: null,
      message: "nobody answers on its SSH port",
    } as const;
    return { ...shown, ...nothingRead, isReachable: false, trouble: [trouble] };
  }
  const units = isPublisher
    ? (["CallManager", "ITLRecovery", "TVS"] as const)
    : (["CallManager", "TVS"] as const);
  const itl =
    node.listFile === null ? { kind: "missing" as const, text: "" } : parseShownList(lab.showItl(node));
  return {
    ...shown,
    ...nothingRead,
    isReachable: true,
    release: lab.profile.version,
    network: lab.nodes.map((each) => ({
      address: each.address,
      fqdn: each.fqdn,
      hostName: each.name,
      isPublisher: each === lab.publisher,
      product: "callmanager",
      authentication: "authenticated",
    })),
    services: node.services.map(({ name, state, isActivated }) => ({ name, state, isActivated, note: null })),
    itl,
    served: itl.kind === "shown" ? servedOf(lab, node) : null,
    clockSkewMs: node.clockSkewMs,
    certificates: Object.fromEntries(units.map((unit) => [unit, certificateOf(node.certificates.get(unit))])),
    replication: isPublisher ? [] : null,
    clusterSecurityMode: isPublisher ? Number(lab.isMixedMode) : null,
    isRollbackParameterOn: isPublisher ? lab.isRollbackOn : null,
    privilegeLevel: isPublisher ? 4 : null,
  };
}

const nothingRead = {
  trouble: [],
  release: null,
  network: null,
  services: null,
  itl: null,
  served: null,
  clockSkewMs: null,
  certificates: {},
  replication: null,
  clusterSecurityMode: null,
  isRollbackParameterOn: null,
  privilegeLevel: null,
} as const;

function servedOf(lab: StagedCluster, node: LabNode): ServedFact {
  const bytes = servedBytes(lab, node);
  if (bytes === null) return { kind: "unreachable", reason: "connection refused" };
  return fetched(bytes);
}

/** A served file as it is read from its bytes. */
export function fetched(bytes: Uint8Array): Extract<ServedFact, { kind: "fetched" }> {
  return {
    kind: "fetched",
    file: parseListFile(bytes),
    signature: verifyListFile(bytes),
    bytes: Buffer.from(bytes).toString("base64"),
  };
}

/** The same facts with parts of one node replaced. */
export function withNode(facts: ClusterFacts, name: string, parts: Partial<NodeFacts>): ClusterFacts {
  return {
    ...facts,
    nodes: facts.nodes.map((node) => (node.node === name ? { ...node, ...parts } : node)),
  };
}

/** One node's facts by name. */
export function nodeOf(facts: ClusterFacts, name: string): NodeFacts {
  const node = facts.nodes.find((each) => each.node === name);
  if (node === undefined) throw new Error(`no node ${name}`);
  return node;
}

/** The node's own certificate as facts. */
export function certificateOf(certificate: LabCertificate | undefined): CertificateFacts {
  if (certificate === undefined) throw new Error("the lab's node has no such certificate");
  return parseCertificate(certificate.der);
}

/** The lab's certificate as a signer. */
export function signerOf(
  lab: StagedCluster,
  node: string,
  unit: "CallManager" | "ITLRecovery",
): SignerIdentity {
  return identityOfCertificate(certificateOf(lab.node(node).certificates.get(unit)));
}

/** The list that a node has now, as its bytes and as facts. */
export function listOf(lab: StagedCluster, node: string): { bytes: Buffer; file: ListFile } {
  const bytes = lab.node(node).listFile;
  if (bytes === null) throw new Error(`${node} has no list`);
  return { bytes, file: parseListFile(bytes) };
}

/** The list that a node has now, as the history keeps it. */
export function seen(lab: StagedCluster, node: string, lastSeenAt = "2025-12-01T00:00:00Z"): SeenList {
  const { bytes, file } = listOf(lab, node);
  return { file, bytes: bytes.toString("base64"), lastSeenAt };
}

/** What the history knows of every TFTP node now. */
export function historyOf(lab: StagedCluster, lastSeenAt?: string): Record<string, SeenList[]> {
  return Object.fromEntries(
    lab.activeTftpNodes().map((node) => [node.name, [seen(lab, node.name, lastSeenAt)]]),
  );
}

/** Replaces certificates on the named nodes (ITLRecovery: on the publisher) and restarts their TFTP, a day ago unless said. */
export function replace(
  lab: StagedCluster,
  units: readonly ("CallManager" | "TVS" | "ITLRecovery")[],
  names: readonly string[] = lab.nodes.map((node) => node.name),
): void {
  lab.inThePast(86_400_000, () => {
    for (const unit of units) {
      const holders = unit === "ITLRecovery" ? ["pub"] : names;
      for (const name of holders) lab.replaceCertificate(lab.node(name), unit);
    }
    for (const node of lab.activeTftpNodes()) lab.rebuildList(node);
  });
}

/** TVS is activated and started, or not. */
export function setTvs(lab: StagedCluster, node: string, isRunning: boolean): void {
  lab.setService(lab.node(node), serviceNames.tvs, isRunning ? "STARTED" : "STOPPED", true);
}
