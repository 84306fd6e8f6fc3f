// A playbook resolved against a cluster: what will be typed, asked and waited for, in order.
import { createHash } from "node:crypto";
import type { Cluster } from "../inventory/cluster.ts";
import type { Playbook, Step } from "./step.ts";

/** A question of the platform and who answers it (`itlctl, with credentials.ccm`). */
export interface PlannedQuestion {
  readonly question: string;
  readonly answeredBy: string;
}

/** One step in words. `commands` are lines exactly as they will be typed. */
export interface PlannedStep {
  readonly step: string;
  readonly verb: Step["verb"];
  readonly title: string;
  readonly commands: readonly { readonly node: string; readonly line: string }[];
  readonly questions: readonly PlannedQuestion[];
  /** What it does to users and phones, and what comes after; one sentence each. */
  readonly effects: readonly string[];
  /** When it begins after the first step and how long it takes, by our own estimate; absent where nothing is estimated. */
  readonly startsMs?: number;
  readonly lastsMs?: number;
}

export interface Plan {
  readonly cluster: string;
  readonly playbook: string;
  readonly release: string;
  /** What must not have changed for the plan to be carried on. */
  readonly fingerprint: string;
  readonly steps: readonly PlannedStep[];
  /** Said before the steps: what was decided, and what was accepted in spite of a finding. */
  readonly preface: readonly string[];
}

/** SHA-256 over playbook and nodes (name, address, role, ports), not over credentials or host keys: a mended password must be resumable. */
export function planFingerprint(cluster: Cluster, playbook: Playbook): string {
  return fingerprintOf(cluster, playbook, playbook.sha256);
}

/**
 * Files of playbooks that itlctl brought before, by SHA-256. Outside mixed mode they have the steps of the present ones, so a
 * run that was planned from one and is held since is carried on by this version.
 */
const earlierFiles: Readonly<Record<string, readonly string[]>> = {
  "itl-recovery": [
    "c63cfcda2b78c3cbd955a9f7916445660b6713fb30328a4bb65e38f57c2456f1",
    "2797489c8b0b404a31fcf36dca48ece157af5ad74869ee2e14a158c9ce9fa169",
  ],
  "recovery-key-backup": ["7995d2365dffb418506f5d468d7428f5a7d06255a9a279c9d777fc348fa00d23"],
};

/** Whether a plan with this fingerprint is the one that cluster and playbook make; `isShipped`: the playbook is one that itlctl brings. */
export function isSamePlan(
  fingerprint: string,
  cluster: Cluster,
  playbook: Playbook,
  isShipped: boolean,
): boolean {
  const earlier = isShipped ? (earlierFiles[playbook.name] ?? []) : [];
  return [playbook.sha256, ...earlier].some(
    (sha256) => fingerprintOf(cluster, playbook, sha256) === fingerprint,
  );
}

function fingerprintOf(cluster: Cluster, { name, values }: Playbook, sha256: string): string {
  const nodes = cluster.nodes.map((node) => [
    node.name,
    node.address,
    node.role,
    node.ssh.port,
    node.tftp.port,
  ]);
  const own = Object.keys(values).length === 0 ? [] : [Object.entries(values)];
  const text = JSON.stringify([name, sha256, cluster.name, nodes, ...own]);
  return createHash("sha256").update(text).digest("hex");
}
