// Any playbook, a request and a look → its judgement and what was settled: a recovery, or a change of certificates and services.
import type { Playbook } from "../playbook/step.ts";
import type { Preflight } from "../verdict/preflight.ts";
import type { RunRequest } from "./journal-entry.ts";
import { makePlan } from "./make-plan.ts";
import { prepareRecovery } from "./prepare-recovery.ts";
import { prepareWork } from "./prepare-work.ts";
import type { SettledPlan } from "./settled-plan.ts";
import type { RunTools } from "./step-kind.ts";

/** `settled` is null where a finding blocks. */
export interface PreparedPlan {
  readonly verdict: Pick<Preflight, "findings" | "blocking" | "isAcceptable">;
  readonly settled: SettledPlan | null;
}

/** Read-only. Throws what `prepareRecovery` and `prepareWork` throw. */
export async function preparePlan(tools: RunTools, request: RunRequest): Promise<PreparedPlan> {
  if (isRecovery(tools.playbook)) {
    const { preflight, basis } = await prepareRecovery(tools, request);
    if (basis === null) return { verdict: preflight, settled: null };
    return { verdict: preflight, settled: { plan: makePlan(tools, basis, preflight, request), basis } };
  }
  const { verdict, work } = await prepareWork(tools, request);
  if (work === null) return { verdict, settled: null };
  const { plan, basis, steps } = work;
  return { verdict, settled: { plan, basis: null, work: basis, steps } };
}

/** The first thing it changes is a reset: then its key is settled by the preflight, for the whole run. */
function isRecovery({ steps }: Playbook): boolean {
  const changes = ["reset", "regenerate", "restart-service", "update-ctl", "reset-ctl", "hold", "gate"];
  return steps.find(({ verb }) => changes.includes(verb))?.verb === "reset";
}
