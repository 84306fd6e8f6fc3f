// The certificates that a plan regenerates, and what the nodes have, to what forbids single ones of them.
import type { NodeCertificates } from "../facts/node-certificates.ts";
import type { ClusterFacts } from "../facts/node-facts.ts";
import type { PlannedRegeneration } from "./anchor-order.ts";
import { publisherOf } from "./expected-signer.ts";
import { judgeTrouble } from "./judge-node.ts";
import { isPublisherOnly, isRegenerationUnit, regenerationOrder } from "./regeneration-units.ts";
import type { Finding } from "./verdict.ts";

export interface TargetsInput {
  readonly facts: ClusterFacts;
  readonly certificates: readonly NodeCertificates[];
  readonly changes: readonly PlannedRegeneration[];
  readonly release: string | null;
  readonly replaceCaSigned: boolean;
  /** What is told already. */
  readonly seen: readonly Finding[];
}

/** Trouble of the nodes that are to be written to, then each regeneration once, in the plan's order. */
export function judgeTargets(input: TargetsInput): Finding[] {
  const { changes, seen } = input;
  const targets = new Set(changes.map(({ node }) => node));
  const trouble = input.certificates.filter(({ node }) => targets.has(node)).flatMap(judgeTrouble);
  const isTold = (finding: Finding) =>
    seen.some(
      (each) => each.node === finding.node && each.code === finding.code && isSameTrouble(each, finding),
    );
  const once = changes.filter(
    (change, at) =>
      changes.findIndex(({ unit, node }) => unit === change.unit && node === change.node) === at,
  );
  return [
    ...trouble.filter((finding) => !isTold(finding)),
    ...once.flatMap((change) => judgeTarget(change, input)),
  ];
}

/** The nodes that are to be written to and of which one of the two looks got no answer. */
export function unansweredTargets(input: Pick<TargetsInput, "facts" | "certificates" | "changes">): string[] {
  return [...new Set(input.changes.map(({ node }) => node))].filter(
    (name) => !answers(input.facts.nodes, name) || !answers(input.certificates, name),
  );
}

const answers = (nodes: readonly { readonly node: string; readonly isReachable: boolean }[], name: string) =>
  nodes.find(({ node }) => node === name)?.isReachable === true;

/** A node that gave nothing says so once; an answer that was not understood is another one for each command. */
function isSameTrouble(one: Finding, other: Finding): boolean {
  return one.code !== "answer-not-understood" || one.message === other.message;
}

function judgeTarget(change: PlannedRegeneration, input: TargetsInput): Finding[] {
  const { unit, node } = change;
  const of = input.certificates.find((each) => each.node === node);
  const block = (code: Finding["code"], message: string, advice: string): Finding[] => [
    { code, severity: "block", node, message: `${node}: ${message}`, advice },
  ];
  if (!isRegenerationUnit(unit)) {
    return block(
      "unit-not-supported",
      `what has to be restarted after a new ${unit} certificate is not known, so it is not regenerated from here`,
      `Use one of ${regenerationOrder.join(", ")}; regenerate any other by hand.`,
    );
  }
  const publisher = publisherOf(input.facts)?.node ?? null;
  if (node !== publisher && input.release !== null && isPublisherOnly(unit, input.release)) {
    return block(
      "publisher-only-unit",
      `release ${input.release} makes the ${unit} certificate on the publisher only`,
      `Name the publisher${publisher === null ? "" : ` (${publisher})`} for ${unit}, or no node at all.`,
    );
  }
  if (of === undefined || !of.isReachable) return unanswered(node, of, input);
  const certificate = of.certificates.find((each) => each.unit === unit)?.certificate;
  if (certificate === undefined) {
    const unread = of.trouble.length === 0 ? "" : ", or it could not be read";
    return block(
      "unit-not-on-node",
      `it lists no ${unit} certificate${unread}`,
      `See what the node has with \`itlctl cert list\`, and leave ${unit} out there.`,
    );
  }
  if (certificate.isSelfSigned) return [];
  const isWanted = change.replaceCaSigned ?? input.replaceCaSigned;
  return [
    {
      code: "ca-signed-certificate",
      severity: isWanted ? "warn" : "block",
      node,
      message: `${node}: its ${unit} certificate is issued by ${certificate.issuer}; a regeneration overwrites it with a self-signed one`,
      advice: isWanted
        ? "Be ready to have the new one signed by that CA, if browsers and applications rely on it."
        : `Give ${unit} a new certificate of its CA instead, or say --replace-ca-signed to \`cert regen\` (in a playbook: replaceCaSigned) if a self-signed one is wanted.`,
    },
  ];
}

/** A node without an answer is told as such elsewhere, unless no look knows it at all. */
function unanswered(
  node: string,
  of: NodeCertificates | undefined,
  { facts, seen }: TargetsInput,
): Finding[] {
  const isKnown = facts.nodes.some((each) => each.node === node);
  if (isKnown && (of !== undefined || seen.some((finding) => finding.node === node && isNoAnswer(finding))))
    return [];
  const what = isKnown ? "its certificates were not read" : "the inventory has no such node";
  return [
    {
      code: "unit-not-on-node",
      severity: "block",
      node,
      message: `${node}: ${what}`,
      advice: "Name nodes as the inventory does, and see what they have with `itlctl cert list`.",
    },
  ];
}

const isNoAnswer = ({ code }: Finding) =>
  ["node-unreachable", "login-refused", "host-key-refused"].includes(code);
