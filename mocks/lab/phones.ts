// Phones of a cluster at boot: each fetches its node's list from the truth, decides, and says so on its status page.
import type { KeyObject } from "node:crypto";
import { readList, serialHex } from "./list-bytes.ts";
import type { LabCertificate, LabCluster, LabNode, LabPhone, PhoneVerdict } from "./model.ts";
import { certificateOf } from "./normal-list.ts";
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
  const verdict = { phone: phone.name, ...answerOf(cluster, phone, hidden) };
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
  const time = new Date(cluster.clock.now()).toISOString().slice(11, 19);
  if (answer.accepted === "rejected") phone.statusMessages.push(`${time} Trust List Update Failed`);
  else if (answer.accepted !== "same" && phone.heldList?.equals(offered) !== true) {
    phone.heldList = offered;
    phone.statusMessages.push(`${time} Trust List Updated`);
  }
  return answer;
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
    .map((node) => ({ node: node.name, certificate: certificateOf(node, "TVS").der, knows }));
}

/** The same file with one bit of its signature changed. */
function corrupted(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const at = copy.indexOf(readList(file).signature) + 7;
  copy.writeUInt8(copy.readUInt8(at) ^ 0x01, at);
  return copy;
}
