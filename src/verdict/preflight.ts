// What was seen before a recovery to whether it may start, with which key, and what phones will do: trust-rules.md 3 and 4.
import type { ClusterFacts } from "../facts/node-facts.ts";
import { alreadyReset } from "./already-reset.ts";
import { publisherOf } from "./expected-signer.ts";
import { type Forecast, forecastNormal, forecastReset } from "./forecast.ts";
import type { HeldList } from "./held-list.ts";
import { judgeCluster } from "./judge-cluster.ts";
import {
  type KeyChoice,
  type KeyJudgement,
  judgeKeys,
  type RecoveryKeyKind,
  type RemoteKey,
} from "./key-choice.ts";
import { judgeKeyChoice } from "./key-findings.ts";
import { type CtlPart, judgeRecoveryCtl, type RecoveryCtl } from "./recovery-ctl.ts";
import { isNeverAccepted, judgePublisherStops, withRecoverySeverity } from "./recovery-stops.ts";
import { identityOfCertificate, sameSigner } from "./signer-identity.ts";
import { isServingNode } from "./tftp-state.ts";
import { withUnseenPhones } from "./unseen-phones.ts";
import type { Finding } from "./verdict.ts";

export type { Forecast } from "./forecast.ts";
export type { KeyChoice, RecoveryKeyKind, RemoteKey } from "./key-choice.ts";

export interface PreflightInput {
  readonly facts: ClusterFacts;
  readonly held: readonly HeldList[];
  readonly heldFindings: readonly Finding[];
  /** Codes given with `--accept`. */
  readonly accepted: readonly string[];
  /** What `--key` says; null: not given. */
  readonly requestedKey: RecoveryKeyKind | null;
  readonly remote: RemoteKey | null;
  /** `--yes`: nobody is asked. */
  readonly isUnattended: boolean;
  readonly certificateDays: number;
  readonly nowMs: number;
  /** Whether a backup of the recovery key on the publisher is known. */
  readonly hasLocalKeyBackup?: boolean;
  /** Whether the inventory names a vault for it. */
  readonly hasVault?: boolean;
  /** Who deals with the CTL of mixed mode; absent: people. */
  readonly ctl?: CtlPart | undefined;
}

/**
 * `blocking`: the findings that stop the recovery; `isAcceptable`: `--accept` lets all of them pass. `acceptedCodes`: those of `--accept` that let a blocking finding pass.
 * `alreadyResetNodes`: their list is signed by the chosen key already. `normalForecasts`: at the TFTP restart, for phones
 * that took the reset list.
 */
export interface Preflight {
  readonly findings: readonly Finding[];
  readonly blocking: readonly Finding[];
  readonly isAcceptable: boolean;
  readonly acceptedCodes: readonly string[];
  readonly tftpNodes: readonly string[];
  readonly choice: KeyChoice | null;
  readonly recommendedKey: RecoveryKeyKind | null;
  readonly alreadyResetNodes: readonly string[];
  readonly forecasts: readonly Forecast[];
  readonly normalForecasts: readonly Forecast[];
  /** Means something in mixed mode only. */
  readonly ctl: RecoveryCtl;
}

/** Judges whether, and with which key, a recovery may start; changes nothing and asks nothing. */
export function judgePreflight(input: PreflightInput): Preflight {
  const { facts, held, requestedKey, remote } = input;
  const tftpNodes = facts.nodes.filter(isServingNode).map((node) => node.node);
  const release = publisherOf(facts)?.release ?? null;
  const assumedNodes = input.heldFindings
    .filter((finding) => finding.code === "held-list-assumed")
    .flatMap((finding) => finding.node ?? []);
  const judgement =
    release === null ? null : judgeKeys({ facts, release, held, remote, assumedNodes, nowMs: input.nowMs });
  const key = requestedKey ?? judgement?.recommended ?? null;
  const choice = judgement === null ? null : choose(judgement, key);
  const forecasts = choice === null ? [] : forecastReset(facts, tftpNodes, held, choice.signer);
  const keyFindings =
    release === null || judgement === null
      ? []
      : judgeKeyChoice({
          release,
          held,
          tftpNodes,
          judgement,
          key,
          choice,
          remote,
          forecasts,
          backupCommand: input.hasVault === true ? `itlctl backup run ${facts.cluster}` : null,
          isLocalKeySafe: input.hasLocalKeyBackup === true || isOnPublisher(facts, remote),
        });
  const seen = judgeCluster(facts, input);
  const all = [...judgePublisherStops(facts, seen), ...seen, ...input.heldFindings, ...keyFindings];
  const alreadyResetNodes = choice === null ? [] : alreadyReset(facts, tftpNodes, choice.signer);
  const ctl = judgeRecoveryCtl({
    ...{ part: input.ctl, facts, key: choice?.key ?? null },
    isResetSkipped: tftpNodes.length > 0 && alreadyResetNodes.length === tftpNodes.length,
  });
  const doubt = requestedKey === null && judgement?.isInDoubt === true ? judgement.reason : null;
  const mustKnowHeld = requestedKey === null && (input.isUnattended || doubt !== null);
  const findings = all.map((finding) =>
    withRecoverySeverity(finding, { key: choice?.key ?? null, release, mustKnowHeld, doubt, ctl }),
  );
  const stops = findings.filter((finding) => finding.severity === "block");
  // Only for a remote key that was named: a local one stands in the very list that is assumed.
  const isHeldAssumed =
    requestedKey === "remote" &&
    tftpNodes.length > 0 &&
    tftpNodes.every((node) => assumedNodes.includes(node));
  const mayBeAccepted = (finding: Finding) => !isNeverAccepted(finding, facts, isHeldAssumed);
  const mayPass = (finding: Finding) => input.accepted.includes(finding.code) && mayBeAccepted(finding);
  const blocking = stops.filter((finding) => !mayPass(finding));
  const isPassed = (finding: Finding) => finding.severity === "block" && mayPass(finding);
  return {
    findings: findings.map((each) => (isPassed(each) ? withUnseenPhones(each, facts.cluster) : each)),
    blocking,
    isAcceptable: blocking.every(mayBeAccepted),
    acceptedCodes: [...new Set(stops.filter(mayPass).map((finding) => finding.code))],
    tftpNodes,
    choice,
    recommendedKey: judgement?.recommended ?? null,
    alreadyResetNodes,
    forecasts,
    normalForecasts:
      choice === null || release === null ? [] : forecastNormal(facts, tftpNodes, choice, release),
    ctl,
  };
}

function choose(judgement: KeyJudgement, key: RecoveryKeyKind | null): KeyChoice | null {
  const candidate = key === null ? null : judgement[key];
  if (candidate === null) return null;
  const { signer, isAssumed } = candidate;
  const isRecommended = judgement.recommended === candidate.key;
  const reason = isRecommended
    ? judgement.reason
    : `--key ${candidate.key} was asked for; ${judgement.reason}`;
  const assumed = isAssumed
    ? ` (its certificate could not be read: the token with serial ${signer.serial} is assumed)`
    : "";
  return { key: candidate.key, signer, isRecommended, isAssumed, reason: reason + assumed };
}

function isOnPublisher(facts: ClusterFacts, remote: RemoteKey | null): boolean {
  const onDisk = publisherOf(facts)?.certificates["ITLRecovery"];
  if (onDisk === undefined || remote === null || remote.identity === null) return false;
  return sameSigner(identityOfCertificate(onDisk), remote.identity);
}
