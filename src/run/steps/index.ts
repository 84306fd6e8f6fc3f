// The verbs of a playbook, listed one by one.
import type { Step } from "../../playbook/step.ts";
import type { StepKind } from "../step-kind.ts";
import { backup } from "./backup.ts";
import { confirm } from "./confirm.ts";
import { gate } from "./gate.ts";
import { hold } from "./hold.ts";
import { notify } from "./notify.ts";
import { preflight } from "./preflight.ts";
import { regenerateAlone } from "./other-anchors.ts";
import { resetCtl } from "./reset-ctl.ts";
import { reset } from "./reset.ts";
import { restartServiceStep } from "./restart-service.ts";
import { updateCtl } from "./update-ctl.ts";
import { verify } from "./verify.ts";

const kinds: { readonly [V in Step["verb"]]: StepKind<Extract<Step, { verb: V }>> } = {
  backup,
  confirm,
  gate,
  hold,
  notify,
  preflight,
  regenerate: regenerateAlone,
  reset,
  "reset-ctl": resetCtl,
  "restart-service": restartServiceStep,
  "update-ctl": updateCtl,
  verify,
};

/** The verb's kind, ready for any step of that verb. */
export function stepKindOf(step: Step): StepKind {
  return kinds[step.verb] as StepKind;
}
