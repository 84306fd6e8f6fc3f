// Options in, one cluster's truth out: certificates, lists, services, phones, and every operation that changes them.
import { capfOf } from "./capf-truth.ts";
import { type LabClusterOptions, nodesOf, phonesOf } from "./cluster-options.ts";
import { createFaultBook } from "./faults.ts";
import { createKeyMaker, type KeyMaker } from "./key-maker.ts";
import { isListSignedBy, type ReadList, serialHex } from "./list-bytes.ts";
import type {
  LabCertificate,
  LabClock,
  LabCluster,
  LabNode,
  LabUnit,
  LabWrite,
  RegenerateOutcome,
} from "./model.ts";
import { createCertificateSource, makeNode } from "./node-maker.ts";
import { certificateOf, listContent, writeCtl, writeNormalList } from "./normal-list.ts";
import { bootPhone } from "./phones.ts";
import { platformDate } from "./platform-date.ts";
import { defaultSwitches, defaultTexts, profiles, serviceNames } from "./profiles.ts";
import { derivedPassphrase, openRecoveryP12, writeRecoveryP12 } from "./recovery-p12.ts";
import { isTooWeak, localkeyCertificate, type ResetAccess, resetLists } from "./reset-lists.ts";
import { renderShowList } from "./show-itl-text.ts";

/** A cluster together with what only scenarios and tests do to it: changes without commands, holds or waiting. */
export interface StagedCluster extends LabCluster {
  /** Everything `act` does is dated that long ago. */
  inThePast(agoMs: number, act: () => void): void;
  /** A new certificate at once, whatever the hold, in use by its services; lists change at the next rebuild. */
  replaceCertificate(node: LabNode, unit: LabUnit): LabCertificate;
  /** What a TFTP restart does to the list, without the restart. */
  rebuildList(node: LabNode): void;
  /** Writes the CTL of mixed mode on every node. */
  rebuildCtl(): void;
}

export interface ClusterSurroundings {
  readonly clock: LabClock;
  readonly keys?: KeyMaker;
  readonly seed?: string;
  readonly sftpAddressOf?: LabCluster["sftpAddressOf"];
  /** Closes or opens a node's real ports. */
  readonly setPorts?: (node: LabNode, isReachable: boolean) => Promise<void>;
  /** A service of this node goes into another state. */
  readonly onService?: (node: LabNode, service: string) => void;
}

const bornAgoMs = 400 * 86_400_000;
const publisherOnly: Readonly<Record<string, readonly LabUnit[]>> = {
  "12.5": ["ITLRecovery"],
  "15": ["ITLRecovery", "CAPF"],
};

/** A healthy cluster: every list built and normally signed, phones holding their node's list. */
export function createCluster(options: LabClusterOptions, around: ClusterSurroundings): StagedCluster {
  const { clock } = around;
  const profile = profiles[options.release];
  const source = createCertificateSource(
    options,
    profile,
    around.keys ?? createKeyMaker(),
    around.seed ?? "lab",
  );
  const born = clock.now() - bornAgoMs;
  const nodes = nodesOf(options).map((own) => makeNode(options, own, profile, source, born));
  const publisher = nodes.find(({ role }) => role === "publisher") as LabNode;
  let agoMs = 0;
  let savedUnder: string | null = null;
  let imported: LabCertificate | null = null;
  let saved: { of: LabCertificate; lock: string; bytes: Buffer } | null = null;
  const contents = new Map<LabNode, Buffer>();

  const log = (node: LabNode, kind: LabWrite["kind"], line: string) => {
    cluster.writes.push({ node: node.name, kind, line, at: clock.now() });
  };
  const serviceOf = (node: LabNode, name: string) => {
    const service = node.services.find((known) => known.name === name);
    if (service === undefined) throw new Error(`node ${node.name} has no service ${name}`);
    return service;
  };
  const applyList = (node: LabNode, list: Buffer) => {
    node.listFile = list;
    node.listModified = cluster.nodeTime(node);
    if (!cluster.truthFaults.staleServed.has(node.name)) node.servedFile = list;
    contents.delete(node);
  };
  const giveCertificate = (node: LabNode, certificate: LabCertificate) => {
    const isShared = certificate.unit === "ITLRecovery" && !profile.hasRecoveryPerNode;
    for (const holder of isShared ? nodes : [node]) holder.certificates.set(certificate.unit, certificate);
    if (certificate.unit === "ITLRecovery" && node === publisher) cluster.isRecoveryKeySaved = false;
  };
  /** What a service takes up when it starts. */
  const started = (node: LabNode, name: string) => {
    if (name === serviceNames.tftp) node.servedCtl = node.ctlFile;
    if (name === serviceNames.tvs) node.runningTvs = null;
  };
  const cycle = async (
    node: LabNode,
    name: string,
    meanwhile: () => void,
    onState?: (state: "STOPPING" | "STARTING" | "STARTED") => void | Promise<void>,
  ) => {
    const service = serviceOf(node, name);
    for (const state of ["STOPPING", "STARTING"] as const) {
      service.state = state;
      around.onService?.(node, name);
      await onState?.(state);
      if (cluster.switches.serviceRestartMs > 0) await clock.sleep(cluster.switches.serviceRestartMs / 2);
    }
    meanwhile();
    service.state = "STARTED";
    service.isActivated = true;
    started(node, name);
    around.onService?.(node, name);
    await onState?.("STARTED");
  };
  const verifiesFromStore = (list: ReadList) =>
    cluster.switches.doesShowItlUseStore &&
    nodes
      .flatMap((node) => [...node.certificates.values()])
      .some((one) => serialHex(one.serial) === list.signerSerial && isListSignedBy(list, one.publicKey));
  const show = (node: LabNode, kind: "ITL" | "CTL") => {
    const [file, modified] =
      kind === "ITL" ? [node.listFile, node.listModified] : [node.ctlFile, node.ctlModified];
    if (file === null) return kind === "ITL" ? cluster.texts.itlMissing : cluster.texts.ctlMissing;
    return renderShowList(file, {
      kind,
      lastModified: platformDate(modified),
      hasTabs: cluster.switches.hasTabsInShowItl,
      notVerified: kind === "ITL" ? cluster.texts.itlNotVerified : cluster.texts.ctlNotVerified,
      verifiesElsewhere: verifiesFromStore,
    });
  };

  const cluster: StagedCluster = {
    name: options.name,
    profile,
    clock,
    nodes,
    publisher,
    phones: [],
    switches: { ...defaultSwitches(profile), ...options.switches },
    texts: { ...defaultTexts, ...options.texts },
    faults: createFaultBook(),
    truthFaults: {
      missesNewFile: new Map(),
      staleServed: new Set(),
      corruptServed: new Set(),
      http: new Map(),
    },
    capf: capfOf(options.capf),
    commandLog: [],
    writes: [],
    complaints: [],
    ccmLogin: { username: "ccmadmin", password: `Ccm-${options.name}-1` },
    securityPassword: options.securityPassword ?? `Security-${options.name}-1`,
    isMixedMode: options.isMixedMode ?? false,
    isRollbackOn: false,
    isReplicationHealthy: true,
    get isRecoveryKeySaved() {
      return savedUnder === cluster.securityPassword;
    },
    set isRecoveryKeySaved(isSaved) {
      savedUnder = isSaved ? cluster.securityPassword : null;
    },
    sftpAddressOf: around.sftpAddressOf ?? ((host, port) => ({ host, port })),

    node(name) {
      const found = nodes.find((node) => node.name === name);
      if (found === undefined) throw new Error(`cluster ${options.name} has no node ${name}`);
      return found;
    },
    phone(name) {
      const found = cluster.phones.find((phone) => phone.name === name);
      if (found === undefined) throw new Error(`cluster ${options.name} has no phone ${name}`);
      return found;
    },
    nodeTime: (node) => clock.now() - agoMs + node.clockSkewMs,
    activeTftpNodes: () =>
      [publisher, ...nodes.filter((node) => node !== publisher)].filter(
        (node) => node.isReachable && cluster.isRunning(node, serviceNames.tftp),
      ),
    isRunning(node, name) {
      const service = serviceOf(node, name);
      return service.isActivated && service.state === "STARTED";
    },
    showItl: (node) => show(node, "ITL"),
    showCtl: (node) => show(node, "CTL"),
    recoveryPassphrase: () => derivedPassphrase(cluster.securityPassword),
    recoveryFile() {
      const of = certificateOf(publisher, "ITLRecovery");
      const passphrase = cluster.recoveryPassphrase();
      const cipher = cluster.switches.p12Cipher;
      const lock = `${cipher} ${passphrase}`;
      if (saved?.of !== of || saved.lock !== lock) {
        saved = { of, lock, bytes: writeRecoveryP12(of, passphrase, cipher) };
      }
      return saved.bytes;
    },

    tvsCertificate: (node) => node.runningTvs ?? certificateOf(node, "TVS"),
    regenerationHold(node) {
      const now = cluster.nodeTime(node);
      const recent = [...node.regeneratedAt].filter(
        ([, at]) => now - at < cluster.switches.regenerationHoldMs,
      );
      return recent.sort((one, other) => other[1] - one[1])[0]?.[0] ?? null;
    },
    regenerate(node, unit, line): RegenerateOutcome {
      if (node !== publisher && publisherOnly[profile.release]?.includes(unit)) {
        return { kind: "refused", text: cluster.texts.regenRefused };
      }
      const by = cluster.regenerationHold(node);
      if (by !== null) return { kind: "held", by };
      log(node, "regen", line ?? `set cert regen ${unit}`);
      const running = cluster.tvsCertificate(node);
      const certificate = cluster.replaceCertificate(node, unit);
      if (unit === "TVS") node.runningTvs = running;
      node.regeneratedAt.set(unit, cluster.nodeTime(node));
      return { kind: "regenerated", certificate };
    },
    replaceCertificate(node, unit) {
      const certificate = source.issue(node, unit, cluster.nodeTime(node));
      giveCertificate(node, certificate);
      if (unit === "TVS") node.runningTvs = null;
      return certificate;
    },
    async restartService(node, name, wish = {}) {
      log(node, "restart", wish.line ?? `utils service restart ${name}`);
      const rebuild = name === serviceNames.tftp ? () => cluster.rebuildList(node) : () => undefined;
      await cycle(node, name, rebuild, wish.onState);
    },
    restartTftp: (node, line) =>
      cluster.restartService(node, serviceNames.tftp, line === undefined ? {} : { line }),
    setService(node, name, state, isActivated) {
      const service = serviceOf(node, name);
      service.state = state;
      service.isActivated = isActivated ?? (state === "STARTED" || service.isActivated);
      if (state === "STARTED") started(node, name);
      around.onService?.(node, name);
    },
    rebuildList(node) {
      const content = listContent(cluster, node);
      const isSame = contents.get(node)?.equals(content) ?? false;
      if (isSame && !cluster.switches.isListRewrittenAtEveryRestart) return;
      applyList(node, writeNormalList(cluster, node, cluster.nodeTime(node)));
      contents.set(node, content);
    },
    rebuildCtl() {
      for (const node of nodes) {
        node.ctlFile = writeCtl(cluster, cluster.nodeTime(publisher));
        node.ctlModified = cluster.nodeTime(node);
        node.servedCtl = node.ctlFile;
      }
    },
    writeCtl(signer, line) {
      if (!cluster.isMixedMode) return { kind: "refused", text: cluster.texts.ctlNotMixed };
      const isNormal = signer === "normal";
      log(publisher, "ctl", line ?? `utils ctl ${isNormal ? "update CTLFile" : "reset localkey"}`);
      const by = isNormal ? undefined : certificateOf(publisher, signer);
      const ctl = writeCtl(cluster, cluster.nodeTime(publisher), by);
      for (const node of nodes.filter(({ isReachable }) => isReachable)) {
        node.ctlFile = ctl;
        node.ctlModified = cluster.nodeTime(node);
      }
      return { kind: "done" };
    },

    async resetLocalkey(wish = {}) {
      const recovery = certificateOf(publisher, "ITLRecovery");
      if (isTooWeak(cluster, recovery)) return { kind: "refused", text: cluster.texts.weakKeyRefused };
      log(publisher, "reset", wish.line ?? "utils itl reset localkey");
      const carried = cluster.switches.doesLocalkeyListCarryRecovery ? recovery : undefined;
      return resetLists(access, localkeyCertificate(cluster), { ...wish, carried });
    },
    async resetRemotekey(p12, wish = {}) {
      const key = openRecoveryP12(p12, cluster.recoveryPassphrase());
      if (key === null) return { kind: "refused", text: cluster.texts.recoveryKeyUnusable };
      if (isTooWeak(cluster, key)) return { kind: "refused", text: cluster.texts.weakKeyRefused };
      log(publisher, "reset", wish.line ?? "utils itl reset remotekey");
      imported = key;
      giveCertificate(publisher, key);
      const carried = cluster.switches.doesRemotekeyListCarryImportedKey ? key : undefined;
      return resetLists(access, key, { ...wish, carried });
    },
    rebuildPublisher() {
      for (const unit of publisher.certificates.keys()) cluster.replaceCertificate(publisher, unit);
      publisher.regeneratedAt.clear();
      imported = null;
      cluster.rebuildList(publisher);
    },
    async setReachable(node, isReachable) {
      node.isReachable = isReachable;
      await around.setPorts?.(node, isReachable);
    },

    bootPhones(names) {
      const hidden = cluster.switches.doesTvsKnowImportedKey ? null : imported;
      const chosen = names === undefined ? cluster.phones : names.map((name) => cluster.phone(name));
      return chosen.map((phone) => bootPhone(cluster, phone, hidden));
    },
    setPhonesPower(isPoweredOn, names) {
      const chosen = names === undefined ? cluster.phones : names.map((name) => cluster.phone(name));
      for (const phone of chosen) phone.isPoweredOn = isPoweredOn;
    },
    inThePast(ms, act) {
      const before = agoMs;
      agoMs = ms;
      try {
        act();
      } finally {
        agoMs = before;
      }
    },
  };
  const access: ResetAccess = {
    cluster,
    applyList,
    cycleTftp: (node) => cycle(node, serviceNames.tftp, () => undefined),
  };

  if (profile.hasRecoveryPerNode)
    for (const node of nodes) giveCertificate(node, source.issue(node, "ITLRecovery", born));
  else giveCertificate(publisher, source.issue(publisher, "ITLRecovery", born));
  cluster.inThePast(bornAgoMs, () => {
    for (const node of cluster.activeTftpNodes()) cluster.rebuildList(node);
    if (cluster.isMixedMode) cluster.rebuildCtl();
  });
  const tftpNames = cluster.activeTftpNodes().map(({ name }) => name);
  for (const phone of phonesOf(options, tftpNames)) {
    cluster.phones.push({ ...phone, heldList: null, lastVerdict: null, statusMessages: [] });
  }
  cluster.bootPhones();
  return cluster;
}
