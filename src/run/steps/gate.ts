// Between two trust anchors: every TFTP node's list looked at as phones would, then a person's word that phones have followed.
import type { Step } from "../../playbook/step.ts";
import type { RunContext, StepKind, StepResult } from "../step-kind.ts";
import { confirm } from "./confirm.ts";
import { proveFollowed } from "./followed.ts";

type GateStep = Extract<Step, { verb: "gate" }>;

const phonesText =
  "Reset the phones (Cisco Unified CM Administration, System > Enterprise Parameters > Reset, or device pool by device pool) and wait until every phone is registered again with the list that is served now. A phone that is off or has not taken it meets the next change with the old list, and may be lost.";

/** What a gate asks of the person. */
export function gateText(step: GateStep): string {
  return step.text ?? phonesText;
}

/**
 * `gate`: read-only. Done when the evidence of every TFTP node and a person agree; what is served then is what phones hold
 * from there on. The word is about the lists that were proven before it: where others are served by now, it is asked for again.
 */
export const gate: StepKind<GateStep> = {
  async carryOut(step, context) {
    const isFlagged = context.confirmedStep === step.id;
    if (!isFlagged && provenLists(step, context, "when asked") === null) {
      const stop = await proveFollowed(step, context);
      if (stop !== null) return stop;
    }
    let isAsking = isFlagged || provenLists(step, context, "when asked") === null;
    for (let text = gateText(step); ; text = `${changedText} ${gateText(step)}`) {
      if (isAsking) {
        const answer = await ask(step, context, text, isFlagged && text === gateText(step));
        if (answer.kind !== "done") return answer;
      }
      const stop = await proveFollowed(step, context);
      if (stop !== null) return stop;
      if (provenLists(step, context, "when asked") === provenLists(step, context, "now")) {
        const detail = "every TFTP node proven, and phones confirmed to have followed";
        return { kind: "done", node: null, detail };
      }
      isAsking = true;
    }
  },
};

const changedText = "Other lists are served now than when you were asked: phones have to hold these.";

/** A word of before does not count here. */
function ask(step: GateStep, context: RunContext, text: string, isFlagged: boolean): Promise<StepResult> {
  const unanswered = () => ({ ...context.state(), confirmed: [] });
  const confirmedStep = isFlagged ? step.id : null;
  return confirm.carryOut(
    { id: step.id, verb: "confirm", text },
    { ...context, confirmedStep, state: unanswered },
  );
}

/** What the step's last proof saw, of all or of those before the person's last word; null: there is none. */
function provenLists(step: GateStep, context: RunContext, when: "when asked" | "now"): string | null {
  const entries = context.journal.entries();
  const word = entries.findLastIndex((entry) => entry.kind === "confirmed" && entry.step === step.id);
  const seen = entries
    .slice(0, when === "now" ? entries.length : Math.max(word, 0))
    .findLast((entry) => entry.kind === "lists-seen" && entry.step === step.id);
  return seen?.kind === "lists-seen" ? JSON.stringify(seen.lists) : null;
}
