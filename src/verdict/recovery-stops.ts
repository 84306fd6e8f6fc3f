// Findings to what they mean for a recovery: which become blocking, and which nobody can accept: trust-rules.md section 4.
import type { ClusterFacts } from "../facts/node-facts.ts";
import { publisherOf } from "./expected-signer.ts";
import { recoveryRecordMissing } from "./judge-recovery-record.ts";
import type { RecoveryKeyKind } from "./key-choice.ts";
import { type RecoveryCtl, withCtl } from "./recovery-ctl.ts";
import { isFrom12 } from "./release-rules.ts";
import { listOfNode } from "./shown-list.ts";
import { recoveryRecordOf } from "./signed-by.ts";
import type { Finding, FindingCode } from "./verdict.ts";

/** What stops on the publisher beyond what `status` finds: a reset signs the publisher's list, TFTP node or not. */
export function judgePublisherStops(facts: ClusterFacts, seen: readonly Finding[]): Finding[] {
  const publisher = publisherOf(facts);
  if (publisher === null) return [];
  const has = (...codes: FindingCode[]) =>
    seen.some((finding) => finding.node === publisher.node && codes.includes(finding.code));
  if (has("node-unreachable", "login-refused", "host-key-refused")) return [];
  const findings: Finding[] = [];
  const isTold = (command: string) => publisher.trouble.some((trouble) => trouble.command === command);
  if (publisher.itl?.kind !== "shown" && !has("itl-missing") && !isTold("show itl")) {
    findings.push({
      code: publisher.itl === null ? "answer-not-understood" : "itl-missing",
      severity: "block",
      node: publisher.node,
      message: `${publisher.node}: its list could not be read, and a reset signs exactly that list`,
      advice: "Run `show itl` on the publisher and mend what it complains about first.",
    });
  }
  const known = listOfNode(publisher);
  if (known !== null && recoveryRecordOf(known) === null && !has("recovery-record-missing")) {
    findings.push(recoveryRecordMissing(publisher));
  }
  if (publisher.release === null && !isTold("show version active")) {
    findings.push({
      code: "answer-not-understood",
      severity: "block",
      node: publisher.node,
      message: `${publisher.node}: its release could not be read, so it is not known what a reset signs with`,
      advice: "Run `show version active` on the publisher and read its answer.",
    });
  }
  return findings;
}

/**
 * A finding as it weighs in a recovery. `mustKnowHeld`: an assumed held list may not decide about the key; `doubt`:
 * what speaks against that list, null where nothing does.
 */
export function withRecoverySeverity(
  finding: Finding,
  recovery: {
    readonly key: RecoveryKeyKind | null;
    readonly release: string | null;
    readonly mustKnowHeld: boolean;
    readonly doubt: string | null;
    readonly ctl: RecoveryCtl;
  },
): Finding {
  if (finding.code === "mixed-mode") return withCtl(finding, recovery.ctl);
  const isLocalUpTo11 = recovery.key === "local" && recovery.release !== null && !isFrom12(recovery.release);
  if (finding.code === "held-list-assumed" && recovery.mustKnowHeld)
    return unknownHeld(finding, recovery.doubt);
  const blocks =
    blockingInRecovery.has(finding.code) ||
    (finding.code === "recovery-certificate-replaced" && isLocalUpTo11);
  return blocks ? { ...finding, severity: "block" } : finding;
}

function unknownHeld(finding: Finding, doubt: string | null): Finding {
  const why = doubt ?? "nobody is asked, and no key was named";
  return {
    ...finding,
    severity: "block",
    message: `${finding.message}; ${why}`,
    advice:
      "Give `recover` the list from before the change with --held FILE, or name the key yourself with --key.",
  };
}

/**
 * Whether no `--accept` lets this finding pass. `isHeldAssumed`: what every TFTP node's phones hold is only assumed; then
 * `key-not-held` rests on nothing but that, and somebody who kept the key of old knows better than we do.
 */
export function isNeverAccepted(finding: Finding, facts: ClusterFacts, isHeldAssumed: boolean): boolean {
  if (finding.severity !== "block") return false;
  if (finding.code === "key-not-held" && isHeldAssumed) return false;
  if (neverAccepted.has(finding.code)) return true;
  const publisher = publisherOf(facts);
  if (publisher === null || finding.node !== publisher.node) return false;
  if (neverOnPublisher.has(finding.code)) return true;
  const isUnread = publisher.itl === null || publisher.release === null;
  return finding.code === "answer-not-understood" && isUnread;
}

const blockingInRecovery: ReadonlySet<FindingCode> = new Set([
  "tftp-node-not-in-inventory",
  "privilege-too-low",
]);

const neverAccepted: ReadonlySet<FindingCode> = new Set([
  "publisher-mismatch",
  "privilege-too-low",
  "key-not-held",
]);

const neverOnPublisher: ReadonlySet<FindingCode> = new Set([
  "node-unreachable",
  "login-refused",
  "host-key-refused",
  "itl-missing",
  "recovery-record-missing",
]);
