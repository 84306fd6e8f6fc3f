// Every node's certificates → what has ended, what ends soon, and which trust anchors must not wait for the same window.
import type { CertificateFacts } from "../facts/list-facts.ts";
import type { NodeCertificates } from "../facts/node-certificates.ts";
import {
  type Anchor,
  type AnchorPair,
  anchorsTogether,
  anchorUnits,
  byExpiry,
  daysLeft,
} from "./cert-order.ts";
import { judgeTrouble } from "./judge-node.ts";
import type { JudgeOptions } from "./judge-recovery-record.ts";
import type { Finding } from "./verdict.ts";

/** One certificate with every node that has it: from 12.5 all nodes have one ITLRecovery. */
interface Held {
  readonly unit: string;
  readonly nodes: readonly string[];
  readonly certificate: CertificateFacts;
  readonly notAfter: string;
}

/** Trouble of nodes first, then what ends, the earliest first, then anchors that end together. */
export function judgeCertificates(nodes: readonly NodeCertificates[], options: JudgeOptions): Finding[] {
  return [
    ...nodes.flatMap(judgeTrouble),
    ...byExpiry(heldOf(nodes)).flatMap((held) => judgeEnd(held, options)),
    ...anchorsTogether(anchorsOf(nodes), options).map((pair) => togetherFinding(pair, options.nowMs)),
  ];
}

function heldOf(nodes: readonly NodeCertificates[]): Held[] {
  const held = new Map<string, Held>();
  for (const { node, certificates } of nodes) {
    for (const { unit, certificate } of certificates) {
      const key = `${unit} ${certificate.sha1}`;
      const holders = [...(held.get(key)?.nodes ?? []), node];
      held.set(key, { unit, nodes: holders, certificate, notAfter: certificate.notAfter });
    }
  }
  return [...held.values()];
}

function judgeEnd(held: Held, { certificateDays, nowMs }: JudgeOptions): Finding[] {
  const { unit, nodes, certificate, notAfter } = held;
  const leftMs = Date.parse(notAfter) - nowMs;
  if (leftMs >= certificateDays * 86_400_000) return [];
  const [only, ...others] = nodes;
  const whose =
    others.length === 0
      ? `${only}: its ${unit} certificate`
      : `The ${unit} certificate of ${others.length + 1} nodes (${nodes.join(", ")})`;
  const issued = certificate.isSelfSigned ? "" : ` (issued by ${certificate.issuer})`;
  const isOver = leftMs < 0;
  return [
    {
      code: isOver ? "certificate-expired" : "certificate-expiring",
      severity: "warn",
      node: others.length === 0 ? (only ?? null) : null,
      message: `${whose}${issued} ${endText(notAfter, nowMs)}`,
      advice: renewalAdvice(held),
    },
  ];
}

function endText(notAfter: string, nowMs: number): string {
  const left = daysLeft({ notAfter }, nowMs);
  if (left < 0) return `expired on ${notAfter}, ${inDays(-1 - left, "ago")}`;
  return `expires on ${notAfter}, ${left === 0 ? "within a day" : `in ${inDays(left)}`}`;
}

function inDays(days: number, end = ""): string {
  if (days === 0) return "less than a day ago";
  return `${days} ${days === 1 ? "day" : "days"} ${end}`.trim();
}

function renewalAdvice({ unit, certificate }: Held): string {
  if (!certificate.isSelfSigned) {
    return `Give ${unit} a new certificate of its CA; a regeneration would overwrite it with a self-signed one.`;
  }
  if (unit === "ITLRecovery") {
    return "Plan its renewal while every phone trusts what is served; back up the old key before and the new one after.";
  }
  if (isAnchorUnit(unit)) {
    return "Plan its renewal while every phone trusts what is served, and let all phones follow before another trust anchor changes.";
  }
  return "Plan its renewal and the restart of the services that use it.";
}

function isAnchorUnit(unit: string): unit is Anchor["unit"] {
  return anchorUnits.some((known) => known === unit);
}

/** Only the publisher's ITLRecovery is in lists: up to 11.5 other nodes have one that nobody judges by. */
function anchorsOf(nodes: readonly NodeCertificates[]): Anchor[] {
  return nodes.flatMap(({ node, role, certificates }) =>
    certificates.flatMap(({ unit, certificate: { notAfter } }) =>
      isAnchorUnit(unit) && (unit !== "ITLRecovery" || role === "publisher")
        ? [{ node, unit, notAfter }]
        : [],
    ),
  );
}

function togetherFinding({ first, second }: AnchorPair, nowMs: number): Finding {
  const part = (anchor: Anchor) => `${anchor.unit} of ${anchor.node} ${endText(anchor.notAfter, nowMs)}`;
  return {
    code: "anchors-expire-together",
    severity: "warn",
    node: null,
    message: `One change window would need two trust anchors: ${part(first)}, and ${part(second)}; ${lossOf(first, second)}`,
    advice: `Plan two windows: renew ${first.unit} now, and ${second.unit} only when every phone has taken a list with the new ${first.unit}.`,
  };
}

/** What phones that miss both changes have left, by release. */
function lossOf({ unit: one }: Anchor, { unit: other }: Anchor): string {
  const units = [one, other];
  if (!units.includes("ITLRecovery")) {
    return "up to release 11.5 phones take the list of a new CallManager only through a TVS that they already know";
  }
  if (units.includes("TVS")) {
    return "from release 12.0 phones that missed the new ITLRecovery ask a TVS that they already know";
  }
  return "each of the two vouches for the other while it is replaced, in a reset or in a renewal";
}
