// Signs that phones may hold another list than the one served now, where that is all that is known of them.
import { X509Certificate } from "node:crypto";
import type { CertificateFacts } from "../facts/list-facts.ts";
import type { ClusterFacts } from "../facts/node-facts.ts";
import { publisherOf } from "./expected-signer.ts";
import { localkeySigner } from "./release-rules.ts";
import { listOfNode } from "./shown-list.ts";
import { recoveryRecordOf } from "./signed-by.ts";
import {
  identityOfCertificate,
  identityOfRecord,
  type SignerIdentity,
  sameSigner,
} from "./signer-identity.ts";
import { isTftpNode } from "./tftp-state.ts";

/** Younger than this, a certificate in today's list says nothing about phones that were lost or off meanwhile. */
const youngCertificateDays = 30;

/**
 * Why the local key may be one that no phone ever saw, as after a publisher was rebuilt: in words, or null where
 * nothing points that way. `remote` is the given key's certificate, null where unknown.
 */
export function doubtOnServedLists(input: {
  readonly facts: ClusterFacts;
  readonly release: string;
  readonly remote: SignerIdentity | null;
  readonly nowMs: number;
}): string | null {
  const publisher = publisherOf(input.facts);
  if (doListsDiffer(input.facts)) return "the TFTP nodes' lists name different ITLRecovery certificates";
  const recovery = publisher?.certificates["ITLRecovery"];
  if (input.remote !== null && isOlderKey(input.remote, recovery)) {
    return "the given recovery key is an older one than the publisher's: ITLRecovery was replaced since";
  }
  const unit = localkeySigner(input.release);
  const local = publisher?.certificates[unit];
  const ageDays = local === undefined ? null : (input.nowMs - Date.parse(local.notBefore)) / 86_400_000;
  return ageDays !== null && ageDays < youngCertificateDays
    ? `the publisher's ${unit} certificate was made only on ${local?.notBefore}`
    : null;
}

function doListsDiffer(facts: ClusterFacts): boolean {
  const tokens = facts.nodes.filter(isTftpNode).flatMap((node) => {
    const list = listOfNode(node);
    const record = list === null ? null : recoveryRecordOf(list);
    return record === null ? [] : [identityOfRecord(record)];
  });
  const [first, ...others] = tokens;
  return first !== undefined && others.some((other) => !sameSigner(first, other));
}

function isOlderKey(remote: SignerIdentity, recovery: CertificateFacts | undefined): boolean {
  if (recovery === undefined || sameSigner(remote, identityOfCertificate(recovery))) return false;
  const made = remote.certificate === null ? null : madeAt(remote.certificate);
  return made === null || made <= Date.parse(recovery.notBefore);
}

function madeAt(certificate: string): number | null {
  try {
    return Date.parse(new X509Certificate(Buffer.from(certificate, "base64")).validFrom);
  } catch {
    return null;
  }
}
