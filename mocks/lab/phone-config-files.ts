// A path below a node's HTTP port in, the signed configuration of that phone as this node serves it out, with what is wrong with it.
import { createHash } from "node:crypto";
import { type SignedFileParts, writeSgn } from "./itl-writer.ts";
import { readList } from "./list-bytes.ts";
import type { LabCluster, LabNode, LabPhone } from "./model.ts";
import { certificateOf, signerOf } from "./normal-list.ts";
import { foreignSignerKey, phoneCertificate, strangerKey } from "./phone-certificate.ts";
import type { LabConfigFaultKind } from "./phone-config-truth.ts";
import { type EncryptionOrder, writeEncSgn } from "./phone-config-writer.ts";
import { type ConfigBlock, fullXml, partialXml } from "./phone-config-xml.ts";

const monthMs = 30 * 86_400_000;
const servedPath = /^\/(SEP[0-9A-F]{12})\.cnf\.xml\.(enc\.)?sgn$/;
const kept = new WeakMap<LabPhone, Map<string, Buffer>>();

/** The file's bytes, the same at every request until something about the phone or the node changes; null: not found. */
export function phoneConfigFile(cluster: LabCluster, node: LabNode, path: string): Buffer | null {
  const match = servedPath.exec(path);
  const phone = cluster.phones.find(({ name }) => name === match?.[1]);
  if (match === null || phone === undefined || !phone.config.isKnown) return null;
  const file = match[2] === undefined ? "sgn" : "enc";
  const faults = phone.config.faults
    .filter((fault) => (fault.node ?? node.name) === node.name && (fault.file ?? file) === file)
    .map(({ kind }) => kind);
  if (faults.includes("missing") || (file === "enc" && !hasEncrypted(phone))) return null;
  const signer = certificateOf(node, "CallManager");
  const capf = certificateOf(cluster.publisher, "CAPF");
  const files = kept.get(phone) ?? new Map<string, Buffer>();
  kept.set(phone, files);
  const key = JSON.stringify([
    node.name,
    file,
    phone.config,
    cluster.capf.port,
    cluster.switches.listDigest,
    signer.serial.toString("hex"),
    capf.serial.toString("hex"),
  ]);
  const bytes = files.get(key) ?? damaged(build(cluster, node, phone, file, faults), faults);
  files.set(key, bytes);
  return bytes;
}

/** What `device.md5hash` holds for this phone; "" before CAPF has seen it. */
export function databaseHashOf(cluster: LabCluster, phone: LabPhone): string {
  return hashFor(cluster, phone, phone.config.databaseHash);
}

/** `certHash` in the files of this phone. */
function fileHashOf(cluster: LabCluster, phone: LabPhone): string {
  const { fileHash, databaseHash } = phone.config;
  return hashFor(cluster, phone, fileHash === "database" ? databaseHash : fileHash);
}

/** The full configuration of a phone: what a `.enc.sgn` hides, and what a phone without encryption fetches. */
function fullConfiguration(cluster: LabCluster, phone: LabPhone, certHash: string): Buffer {
  const { fullXml: own } = phone.config;
  return own === null ? fullXml(phone.name, blockOf(cluster, phone, true, certHash)) : Buffer.from(own);
}

function build(
  cluster: LabCluster,
  node: LabNode,
  phone: LabPhone,
  file: "sgn" | "enc",
  faults: readonly LabConfigFaultKind[],
): Buffer {
  const isStale = faults.includes("stale");
  const certHash = isStale ? otherHash(phone) : fileHashOf(cluster, phone);
  const name = faults.includes("other-filename") ? "SEP0000DEADBEEF" : phone.name;
  const filename = `${name}.cnf.xml.${file === "enc" ? "enc.sgn" : "sgn"}`;
  const isFull = file === "enc" || isServedFull(phone);
  const xml = isFull
    ? fullConfiguration(cluster, phone, certHash)
    : partialXml(blockOf(cluster, phone, false, certHash));
  if (faults.includes("plain")) return xml;
  const parts: SignedFileParts = {
    version: { major: file === "enc" ? 2 : 1, minor: 0 },
    signer: signerFor(node, faults),
    digest: cluster.switches.listDigest,
    filename,
    timestamp: Math.floor((cluster.nodeTime(node) - (isStale ? monthMs : 0)) / 1000),
  };
  if (file === "sgn") return writeSgn({ ...parts, body: xml });
  const isForOther = certHash === otherHash(phone) || faults.includes("other-phone");
  const encryption: EncryptionOrder = {
    plaintext: xml,
    phoneKey: isForOther ? strangerKey() : phoneCertificate(cluster, phone).publicKey,
    digest: cluster.switches.listDigest,
    hashPlace: phone.config.hashPlace,
    ...(faults.includes("other-content")
      ? { hash: createHash(cluster.switches.listDigest).update("other").digest() }
      : {}),
  };
  return writeEncSgn({ ...parts, encryption });
}

/** The key of the node's CallManager, unless it is to be somebody else's. */
function signerFor(node: LabNode, faults: readonly LabConfigFaultKind[]) {
  const callManager = certificateOf(node, "CallManager");
  const own = signerOf(callManager);
  const privateKey = foreignSignerKey(callManager.keyBits);
  if (faults.includes("forged")) return { ...own, privateKey };
  if (!faults.includes("unknown-signer")) return own;
  const subject = "CN=stranger.lab.example.net;OU=tac;O=cisco;L=rtp;ST=nc;C=US";
  return {
    subject,
    issuer: subject,
    serial: Buffer.from("5eed0000000000000000000000000001", "hex"),
    privateKey,
  };
}

function damaged(file: Buffer, faults: readonly LabConfigFaultKind[]): Buffer {
  const headerLength = faults.includes("plain") ? 0 : file.readUInt16BE(8);
  if (faults.includes("cut")) return file.subarray(0, Math.floor((headerLength + file.length) / 2));
  if (faults.includes("cut-header")) return file.subarray(0, 100);
  if (faults.includes("tampered")) return withBitChanged(file, placeOfFirmware(file) ?? file.length - 40);
  if (!faults.includes("bad-signature")) return file;
  // A body is no list of records: the header alone is one without any.
  const header = file.subarray(0, headerLength);
  return withBitChanged(file, file.indexOf(readList(header).signature) + 7);
}

/** Where clear text may change and is still XML; null in ciphertext. */
function placeOfFirmware(file: Buffer): number | null {
  const at = file.indexOf("14-2-1-");
  return at < 0 ? null : at;
}

function withBitChanged(file: Buffer, at: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt8(copy.readUInt8(at) ^ 0x01, at);
  return copy;
}

function blockOf(cluster: LabCluster, phone: LabPhone, isFull: boolean, certHash: string): ConfigBlock {
  const { config } = phone;
  return {
    isFull,
    isEncrypted: isEncryptionInForce(phone) && config.file !== "full",
    certHash,
    capfAuthMode: config.capfAuthMode,
    capfHost: config.capfHost ?? cluster.publisher.address,
    capfPort: config.capfPort ?? cluster.capf.port,
  };
}

/** A phone of SIP OAuth mode fetches over HTTPS instead; the option does nothing for it. */
function isEncryptionInForce({ config }: LabPhone): boolean {
  return config.isTftpEncrypted && !config.isSipOauth;
}

function isServedFull(phone: LabPhone): boolean {
  const { file } = phone.config;
  return file === "as-set" ? !isEncryptionInForce(phone) : file === "full";
}

function hasEncrypted(phone: LabPhone): boolean {
  const { encrypted, file, fileHash, databaseHash } = phone.config;
  if (encrypted !== "as-set") return encrypted === "served";
  const hash = fileHash === "database" ? databaseHash : fileHash;
  return isEncryptionInForce(phone) && file !== "full" && hash !== "none";
}

function hashFor(cluster: LabCluster, phone: LabPhone, of: "own" | "none" | "other"): string {
  if (of === "own") return phoneCertificate(cluster, phone).md5;
  return of === "none" ? "" : otherHash(phone);
}

/** Of a certificate that the phone no longer has. */
function otherHash(phone: LabPhone): string {
  return createHash("md5").update(`${phone.name} as it was before`).digest("hex");
}
