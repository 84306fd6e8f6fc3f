// The lists that phones hold and the two recovery keys to which key helps, and which a reset uses: trust-rules.md section 3.
import type { ClusterFacts } from "../facts/node-facts.ts";
import { localSigner } from "./expected-signer.ts";
import { doubtOnServedLists } from "./held-doubt.ts";
import type { HeldList } from "./held-list.ts";
import { isFrom12, localkeySigner } from "./release-rules.ts";
import { recoveryRecordOf, tokensOf } from "./signed-by.ts";
import { identityOfRecord, type SignerIdentity, sameSigner } from "./signer-identity.ts";

export type RecoveryKeyKind = "local" | "remote";

/**
 * What is known of a remote recovery key: null identity where its file could not be opened, `note` says why.
 * `provenSerial`: of its certificate, where this very file was opened before; null or absent: it never was.
 */
export interface RemoteKey {
  readonly identity: SignerIdentity | null;
  readonly note: string;
  readonly provenSerial?: string | null;
}

/** The key to reset with; `isAssumed`: its certificate could not be read, a token of the lists stands for it. */
export interface KeyChoice {
  readonly key: RecoveryKeyKind;
  readonly signer: SignerIdentity;
  readonly isRecommended: boolean;
  readonly isAssumed: boolean;
  readonly reason: string;
}

/** A key with the TFTP nodes whose phones hold its certificate as a token. */
export interface KeyCandidate {
  readonly key: RecoveryKeyKind;
  readonly signer: SignerIdentity;
  readonly isAssumed: boolean;
  readonly helpedNodes: readonly string[];
}

/** The keys there are, `recommended` null: none helps, or (`isInDoubt`) the assumed lists cannot decide. */
export interface KeyJudgement {
  readonly local: KeyCandidate | null;
  readonly remote: KeyCandidate | null;
  readonly recommended: RecoveryKeyKind | null;
  readonly isInDoubt: boolean;
  readonly reason: string;
}

/**
 * Judges both keys by the lists that phones hold, never by the list served now. `assumedNodes`: nodes whose phones are
 * only taken to hold what is served; where all that speaks for the local key is such a list, and something speaks
 * against it, it is not recommended.
 */
export function judgeKeys(input: {
  readonly facts: ClusterFacts;
  readonly release: string;
  readonly held: readonly HeldList[];
  readonly remote: RemoteKey | null;
  readonly assumedNodes: readonly string[];
  readonly nowMs: number;
}): KeyJudgement {
  const { facts, release, held, nowMs } = input;
  const onDisk = localSigner(facts, release);
  const local = onDisk === null ? null : candidate("local", onDisk.signer, onDisk.isAssumed, held);
  const remote = remoteCandidate(input.remote, held);
  const isFirm = local?.helpedNodes.some((node) => !input.assumedNodes.includes(node)) === true;
  const doubt = isFirm
    ? null
    : doubtOnServedLists({ facts, release, remote: input.remote?.identity ?? null, nowMs });
  const judged = { local, remote, isInDoubt: false };
  if (local !== null && local.helpedNodes.length > 0) {
    if (doubt === null) return { ...judged, ...recommendLocalOr(remote, local, release) };
    if (remote === null || remote.isAssumed || remote.helpedNodes.length === 0) {
      return { ...judged, isInDoubt: true, recommended: null, reason: doubt };
    }
    return { ...judged, recommended: "remote", reason: `it is a token of ${listsOf(remote)}, and ${doubt}` };
  }
  if (remote !== null && remote.helpedNodes.length > 0) {
    const why = remote.isAssumed
      ? "the given key could not be looked into, and the local one does not help"
      : `the given key's certificate is a token of ${listsOf(remote)}`;
    return { ...judged, recommended: "remote", reason: why };
  }
  const reason = "no key helps: no known certificate is a token of a list that phones hold";
  return { ...judged, recommended: null, reason };
}

/** The publisher's certificate that `--key local` signs with, in words. */
export function localName(release: string): string {
  return `the publisher's ${localkeySigner(release)} certificate`;
}

/** Serials of the ITLRecovery records of the held lists: the keys worth looking for. */
export function recoverySerialsOf(held: readonly HeldList[]): string[] {
  return [...new Set(held.flatMap((list) => recoveryRecordOf(list.file)?.serial ?? []))];
}

function recommendLocalOr(
  remote: KeyCandidate | null,
  local: KeyCandidate,
  release: string,
): { recommended: RecoveryKeyKind; reason: string } {
  if (remote === null || remote.isAssumed || remote.helpedNodes.length === 0) {
    return { recommended: "local", reason: `${localName(release)} is a token of ${listsOf(local)}` };
  }
  if (!isFrom12(release)) {
    return { recommended: "local", reason: `both keys help, and ${localName(release)} is at hand` };
  }
  return {
    recommended: local.helpedNodes.length > remote.helpedNodes.length ? "local" : "remote",
    reason: `both keys help: the local one phones of ${local.helpedNodes.join(", ")}, the given one those of ${remote.helpedNodes.join(", ")}`,
  };
}

function remoteCandidate(remote: RemoteKey | null, held: readonly HeldList[]): KeyCandidate | null {
  if (remote === null) return null;
  if (remote.identity !== null) return candidate("remote", remote.identity, false, held);
  if (remote.provenSerial) return provenCandidate(remote.provenSerial, held);
  const record = held.map((list) => recoveryRecordOf(list.file)).find((each) => each !== null) ?? null;
  return record === null ? null : candidate("remote", identityOfRecord(record), true, held);
}

/** A key that was opened before: the token with its serial, and no other, may stand for it. */
function provenCandidate(serial: string, held: readonly HeldList[]): KeyCandidate {
  const bare = { subject: "the kept recovery key", issuer: "", serial, certificate: null, publicKey: null };
  const token = held
    .flatMap((list) => tokensOf(list.file))
    .map(identityOfRecord)
    .find((each) => sameSigner(each, bare));
  return candidate("remote", token ?? bare, token !== undefined, held);
}

function candidate(
  key: RecoveryKeyKind,
  signer: SignerIdentity,
  isAssumed: boolean,
  held: readonly HeldList[],
): KeyCandidate {
  const helped = held.filter((list) =>
    tokensOf(list.file).some((token) => sameSigner(identityOfRecord(token), signer)),
  );
  return { key, signer, isAssumed, helpedNodes: helped.map((list) => list.node) };
}

const listsOf = (key: KeyCandidate) => `the list that phones of ${key.helpedNodes.join(", ")} hold`;
