// The settled basis and the playbook → the plan in words: every line that will be typed, who answers, what phones do.
import { type Plan, planFingerprint } from "../playbook/plan.ts";
import type { Step } from "../playbook/step.ts";
import type { Preflight } from "../verdict/preflight.ts";
import type { RunRequest } from "./journal-entry.ts";
import { describeStep } from "./describe-step.ts";
import { planPreface } from "./plan-preface.ts";
import type { RecoveryBasis } from "./recovery-basis.ts";
import type { RunTools } from "./step-kind.ts";

/** `steps`: those of the playbook that are for this cluster. */
export function makePlan(
  { playbook, cluster }: Pick<RunTools, "playbook" | "cluster">,
  basis: RecoveryBasis,
  preflight: Preflight,
  request: RunRequest,
  steps: readonly Step[],
): Plan {
  return {
    ...{ cluster: cluster.name, playbook: playbook.name, release: basis.release },
    fingerprint: planFingerprint(cluster, playbook),
    preface: planPreface(basis, preflight, request.accepted),
    steps: steps.map((step) => describeStep(step, { ground: basis, basis, work: null })),
  };
}
