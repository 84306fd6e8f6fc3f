// What a preflight settled, whatever the playbook changes.
import type { Plan } from "../playbook/plan.ts";
import type { Step } from "../playbook/step.ts";
import type { RecoveryBasis } from "./recovery-basis.ts";
import type { WorkBasis } from "./work-basis.ts";

/** What a run rests on, as the journal keeps it. */
export interface SettledPlan {
  readonly plan: Plan;
  readonly basis: RecoveryBasis | null;
  readonly work?: WorkBasis;
  readonly steps?: readonly Step[];
}
