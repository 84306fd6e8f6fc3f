// Phones of a cluster at boot: each fetches its node's list from the truth, decides, and says so on its status page.
import type { KeyObject } from "node:crypto";
import { readList, serialHex } from "./list-bytes.ts";
import type { LabCertificate, LabCluster, LabNode, LabPhone, PhoneVerdict } from "./model.ts";
import { serviceNames } from "./profiles.ts";
import { decideOnList, type TvsService } from "./trust.ts";

/** The bytes that phones and HTTP get from this node now; null: nothing (no list, TFTP not started, node down). */
export function servedBytes(cluster: LabCluster, node: LabNode): Buffer | null {
  if (!node.isReachable || !cluster.isRunning(node, serviceNames.tftp) || node.servedFile === null)
    return null;
  return cluster.truthFaults.corruptServed.has(node.name) ? corrupted(node.servedFile) : node.servedFile;
}

/** Boots one phone. `hidden`: a certificate that TVS does not vouch for (switch of the imported key). */
export function bootPhone(cluster: LabCluster, phone: LabPhone, hidden: LabCertificate | null): PhoneVerdict {
  // The CTL comes first, and neither decides on the other.
  const ctl = cluster.isMixedMode && phone.isPoweredOn ? { ctl: ctlAnswerOf(cluster, phone) } : {};
  const verdict = { phone: phone.name, ...answerOf(cluster, phone, hidden), ...ctl };
  phone.lastVerdict = verdict;
  return verdict;
}

function answerOf(
  cluster: LabCluster,
  phone: LabPhone,
  hidden: LabCertificate | null,
): Omit<PhoneVerdict, "phone"> {
  if (!phone.isPoweredOn) return { accepted: "off", reason: "the phone is powered off" };
  const node = cluster.node(phone.tftpNode);
  const offered = servedBytes(cluster, node);
  if (offered === null) return { accepted: "unreachable", reason: `no list to be had from ${node.name}` };
  const answer = decideOnList(phone.heldList, offered, tvsServices(cluster, hidden));
  if (answer.accepted === "rejected") phone.statusMessages.push(failureAt(cluster));
  else if (answer.accepted !== "same" && phone.heldList?.equals(offered) !== true) {
    phone.heldList = offered;
    phone.statusMessages.push(`${timeAt(cluster)} Trust List Updated`);
  }
  return answer;
}

/** A phone of mixed mode takes the first CTL, then only one that a token of the CTL it holds has signed. */
function ctlAnswerOf(cluster: LabCluster, phone: LabPhone): NonNullable<PhoneVerdict["ctl"]> {
  const node = cluster.node(phone.tftpNode);
  const isServing = node.isReachable && cluster.isRunning(node, serviceNames.tftp);
  const offered = isServing ? (node.servedCtl ?? null) : null;
  if (offered === null) return { accepted: "unreachable", reason: `no CTL to be had from ${node.name}` };
  const held = phone.heldCtl ?? null;
  const answer = decideOnList(held, offered, []);
  if (answer.accepted === "rejected") phone.statusMessages.push(failureAt(cluster));
  else phone.heldCtl = offered;
  return answer;
}

function failureAt(cluster: LabCluster): string {
  return `${timeAt(cluster)} Trust List Update Failed`;
}

function timeAt(cluster: LabCluster): string {
  return new Date(cluster.clock.now()).toISOString().slice(11, 19);
}

/** Running services; each knows every certificate of the cluster's current store. */
function tvsServices(cluster: LabCluster, hidden: LabCertificate | null): TvsService[] {
  const known = cluster.nodes
    .flatMap((node) => [...node.certificates.values()])
    .filter((certificate) => certificate !== hidden);
  const knows = (issuer: string, serial: string): KeyObject | null =>
    known.find((certificate) => certificate.issuer === issuer && serialHex(certificate.serial) === serial)
      ?.publicKey ?? null;
  return cluster.nodes
    .filter((node) => node.isReachable && cluster.isRunning(node, serviceNames.tvs))
    .map((node) => ({ node: node.name, certificate: cluster.tvsCertificate(node).der, knows }));
}

/** The same file with one bit of its signature changed. */
function corrupted(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const at = copy.indexOf(readList(file).signature) + 7;
  copy.writeUInt8(copy.readUInt8(at) ^ 0x01, at);
  return copy;
}
