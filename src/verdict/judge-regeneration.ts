// What was seen of a cluster, and a plan that regenerates certificates, to whether it may start: trust-rules.md section 5.
import type { ShownList } from "../facts/list-facts.ts";
import type { NodeCertificates } from "../facts/node-certificates.ts";
import type { ClusterFacts } from "../facts/node-facts.ts";
import { judgeAnchorOrder, type PlannedChange, type PlannedRegeneration } from "./anchor-order.ts";
import { anchorUnits } from "./cert-order.ts";
import { judgeCtlFirst } from "./ctl-first.ts";
import { judgeCtl } from "./judge-ctl.ts";
import { publisherOf } from "./expected-signer.ts";
import { judgeCluster } from "./judge-cluster.ts";
import { judgeTargets, unansweredTargets } from "./judge-targets.ts";
import { judgeMovedAnchors } from "./moved-anchors.ts";
import { forecastChanges, judgeForecasts, type RegenerationForecast } from "./regeneration-forecast.ts";
import { anchorKind, isRegenerationUnit, makesNewLists } from "./regeneration-units.ts";
import { isServingNode } from "./tftp-state.ts";
import { withUnseenPhones } from "./unseen-phones.ts";
import type { Finding, FindingCode } from "./verdict.ts";

export interface RegenerationInput {
  readonly facts: ClusterFacts;
  readonly certificates: readonly NodeCertificates[];
  /** The whole plan in its order. */
  readonly steps: readonly PlannedChange[];
  /** Codes given with `--accept`. */
  readonly accepted: readonly string[];
  /** For every step; a step may also say it for itself. */
  readonly replaceCaSigned: boolean;
  readonly certificateDays: number;
  readonly nowMs: number;
  /** What `show ctl` prints on the publisher; absent: not read. */
  readonly ctl?: ShownList | null;
  /** Findings from elsewhere (history, vault) that weigh here as well. */
  readonly otherFindings?: readonly Finding[];
}

/** What the phones of each TFTP node do with the lists that one kind of certificates brings. */
export interface UnitForecast {
  readonly units: readonly string[];
  readonly nodes: readonly string[];
  readonly forecasts: readonly RegenerationForecast[];
}

/** As `Preflight`: `blocking` stops the plan; `isAcceptable`: `--accept` lets all of that pass. */
export interface RegenerationPreflight {
  readonly findings: readonly Finding[];
  readonly blocking: readonly Finding[];
  readonly isAcceptable: boolean;
  readonly acceptedCodes: readonly string[];
  readonly tftpNodes: readonly string[];
  readonly forecasts: readonly UnitForecast[];
}

/** Judges whether the plan may start; changes nothing and asks nothing. */
export function judgeRegeneration(input: RegenerationInput): RegenerationPreflight {
  const { facts, steps } = input;
  const publisher = publisherOf(facts);
  const release = publisher?.release ?? null;
  const tftpNodes = facts.nodes.filter(isServingNode).map(({ node }) => node);
  const changes = steps.filter((step) => step.kind === "regenerate");
  const anchors = anchorUnits.filter((unit) => changes.some((change) => anchorKind(change.unit) === unit));
  const groups = listMakers(changes).map((group) => ({
    group,
    forecasts: forecastChanges({
      changes: group,
      facts,
      tftpNodes,
      hasResetAfter: isResetAfter(group, steps),
    }),
  }));
  const ctl = input.ctl ?? null;
  const ctlFirst = judgeCtlFirst({
    ...{ steps, release, ctl, securityMode: publisher?.clusterSecurityMode ?? null },
    recovery: publisher?.certificates["ITLRecovery"] ?? null,
  });
  const seen = [...judgeCluster(facts, input), ...(input.otherFindings ?? [])];
  const all = [
    ...seen
      .map((finding) => (anchors.length > 0 ? withAnchorSeverity(finding) : finding))
      .map((finding) => withPlannedCtl(finding, steps)),
    ...judgeTargets({ ...input, changes, release, seen }),
    ...judgeAnchorOrder(steps, release),
    ...(bringsLists(steps) ? judgeMovedAnchors(facts, tftpNodes, anchors, isGatedFirst(steps)) : []),
    ...groups.flatMap(({ group, forecasts }) => judgeForecasts(forecasts, group)),
    ...ctlFirst,
    // Where the CTL has to be mended first, what comes after it is judged when that is done.
    ...(ctlFirst.some(({ severity }) => severity === "block") ? [] : judgeCtl({ facts, steps, ctl })),
  ];
  const stops = all.filter(({ severity }) => severity === "block");
  const needed = new Set([...unansweredTargets({ ...input, changes }), publisher?.node]);
  const mayBeAccepted = (finding: Finding) => !isNeverAccepted(finding, needed);
  const mayPass = (finding: Finding) => input.accepted.includes(finding.code) && mayBeAccepted(finding);
  const blocking = stops.filter((finding) => !mayPass(finding));
  const isPassed = (finding: Finding) => finding.severity === "block" && mayPass(finding);
  return {
    findings: all.map((each) => (isPassed(each) ? withUnseenPhones(each, facts.cluster) : each)),
    blocking,
    isAcceptable: blocking.every(mayBeAccepted),
    acceptedCodes: [...new Set(stops.filter(mayPass).map(({ code }) => code))],
    tftpNodes,
    forecasts: groups.map(({ group, forecasts }) => ({
      units: [...new Set(group.map(({ unit }) => unit))],
      nodes: [...new Set(group.map(({ node }) => node))],
      forecasts,
    })),
  };
}

/** In mixed mode the plan itself writes the CTL where its steps say so; then nobody has to do it by hand. */
function withPlannedCtl(finding: Finding, steps: readonly PlannedChange[]): Finding {
  const writes = steps.filter(({ kind }) => kind === "update-ctl" || kind === "reset-ctl").length;
  if (finding.code !== "mixed-mode" || writes === 0) return finding;
  const times = writes === 1 ? "once" : `${writes} times`;
  return {
    ...finding,
    message: finding.message.replace(/, which an ITL reset does not touch$/, ""),
    advice: `Leave the CTL to this plan, which writes it ${times}; phones have to take both lists each time.`,
  };
}

/** Regenerations that make new lists, by what phones judge by: a gate stands between two of these, not within one. */
function listMakers(changes: readonly PlannedRegeneration[]): PlannedRegeneration[][] {
  const makers = changes.filter(({ unit }) => isRegenerationUnit(unit) && makesNewLists(unit));
  const kindOf = ({ unit }: PlannedRegeneration) => anchorKind(unit) ?? unit;
  return [...new Set(makers.map(kindOf))].map((kind) => makers.filter((change) => kindOf(change) === kind));
}

/** Whether phones meet new lists, or another TVS certificate, in the course of the plan. */
function bringsLists(steps: readonly PlannedChange[]): boolean {
  return steps.some(isListBringer);
}

function isListBringer(step: PlannedChange): boolean {
  if (step.kind === "regenerate") return isRegenerationUnit(step.unit) && makesNewLists(step.unit);
  return step.kind === "restart-tftp" || step.kind === "restart-tvs";
}

/** Whether phones are known to have followed before the first of that, and certificates are judged by forecasts; a gate stands before every anchor. */
function isGatedFirst(steps: readonly PlannedChange[]): boolean {
  const first = steps.findIndex(isListBringer);
  const bringer = steps[first];
  if (bringer?.kind === "regenerate" && anchorKind(bringer.unit) !== null) return true;
  const isForecast = steps.some((step) => step.kind === "regenerate" && isListBringer(step));
  return isForecast && steps.slice(0, first).some(({ kind }) => kind === "gate");
}

function isResetAfter(group: readonly PlannedRegeneration[], steps: readonly PlannedChange[]): boolean {
  const last = steps.findLastIndex((step) => group.some((change) => change === step));
  return steps.slice(last).some(({ kind }) => kind === "reset");
}

/** An anchor may change only where every list is settled, known and proven. */
function withAnchorSeverity(finding: Finding): Finding {
  return blockingForAnchors.has(finding.code) ? { ...finding, severity: "block" } : finding;
}

/** `needed`: the publisher, and nodes to be written to. */
function isNeverAccepted({ code, node }: Finding, needed: ReadonlySet<string | undefined>): boolean {
  if (neverAccepted.has(code)) return true;
  return node !== null && needed.has(node) && neverWithout.has(code);
}

const blockingForAnchors: ReadonlySet<FindingCode> = new Set([
  "signer-unexpected",
  "tftp-node-not-in-inventory",
  "phones-left-behind",
  // Without the file there is no proof that phones follow: better told before the write than after it.
  "served-itl-unreachable",
]);

const neverAccepted: ReadonlySet<FindingCode> = new Set([
  "publisher-mismatch",
  "anchors-in-one-plan",
  "anchor-moved-lately",
  "phones-would-be-lost",
  "ca-signed-certificate",
  "unit-not-on-node",
  "unit-not-supported",
  "publisher-only-unit",
]);

const neverWithout: ReadonlySet<FindingCode> = new Set([
  "node-unreachable",
  "login-refused",
  "host-key-refused",
]);
