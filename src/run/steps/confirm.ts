// A step that only a person can end: ask at a terminal, else leave the run held until `resume --confirm`.
import type { Step } from "../../playbook/step.ts";
import type { StepKind } from "../step-kind.ts";

type ConfirmStep = Extract<Step, { verb: "confirm" }>;

/** `confirm`: holds until the operator says that it is done. Writes nothing and keeps no session open. */
export const confirm: StepKind<ConfirmStep> = {
  async carryOut(step, context) {
    const done = { kind: "done", node: null, detail: "confirmed" } as const;
    if (context.state().confirmed.includes(step.id)) return done;
    if (context.confirmedStep === step.id) {
      context.record({ kind: "confirmed", step: step.id, by: "flag" });
      return done;
    }
    context.record({ kind: "waiting", step: step.id, text: step.text, until: null });
    await context.pool.closeAll();
    context.events.emit({ kind: "waiting", step: step.id, what: `you: ${step.text}`, until: null });
    const answer = context.operator ? await context.operator.confirmStep(step.id, step.text) : "later";
    if (answer === "later") {
      return {
        kind: "held",
        node: null,
        detail: `waits for you: ${step.text}`,
        until: null,
        next: `When that is done: itlctl resume ${context.run} --confirm ${step.id}`,
      };
    }
    context.record({ kind: "confirmed", step: step.id, by: "terminal" });
    return done;
  },
};
