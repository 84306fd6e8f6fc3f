// Facts of a cluster and the findings about them → the document that `status --json` prints (interface section 4).
import type { ShownList } from "../facts/list-facts.ts";
import type { ClusterFacts, NodeFacts, ServedFact } from "../facts/node-facts.ts";
import { tftpState } from "../verdict/tftp-state.ts";
import { recoveryRecordOf, signedBy } from "../verdict/signed-by.ts";
import { type Finding, type VerdictWord, worstOf } from "../verdict/verdict.ts";

export interface ServedStatus {
  readonly sha1: string;
  /** Null where the node printed no checksum to compare with. */
  readonly matchesNode: boolean | null;
  /** Null where nothing at hand can verify it. */
  readonly signatureValid: boolean | null;
}

export interface ItlStatus {
  readonly md5: string | null;
  readonly sha1: string | null;
  readonly lengthBytes: number;
  readonly lastModified: string | null;
  readonly signer: string | null;
  readonly signerSerial: string | null;
  readonly signedBy: "CallManager" | "ITLRecovery" | "other";
  readonly records: number;
  readonly hasRecoveryRecord: boolean;
  readonly recoverySerial: string | null;
  readonly verifiedByNode: boolean;
  readonly served: ServedStatus | null;
}

export interface NodeStatus {
  readonly node: string;
  readonly address: string;
  readonly role: "publisher" | "subscriber";
  readonly reachable: boolean;
  readonly tftp: "started" | "stopped" | "inactive" | "unknown";
  readonly itl: ItlStatus | null;
}

export interface ClusterStatus {
  readonly cluster: string;
  readonly release: string | null;
  readonly verdict: VerdictWord;
  readonly nodes: readonly NodeStatus[];
  readonly findings: readonly Finding[];
}

export interface StatusDocument {
  readonly clusters: readonly ClusterStatus[];
}

type Shown = Extract<ShownList, { kind: "shown" }>;

/** Equal in every digest that both name; null where they name none in common. */
function areSameFile(checksums: Readonly<Record<string, string>>, digests: Readonly<Record<string, string>>) {
  const common = Object.keys(digests).filter((name) => checksums[name] !== undefined);
  if (common.length === 0) return null;
  return common.every((name) => checksums[name] === digests[name]);
}

function servedStatus(served: ServedFact | null, { checksums }: Shown): ServedStatus | null {
  if (served === null || served.kind === "unreachable") return null;
  if (served.kind === "unreadable") {
    const { sha1 } = served;
    return { sha1, matchesNode: areSameFile(checksums, { sha1 }), signatureValid: false };
  }
  const { md5, sha1, sha256 } = served.file;
  const isDecided = served.signature === "valid" || served.signature === "invalid";
  return {
    sha1,
    matchesNode: areSameFile(checksums, { md5, sha1, sha256 }),
    signatureValid: isDecided ? served.signature === "valid" : null,
  };
}

function itlStatus(list: ShownList | null, served: ServedFact | null): ItlStatus | null {
  if (list === null || list.kind === "missing") return null;
  const recovery = recoveryRecordOf(list);
  return {
    md5: list.checksums.md5 ?? null,
    sha1: list.checksums.sha1 ?? null,
    lengthBytes: list.lengthBytes,
    lastModified: list.lastModified,
    signer: list.signer?.name ?? null,
    signerSerial: list.signer?.serial ?? null,
    signedBy: signedBy(list),
    records: list.records.length,
    hasRecoveryRecord: recovery !== null,
    recoverySerial: recovery?.serial ?? null,
    verifiedByNode: list.isVerified,
    served: servedStatus(served, list),
  };
}

function nodeStatus(facts: NodeFacts): NodeStatus {
  return {
    node: facts.node,
    address: facts.address,
    role: facts.role,
    reachable: facts.isReachable,
    tftp: tftpState(facts),
    itl: itlStatus(facts.itl, facts.served),
  };
}

/** The release is the publisher's, else that of the first node that told one. */
export function clusterStatus(facts: ClusterFacts, findings: readonly Finding[]): ClusterStatus {
  const publisher = facts.nodes.find((node) => node.role === "publisher");
  const release = publisher?.release ?? facts.nodes.find((node) => node.release !== null)?.release ?? null;
  return {
    cluster: facts.cluster,
    release,
    verdict: worstOf(findings),
    nodes: facts.nodes.map(nodeStatus),
    findings,
  };
}

/** The worst word of all clusters. */
export function worstVerdict({ clusters }: StatusDocument): VerdictWord {
  return worstOf(clusters.flatMap(({ findings }) => findings));
}
