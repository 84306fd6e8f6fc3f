// The certificates read from a cluster to who signs its lists: normally, and after a localkey reset.
import type { ClusterFacts, NodeFacts } from "../facts/node-facts.ts";
import { isFrom12, localkeySigner } from "./release-rules.ts";
import { listOfNode } from "./shown-list.ts";
import { isTftpRecord, recoveryRecordOf, tokensOf } from "./signed-by.ts";
import { identityOfCertificate, identityOfRecord, type SignerIdentity } from "./signer-identity.ts";

/** The one node that the inventory names as publisher. */
export function publisherOf(facts: ClusterFacts): NodeFacts | null {
  return facts.nodes.find((node) => node.role === "publisher") ?? null;
}

/** Who should sign a node's list when no reset is unfinished; null where that certificate was not read. */
export function expectedNormalSigner(
  facts: ClusterFacts,
  node: string,
  release: string,
): SignerIdentity | null {
  const certificate = isFrom12(release)
    ? publisherOf(facts)?.certificates["ITLRecovery"]
    : facts.nodes.find((each) => each.node === node)?.certificates["CallManager"];
  return certificate === undefined ? null : identityOfCertificate(certificate);
}

/**
 * Who signs after `utils itl reset localkey`: the publisher's certificate on disk. Where it was not read, the record
 * of the publisher's own list stands for it (`isAssumed`).
 */
export function localSigner(
  facts: ClusterFacts,
  release: string,
): { readonly signer: SignerIdentity; readonly isAssumed: boolean } | null {
  const publisher = publisherOf(facts);
  const unit = localkeySigner(release);
  const certificate = publisher?.certificates[unit];
  if (certificate !== undefined) return { signer: identityOfCertificate(certificate), isAssumed: false };
  const list = publisher === null ? null : listOfNode(publisher);
  if (list === null) return null;
  const recovery = recoveryRecordOf(list);
  const twin = tokensOf(list).find((token) =>
    list.records.some((record) => isTftpRecord(record) && record.serial === token.serial),
  );
  const record = unit === "ITLRecovery" ? recovery : twin;
  return record ? { signer: identityOfRecord(record), isAssumed: true } : null;
}
