// A hook of the playbook: a program told what the run has done so far. It changes nothing on the cluster and stops no run.
import { isoTime } from "../../base/clock.ts";
import type { Step } from "../../playbook/step.ts";
import type { RunContext, StepKind } from "../step-kind.ts";
import { throwIfInterrupted } from "./timed-wait.ts";

type NotifyStep = Extract<Step, { verb: "notify" }>;

/** `notify`: a hook that fails is told and the run goes on, as the cluster must not wait for a mail server. Told again when a crash left it unknown. */
export const notify: StepKind<NotifyStep> = {
  async carryOut(step, context) {
    throwIfInterrupted(context);
    const { detail, kind } = await context.runHook(step.hook, documentOf(step, context));
    if (kind !== "ok") context.events.emit({ kind: "note", text: `the hook ${step.hook[0]}: ${detail}` });
    return { kind: "done", node: null, detail: kind === "ok" ? "told" : `the hook failed: ${detail}` };
  },
};

/** What the hook reads: where the run stands, without findings and lists. */
function documentOf(step: NotifyStep, context: RunContext): Readonly<Record<string, unknown>> {
  const { run, cluster, playbook, startedAt, steps } = context.state();
  const done = steps.map(({ step: name, node, outcome, detail }) => ({ step: name, node, outcome, detail }));
  return {
    event: "notify",
    at: isoTime(context.clock.now()),
    run,
    cluster,
    playbook,
    step: step.id,
    startedAt,
    steps: done,
  };
}
