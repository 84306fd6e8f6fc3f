// The verbs of a playbook, listed one by one.
import type { Step } from "../../playbook/step.ts";
import type { StepKind } from "../step-kind.ts";
import { backup } from "./backup.ts";
import { confirm } from "./confirm.ts";
import { preflight } from "./preflight.ts";
import { reset } from "./reset.ts";
import { restartServiceStep } from "./restart-service.ts";
import { verify } from "./verify.ts";

const kinds: { readonly [V in Step["verb"]]: StepKind<Extract<Step, { verb: V }>> } = {
  backup,
  preflight,
  reset,
  verify,
  confirm,
  "restart-service": restartServiceStep,
};

/** The verb's kind, ready for any step of that verb. */
export function stepKindOf(step: Step): StepKind {
  return kinds[step.verb] as StepKind;
}
