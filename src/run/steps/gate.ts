// Between two trust anchors: every TFTP node's list looked at as phones would, then a person's word that phones have followed.
import type { Step } from "../../playbook/step.ts";
import type { StepKind } from "../step-kind.ts";
import { confirm } from "./confirm.ts";
import { proveFollowed } from "./followed.ts";

type GateStep = Extract<Step, { verb: "gate" }>;

const phonesText =
  "Reset the phones (Cisco Unified CM Administration, System > Enterprise Parameters > Reset, or device pool by device pool) and wait until every phone is registered again with the list that is served now. A phone that is off or has not taken it meets the next change with the old list, and may be lost.";

/** What a gate asks of the person. */
export function gateText(step: GateStep): string {
  return step.text ?? phonesText;
}

/** `gate`: read-only. Done when the evidence of every TFTP node and a person agree; what is served then is what phones hold from there on. */
export const gate: StepKind<GateStep> = {
  async carryOut(step, context) {
    const isFirst = !context.state().confirmed.includes(step.id) && context.confirmedStep !== step.id;
    if (isFirst) {
      const stop = await proveFollowed(step, context);
      if (stop !== null) return stop;
    }
    const answer = await confirm.carryOut({ id: step.id, verb: "confirm", text: gateText(step) }, context);
    if (answer.kind !== "done") return answer;
    // Looked at again: the word is about what is served now, and days may have passed.
    const stop = await proveFollowed(step, context);
    if (stop !== null) return stop;
    return {
      kind: "done",
      node: null,
      detail: "every TFTP node proven, and phones confirmed to have followed",
    };
  },
};
