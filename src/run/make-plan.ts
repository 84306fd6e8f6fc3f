// The settled basis and the playbook → the plan in words: every line that will be typed, who answers, what phones do.
import { type Plan, planFingerprint } from "../playbook/plan.ts";
import { isFromRelease } from "../playbook/step-release.ts";
import type { Preflight } from "../verdict/preflight.ts";
import type { RunRequest } from "./journal-entry.ts";
import { describeStep } from "./describe-step.ts";
import { planPreface } from "./plan-preface.ts";
import type { RecoveryBasis } from "./recovery-basis.ts";
import type { RunTools } from "./step-kind.ts";

/** The playbook resolved against this cluster and its release. */
export function makePlan(
  { playbook, cluster }: Pick<RunTools, "playbook" | "cluster">,
  basis: RecoveryBasis,
  preflight: Preflight,
  request: RunRequest,
): Plan {
  return {
    ...{ cluster: cluster.name, playbook: playbook.name, release: basis.release },
    fingerprint: planFingerprint(cluster, playbook),
    preface: planPreface(basis, preflight, request.accepted),
    steps: playbook.steps
      .filter((step) => isFromRelease(step, basis.release))
      .map((step) => describeStep(step, { ground: basis, basis, work: null })),
  };
}
