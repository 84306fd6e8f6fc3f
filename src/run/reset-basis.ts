// A reset whose turn has come → what it rests on: of a recovery its preflight, inside a change of certificates a look made now.
import { OperatorError } from "../base/errors.ts";
import { blockedBy } from "./blocked-by.ts";
import { confirmedLists } from "./confirmed-lists.ts";
import { prepareRecovery } from "./prepare-recovery.ts";
import type { RecoveryBasis } from "./recovery-basis.ts";
import type { RunContext, StepResult } from "./step-kind.ts";

/**
 * Read-only. Inside a change of certificates the local key is judged by what is served and held at this moment, once: the
 * journal keeps it. A judgement that stops it is a failed step, as certificates may have changed by then.
 */
export async function resetBasis(
  step: { readonly id: string },
  context: RunContext,
): Promise<RecoveryBasis | StepResult> {
  const { work, basis, expanded } = context.state();
  if (work === null || basis !== null) return context.basis();
  const isCtlAround = (expanded ?? []).some(({ verb }) => verb === "reset-ctl" || verb === "update-ctl");
  const { preflight, basis: prepared } = await prepareRecovery(
    context,
    { ...context.request, requestedKey: "local" },
    isCtlAround,
    confirmedLists(context),
  );
  // What this run has replaced itself needs no warning.
  const isRenewal = context.state().changed.some(({ unit }) => unit === "ITLRecovery");
  const findings = preflight.findings.filter(
    ({ code, severity }) => !isRenewal || code !== "recovery-certificate-replaced" || severity === "block",
  );
  context.record({ kind: "findings", step: step.id, findings });
  if (prepared !== null) {
    context.record({ kind: "reset-prepared", step: step.id, basis: prepared });
    return prepared;
  }
  const blocked = blockedBy(context.cluster.name, preflight);
  const error = new OperatorError("step-failed", `the reset was not sent: ${blocked.message}`, {
    hint: `${blocked.hint} Then: itlctl resume ${context.run}`,
    place: { ...blocked.place, step: step.id },
    cause: blocked,
  });
  return { kind: "failed", node: null, detail: error.message, error };
}
