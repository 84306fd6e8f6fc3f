// A playbook and what the look found → the flat steps of the run: each writes on named nodes only, each unit of work under its own name.
import { OperatorError } from "../base/errors.ts";
import type { NodeCertificates } from "../facts/node-certificates.ts";
import type { Step } from "../playbook/step.ts";
import { isForCluster } from "../playbook/step-release.ts";
import {
  anchorKind,
  inRegenerationOrder,
  isRegenerationUnit,
  nodesOfUnit,
  servicesOfUnit,
} from "../verdict/regeneration-units.ts";
import type { WorkBasis } from "./work-basis.ts";

type Regenerate = Extract<Step, { verb: "regenerate" }>;

/** What the steps are made for. */
interface Ground {
  readonly basis: WorkBasis;
  /** In the inventory's order. */
  readonly certificates: readonly NodeCertificates[];
}

/**
 * Steps for this cluster only. `regenerate` of several units and nodes becomes, for each, hold, regeneration, the CTL of
 * mixed mode, the restarts and the proof, with a gate between different anchors; every other step stays as it is. Where only
 * certificates are regenerated that phones do not judge lists by, nobody has to wait for phones: gates are left out.
 * A gate is added before the first anchor, and before an anchor's second certificate on the same node, where there is none.
 */
export function expandSteps(steps: readonly Step[], ground: Ground): Step[] {
  const ofRelease = steps.filter((step) => isForCluster(step, ground.basis));
  const kept = ofRelease.filter((step) => step.verb !== "gate" || isForPhones(ofRelease));
  const taken = new Set(kept.map(({ id }) => id));
  const flat = kept.flatMap((step) =>
    step.verb === "regenerate" ? expandRegenerate(step, ground, taken) : [step],
  );
  return withGates(flat);
}

/**
 * Phones are known to hold what is served only once somebody said so: one that took the list of an earlier change by TVS, or
 * not yet, is lost with the next anchor; and one that missed a certificate's list meets the next one with no TVS that knows
 * what signed it.
 */
function withGates(steps: readonly Step[]): Step[] {
  const gated: Step[] = [];
  let sinceGate: Set<string> | null = null;
  for (const step of steps) {
    if (step.verb === "gate") sinceGate = new Set();
    const unit = step.verb === "regenerate" ? (step.units[0] ?? "") : "";
    if (step.verb === "regenerate" && anchorKind(unit) !== null) {
      const change = `${unit} ${step.nodes?.join(" ")}`;
      if (sinceGate === null || sinceGate.has(change)) {
        const begin = gated.findIndex(({ work }) => work !== undefined && work === step.work);
        const gate: Step = { id: `${step.id}-phones-ready`, verb: "gate" };
        gated.splice(begin === -1 ? gated.length : begin, 0, gate);
        sinceGate = new Set();
      }
      sinceGate.add(change);
    }
    gated.push(step);
  }
  return gated;
}

/** False only where everything that the steps change are certificates which are no trust anchors. */
function isForPhones(steps: readonly Step[]): boolean {
  const regenerations = steps.filter((step) => step.verb === "regenerate");
  const isAnchor = regenerations.some(({ units }) => units.some((unit) => anchorKind(unit) !== null));
  return regenerations.length === 0 || isAnchor || steps.some(({ verb }) => verb === "reset");
}

/** `taken`: ids of other steps, and then of these. */
function expandRegenerate(step: Regenerate, ground: Ground, taken: Set<string>): Step[] {
  const expanded: Step[] = [];
  let lastAnchor: string | null = null;
  for (const unit of inRegenerationOrder(step.units)) {
    const anchor = anchorKind(unit);
    if (anchor !== null && lastAnchor !== null && anchor !== lastAnchor) {
      expanded.push({ id: `${step.id}-phones-before-${idPart(unit)}`, verb: "gate" });
    }
    lastAnchor = anchor ?? lastAnchor;
    for (const node of nodesOf(step, unit, ground))
      expanded.push(...withOwnIds(unitOfWork(step, unit, node, ground.basis), taken));
  }
  return expanded;
}

/** The nodes as named, else every node that has the unit; the publisher first. */
function nodesOf(step: Regenerate, unit: string, { basis, certificates }: Ground): readonly string[] {
  const { release, publisher } = basis;
  const named = [...new Set(step.nodes ?? [])];
  if (named.length > 0) return named.sort((a, b) => Number(b === publisher) - Number(a === publisher));
  const nodes = nodesOfUnit({ unit, release, publisher, certificates });
  if (nodes.length > 0) return nodes;
  throw new OperatorError("usage", `no node that could be read has a certificate ${unit}`, {
    hint: "Look with `itlctl cert list`, or leave the unit out.",
    place: { step: step.id },
  });
}

function unitOfWork(step: Regenerate, unit: string, node: string, basis: WorkBasis): Step[] {
  const work = `${step.id}-${idPart(unit)}-${nodePart(node, basis)}`;
  const steps: Step[] = [
    { id: `${work}-hold`, verb: "hold", nodes: [node], work },
    {
      ...{ id: work, verb: "regenerate", units: [unit], nodes: [node], work },
      ...(step.replaceCaSigned === true ? { replaceCaSigned: true } : {}),
    },
  ];
  if (!isRegenerationUnit(unit)) throw notRegenerable(unit, step.id);
  // The renewal of ITLRecovery differs from release to release: its playbook has what comes after, step by step.
  if (unit === "ITLRecovery") return steps;
  if (basis.isMixedMode && isInCtl(unit)) steps.push({ id: `${work}-ctl`, verb: "update-ctl", work });
  for (const { service, where } of servicesOfUnit(unit)) {
    const nodes = nodesOfService(service, where, node, basis);
    if (nodes.length === 0) continue;
    steps.push({
      id: `${work}-${idPart(service.replace("Cisco ", ""))}`,
      verb: "restart-service",
      service,
      nodes,
      work,
    });
  }
  return [...steps, { id: `${work}-proof`, verb: "verify", signer: "present", work }];
}

/**
 * A node called cucm-tftp has the name of the Cisco Tftp step of cucm: the steps of a unit of work whose ids are taken get
 * the first number behind its name that makes them their own.
 */
function withOwnIds(steps: readonly Step[], taken: Set<string>): Step[] {
  const work = steps[0]?.work ?? "";
  for (let number = 1; ; number += 1) {
    const own = number === 1 ? work : `${work}-${number}`;
    const named = steps.map((step) => ({ ...step, id: own + step.id.slice(work.length), work: own }));
    if (named.some(({ id }) => taken.has(id))) continue;
    for (const { id } of named) taken.add(id);
    return named;
  }
}

function notRegenerable(unit: string, step: string): OperatorError {
  return new OperatorError("playbook-invalid", `which services ${unit} needs is on no record`, {
    hint: `Regenerate ${unit} by hand, or leave it out.`,
    place: { step },
  });
}

/** Where the service is activated; Cisco Tftp only where it serves, as a stopped one would be started. */
function nodesOfService(
  service: string,
  where: "node" | "publisher" | "everywhere",
  node: string,
  { publisher, seenNodes, tftpNodes, activatedServices }: WorkBasis,
): readonly string[] {
  if (service === "Cisco Tftp") return where === "node" ? tftpNodes.filter((one) => one === node) : tftpNodes;
  const wanted = where === "node" ? [node] : where === "publisher" ? [publisher] : seenNodes;
  return wanted.filter((one) => activatedServices[one]?.includes(service));
}

/** Records of the CTL are made from these. */
function isInCtl(unit: string): boolean {
  return ["CallManager", "CallManager-ECDSA", "CAPF"].includes(unit);
}

/** Two names that differ only in what an id cannot have are told apart by their place in the cluster. */
function nodePart(node: string, { seenNodes }: WorkBasis): string {
  const alike = seenNodes.filter((other) => idPart(other) === idPart(node));
  return alike.length < 2 ? idPart(node) : `${idPart(node)}-${seenNodes.indexOf(node) + 1}`;
}

/** Step ids are lower-case letters, digits and hyphens. */
function idPart(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
