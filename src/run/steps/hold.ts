// Nodes → the time until each of them may have a certificate regenerated again: looked at side by side, waited out together.
import { OperatorError } from "../../base/errors.ts";
import type { Step } from "../../playbook/step.ts";
import { nodesOf } from "../look.ts";
import { type NodeChanges, observeChanges } from "../node-changes.ts";
import { type HoldState, settleHold } from "../node-hold.ts";
import type { RunContext, StepKind } from "../step-kind.ts";
import { throwIfInterrupted } from "./timed-wait.ts";
import { waitForHolds } from "./wait-for-hold.ts";

type HoldStep = Extract<Step, { verb: "hold" }>;

/** `hold`: writes nothing. A node that cannot be looked at is held for a full hold; the step that writes there says more. */
export const hold: StepKind<HoldStep> = {
  async carryOut(step, context) {
    throwIfInterrupted(context);
    const { nodes = [] } = step;
    const names = nodes.length > 0 ? nodes : context.ground().seenNodes;
    const states = await holdsOf(context, names);
    const isHeld = states.some((state) => state.kind === "held");
    const stop = await waitForHolds(context, step.id, states);
    if (stop !== null) return stop;
    const detail = isHeld
      ? `the hold on ${names.join(", ")} is over`
      : `nothing changed lately on ${names.join(", ")}`;
    return { kind: "done", node: null, detail };
  },
};

async function holdsOf(context: RunContext, names: readonly string[]): Promise<HoldState[]> {
  const { cluster, pool, clock, signal, events } = context;
  const visits = await pool.visit(nodesOf(cluster, names), async (node) =>
    observeChanges(await pool.session(node), clock, signal),
  );
  throwIfInterrupted(context);
  return names.map((name) => {
    const visit = visits.get(name);
    const isKnown = visit?.kind === "failed" && visit.error instanceof OperatorError;
    if (visit?.kind === "failed" && !isKnown) throw visit.error;
    const changes: NodeChanges | null = visit?.kind === "ok" ? visit.value : null;
    const trouble = isKnown ? [(visit.error as OperatorError).message] : (changes?.trouble ?? []);
    if (trouble.length > 0) events.emit({ kind: "note", text: `${name}: ${trouble.join("; ")}` });
    return settleHold(context, name, changes);
  });
}
