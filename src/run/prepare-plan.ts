// Any playbook, a request and a look → its judgement and what was settled: a recovery, or a change of certificates and services.
import { OperatorError } from "../base/errors.ts";
import { isForCluster } from "../playbook/step-release.ts";
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

/** Read-only. Throws what `prepareRecovery` and `prepareWork` throw, and `usage` where the playbook names a node that is none. */
export async function preparePlan(tools: RunTools, request: RunRequest): Promise<PreparedPlan> {
  refuseUnknownNodes(tools);
  if (isRecovery(tools.playbook)) {
    const { preflight, basis } = await prepareRecovery(tools, request);
    if (basis === null) return { verdict: preflight, settled: null };
    const isMixedMode = basis.isMixedMode === true;
    const { release } = basis;
    const steps = tools.playbook.steps.filter((step) => isForCluster(step, { release, isMixedMode }));
    const plan = makePlan(tools, basis, preflight, request, steps);
    // A run without steps of its own has those of the playbook, save the ones of mixed mode.
    return { verdict: preflight, settled: { plan, basis, ...(isMixedMode ? { steps } : {}) } };
  }
  const { verdict, work } = await prepareWork(tools, request);
  if (work === null) return { verdict, settled: null };
  const { plan, basis, steps } = work;
  return { verdict, settled: { plan, basis: null, work: basis, steps } };
}

/**
 * The first thing it changes, beside what it does in mixed mode only, is a reset: then its key is settled by the preflight,
 * for the whole run. Where it changes certificates or other services as well, it is a change with a reset in it.
 */
function isRecovery({ steps }: Playbook): boolean {
  const changes = ["reset", "regenerate", "restart-service", "update-ctl", "reset-ctl", "hold", "gate"];
  const isOther = steps.some(
    (step) =>
      step.verb === "regenerate" || (step.verb === "restart-service" && step.service !== "Cisco Tftp"),
  );
  if (isOther) return false;
  return steps.find(({ verb, onlyIn }) => onlyIn === undefined && changes.includes(verb))?.verb === "reset";
}

/** Before anybody logs in: a name in another spelling is no name. */
function refuseUnknownNodes({ cluster, playbook }: RunTools): void {
  for (const step of playbook.steps) {
    const named = "nodes" in step ? (step.nodes ?? []) : [];
    const unknown = named.find((name) => !cluster.nodes.some((node) => node.name === name));
    if (unknown === undefined) continue;
    throw new OperatorError(
      "usage",
      `${playbook.name} names the node ${unknown}, which ${cluster.name} has not`,
      {
        hint: `Its nodes: ${cluster.nodes.map(({ name }) => name).join(", ")}.`,
        place: { cluster: cluster.name, step: step.id },
      },
    );
  }
}
