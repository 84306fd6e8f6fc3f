// `utils itl reset` on the truth: the publisher's list under another signer, on every active TFTP node.
import { readList } from "./list-bytes.ts";
import type {
  LabCertificate,
  LabCluster,
  LabNode,
  ResetEvent,
  ResetListener,
  ResetOutcome,
} from "./model.ts";
import { certificateOf, fullRecord, listVersion, signerOf } from "./normal-list.ts";
import { functionCodes, recordBytes, resignList } from "./itl-writer.ts";

/** What the reset needs of the cluster besides its public side. */
export interface ResetAccess {
  readonly cluster: LabCluster;
  applyList(node: LabNode, list: Buffer): void;
  /** A restart that keeps the list as it is. */
  cycleTftp(node: LabNode): Promise<void>;
}

/** Signs with `signer`; `carried` gets a record where the list has none of it; the order of events is that of the dialogue in force (tac-01, ext-03). */
export async function resetLists(
  access: ResetAccess,
  signer: LabCertificate,
  options: { readonly onEvent?: ResetListener; readonly carried?: LabCertificate | undefined },
): Promise<ResetOutcome> {
  const { cluster } = access;
  const tell = quietly(options.onEvent);
  const old = cluster.publisher.listFile;
  if (old === null) return { kind: "refused", text: cluster.texts.itlMissing };
  const nodes = cluster.activeTftpNodes();
  const list = resigned(cluster, old, signer, options.carried);
  const generating: ResetEvent[] = [{ kind: "generating" }];
  const locating: ResetEvent[] = [
    { kind: "locating" },
    { kind: "servers", names: nodes.map(({ name }) => name) },
  ];
  const isOlder = cluster.switches.resetDialogue === "older";
  const order = isOlder
    ? [...locating, { kind: "generated" } as const]
    : [...generating, { kind: "generated" } as const, ...locating];
  for (const event of order) await tell(event);
  await tell({ kind: "transferring" });
  for (const node of nodes) await transfer(access, node, list, tell, isOlder);
  return { kind: "done" };
}

async function transfer(
  access: ResetAccess,
  node: LabNode,
  list: Buffer,
  tell: (event: ResetEvent) => Promise<void>,
  isOlder: boolean,
): Promise<void> {
  const { truthFaults, texts, publisher } = access.cluster;
  const missed = truthFaults.missesNewFile.get(node.name);
  truthFaults.missesNewFile.delete(node.name);
  if (missed === "told" || !node.isReachable) {
    await tell({ kind: "not-transferred", node: node.name, text: texts.tftpNodeDown });
    return;
  }
  if (missed === undefined) access.applyList(node, list);
  // The older dialogue names no transfer to the publisher itself (tac-01), the newer one does (ext-03).
  if (!isOlder || node !== publisher) await tell({ kind: "transferred", node: node.name });
  await tell({ kind: "restarting", node: node.name });
  await access.cycleTftp(node);
  await tell({ kind: "restarted", node: node.name });
}

function resigned(
  cluster: LabCluster,
  old: Buffer,
  signer: LabCertificate,
  carried: LabCertificate | undefined,
): Buffer {
  const parts = {
    version: listVersion,
    signer: signerOf(signer),
    digest: cluster.switches.listDigest,
    filename: "ITLFile.tlv",
    timestamp: Math.floor(cluster.nodeTime(cluster.publisher) / 1000),
  };
  if (carried === undefined) return resignList(old, parts);
  const record = recordBytes(fullRecord(carried, functionCodes.token));
  return resignList(Buffer.concat([old, hasRecord(old, record) ? Buffer.alloc(0) : record]), parts);
}

function hasRecord(list: Buffer, record: Buffer): boolean {
  return list.subarray(readList(list).headerLength).includes(record);
}

/** A listener whose session is gone does not stop the platform. */
function quietly(listener: ResetListener | undefined): (event: ResetEvent) => Promise<void> {
  return async (event) => {
    try {
      await listener?.(event);
    } catch {
      // the session is gone; the reset goes on
    }
  };
}

/** Up to 11.5 ITLRecovery signs a local reset, from 12.0 CallManager; a switch may say otherwise. */
export function localkeyCertificate(cluster: LabCluster): LabCertificate {
  return certificateOf(cluster.publisher, cluster.switches.localkeySigner);
}

/** A recovery key under 2048 bits beside a longer CallManager key: the reset fails where the switch says so. */
export function isTooWeak(cluster: LabCluster, recovery: LabCertificate): boolean {
  const isShort =
    recovery.keyBits < 2048 && recovery.keyBits < certificateOf(cluster.publisher, "CallManager").keyBits;
  return cluster.switches.doesWeakRecoveryKeyFailReset && isShort;
}
