// A command's setup and a request → the plan and its read-only preflight, printed; no run, no lock, no transcripts.
import type { PreparedPlan } from "../run/prepare-plan.ts";
import type { RunRequest } from "../run/journal-entry.ts";
import type { RunSetup } from "../run/start-run.ts";
import type { SessionPool } from "../session/session-pool.ts";
import { answer } from "./answer.ts";
import type { CommandContext } from "./command.ts";
import { exitOfRun } from "./run-setup.ts";

type DrySetup = RunSetup & { openDryPool(): SessionPool };

/** Gives the exit code. `next`: the command that carries it out. `onPlan` gets what was prepared, before it is printed. */
export async function dryRun(
  context: CommandContext,
  setup: DrySetup,
  request: RunRequest,
  { next, onPlan }: { readonly next: string; onPlan?: ((prepared: PreparedPlan) => void) | undefined },
): Promise<number> {
  const [{ preparePlan }, { renderPlanText }, { plannedDocument }, { renderRunText }, { blockedBy }] =
    await Promise.all([
      import("../run/prepare-plan.ts"),
      import("../report/plan-as-text.ts"),
      import("../report/run-document.ts"),
      import("../report/run-as-text.ts"),
      import("../run/blocked-by.ts"),
    ]);
  const { cluster, playbook } = setup;
  const pool = setup.openDryPool();
  try {
    const prepared = await preparePlan({ ...setup, pool }, request);
    const { verdict, settled } = prepared;
    onPlan?.(prepared);
    const plan = settled?.plan ?? null;
    const error = plan === null ? blockedBy(cluster.name, verdict) : null;
    const document = plannedDocument(cluster.name, playbook.name, verdict.findings, plan, error, next);
    await answer(context, document, (look) => {
      if (plan === null) return renderRunText(document, look);
      return [renderPlanText(plan, look), "", renderRunText({ ...document, steps: [] }, look)].join("\n");
    });
    return exitOfRun(document);
  } finally {
    await pool.closeAll();
  }
}
