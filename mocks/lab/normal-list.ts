// A cluster's current certificate store in, the list that a TFTP restart makes on one node out; also the CTL of mixed mode.
import { createHash } from "node:crypto";
import { signatureValueOf } from "./certificate-maker.ts";
import { functionCodes, type ListRecord, type ListSigner, recordBytes, writeItl } from "./itl-writer.ts";
import type { LabCertificate, LabCluster, LabNode, LabUnit } from "./model.ts";
import { serviceNames } from "./profiles.ts";

type Store = Pick<LabCluster, "nodes" | "publisher" | "profile" | "switches" | "isRunning">;

/** Version 1.2, as every list of the transcripts. */
export const listVersion = { major: 1, minor: 2 } as const;

/** The certificate of a unit on a node; every node has all units. */
export function certificateOf(node: LabNode, unit: LabUnit): LabCertificate {
  const certificate = node.certificates.get(unit);
  if (certificate === undefined) throw new Error(`node ${node.name} has no ${unit} certificate`);
  return certificate;
}

/** A certificate with its key, as the signer of a list. */
export function signerOf({ subject, issuer, serial, privateKey }: LabCertificate): ListSigner {
  return { subject, issuer, serial, privateKey };
}

/** Who signs this node's own list when nothing was reset. */
function normalSignerOf(store: Store, node: LabNode): LabCertificate {
  return store.profile.normalSigner === "CallManager"
    ? certificateOf(node, "CallManager")
    : certificateOf(store.publisher, "ITLRecovery");
}

/** Records in the order of tac-03 up to 11.5; from 12.0 ITLRecovery leads. */
export function normalRecords(store: Store, node: LabNode): ListRecord[] {
  const { publisher } = store;
  const callManager = certificateOf(node, "CallManager");
  const own = [fullRecord(callManager, functionCodes.token), fullRecord(callManager, functionCodes.tftp)];
  const recovery = fullRecord(certificateOf(publisher, "ITLRecovery"), functionCodes.token);
  const capf = store.isRunning(publisher, serviceNames.capf)
    ? [hashRecord(certificateOf(publisher, "CAPF"), functionCodes.capf)]
    : [];
  const tvs = (of: LabNode) =>
    of.services.some(({ name, isActivated }) => name === serviceNames.tvs && isActivated)
      ? [hashRecord(certificateOf(of, "TVS"), functionCodes.tvs)]
      : [];
  const otherTvs = store.nodes.filter((other) => other !== node).flatMap(tvs);
  if (store.profile.normalSigner === "CallManager")
    return [...own, ...capf, ...tvs(node), recovery, ...otherTvs];
  const shared =
    store.switches.doesSubscriberListHoldPublisherCallManager && node !== publisher
      ? [fullRecord(certificateOf(publisher, "CallManager"), functionCodes.token)]
      : [];
  return [recovery, ...own, ...shared, ...capf, ...tvs(node), ...otherTvs];
}

/** The signed list; `timeMs` goes into its TIMESTAMP. */
export function writeNormalList(store: Store, node: LabNode, timeMs: number): Buffer {
  return writeItl({
    version: listVersion,
    signer: signerOf(normalSignerOf(store, node)),
    digest: store.switches.listDigest,
    filename: "ITLFile.tlv",
    timestamp: Math.floor(timeMs / 1000),
    records: normalRecords(store, node),
  });
}

/** The list of a node as it stood before there was a recovery certificate: up to 11.5, signed by its CallManager. */
export function withoutRecoveryRecord(store: Store, node: LabNode, timeMs = 0): Buffer {
  const recovery = certificateOf(store.publisher, "ITLRecovery").subject;
  return writeItl({
    version: listVersion,
    signer: signerOf(certificateOf(node, "CallManager")),
    digest: store.switches.listDigest,
    filename: "ITLFile.tlv",
    timestamp: Math.floor(timeMs / 1000),
    records: normalRecords(store, node).filter(({ subject }) => subject !== recovery),
  });
}

/** What a list says, without time and signature: equal for two lists with the same signer and records. */
export function listContent(store: Store, node: LabNode): Buffer {
  const signer = normalSignerOf(store, node);
  const records = normalRecords(store, node).map(recordBytes);
  return createHash("sha1")
    .update(signer.der)
    .update(store.switches.listDigest)
    .update(Buffer.concat(records))
    .digest();
}

/** The tokenless CTL of mixed mode: the same signer as the publisher's ITL unless `by` says another, every CallManager, CAPF and the recovery token. */
export function writeCtl(store: Store, timeMs: number, by?: LabCertificate): Buffer {
  const { publisher, nodes } = store;
  const at = (node: LabNode) => ({ dnsName: node.name, ipAddress: node.address });
  const records = [
    { ...fullRecord(certificateOf(publisher, "CallManager"), functionCodes.token), ...at(publisher) },
    ...nodes.map((node) => ({
      ...fullRecord(certificateOf(node, "CallManager"), functionCodes.ccmTftp),
      ...at(node),
    })),
    { ...fullRecord(certificateOf(publisher, "CAPF"), functionCodes.capf), ...at(publisher) },
    { ...fullRecord(certificateOf(publisher, "ITLRecovery"), functionCodes.token), ...at(publisher) },
  ];
  return writeItl({
    version: listVersion,
    signer: signerOf(by ?? normalSignerOf(store, publisher)),
    digest: store.switches.listDigest,
    filename: "CTLFile.tlv",
    timestamp: Math.floor(timeMs / 1000),
    records,
  });
}

/** A record with the whole certificate: tokens and TFTP. The empty DNSNAME of an ITL is one blank and its NUL. */
export function fullRecord(certificate: LabCertificate, functionCode: number): ListRecord {
  return { ...shortRecord(certificate, functionCode), certificate: certificate.der };
}

/** A record with the certificate's SHA-1 in its place: CAPF and TVS. */
function hashRecord(certificate: LabCertificate, functionCode: number): ListRecord {
  const certHash = createHash("sha1").update(certificate.der).digest();
  return { ...shortRecord(certificate, functionCode), certHash, hashAlgorithm: 1 };
}

function shortRecord(certificate: LabCertificate, functionCode: number): ListRecord {
  return {
    dnsName: " ",
    subject: certificate.subject,
    functionCode,
    issuer: certificate.issuer,
    serial: certificate.serial,
    publicKey: certificate.publicKey.export({ type: "pkcs1", format: "der" }),
    signature: signatureValueOf(certificate.der),
  };
}
