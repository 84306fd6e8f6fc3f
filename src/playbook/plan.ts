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
  const nodes = cluster.nodes.map((node) => [
    node.name,
    node.address,
    node.role,
    node.ssh.port,
    node.tftp.port,
  ]);
  const { name, sha256, values } = playbook;
  const own = Object.keys(values).length === 0 ? [] : [Object.entries(values)];
  const text = JSON.stringify([name, sha256, cluster.name, nodes, ...own]);
  return createHash("sha256").update(text).digest("hex");
}
