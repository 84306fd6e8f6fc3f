// The judgement before the first write: look, judge, and lay down the plan; read-only.
import type { Step } from "../../playbook/step.ts";
import { blockedBy } from "../blocked-by.ts";
import { preparePlan } from "../prepare-plan.ts";
import { refuseOtherBaseline } from "../saved-baseline.ts";
import type { StepKind } from "../step-kind.ts";

type PreflightStep = Extract<Step, { verb: "preflight" }>;

/** `preflight`: blocked by findings, or done with the plan and its basis in the journal. */
export const preflight: StepKind<PreflightStep> = {
  async carryOut(step, context) {
    const { verdict, settled } = await preparePlan(context, context.request);
    context.record({ kind: "findings", step: step.id, findings: verdict.findings });
    if (settled === null) {
      const error = blockedBy(context.cluster.name, verdict);
      return { kind: "blocked", node: null, detail: error.message, error };
    }
    refuseOtherBaseline(context.request.saved ?? null, settled);
    context.record({ kind: "planned", ...settled });
    context.events.emit({ kind: "planned", plan: settled.plan });
    const warnings = verdict.findings.length;
    const detail =
      warnings === 0 ? "nothing to report" : `${warnings} finding${warnings === 1 ? "" : "s"}, none stops it`;
    return { kind: "done", node: null, detail };
  },
};
