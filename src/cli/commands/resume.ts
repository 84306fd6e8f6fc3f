// resume: go on with a run that was interrupted, held, or ended with something unknown.
import { existsSync } from "node:fs";
import { OperatorError } from "../../base/errors.ts";
import { openAftermath } from "../aftermath.ts";
import { backupPlaybook } from "../backup-runs.ts";
import type { Command } from "../command.ts";
import { prepareRun, tellRun, untilSecondInterrupt } from "../run-setup.ts";

export const resume: Command = {
  name: "resume",
  summary: "go on with an unfinished run (writes)",
  description: [
    "Looks at the cluster first: a step that already took effect is seen as done. A write whose outcome is unknown is sent again only where every node still serves what it served before, and a settling time has passed.",
    "--confirm STEP answers the step that the run waits for; it does not replace --yes. A playbook of your own has to be there as it was when the run began.",
  ],
  arguments: [{ name: "<run>", description: "id of the run, or a beginning that only it has" }],
  options: [
    { flags: "--confirm <STEP>", description: "what the run waits for is done" },
    { flags: "--no-wait", description: "end as held instead of waiting out a timed hold" },
    { flags: "--yes", description: "needed without a terminal: resuming may write" },
  ],
  examples: [
    "itlctl resume 2026-11-20T22-14-03Z-east-recover",
    "itlctl resume 2026-11-20T22-14-03Z-east-recover --confirm phones --yes",
  ],
  exits: [3, 10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23],
  handlesInterrupts: true,
  async run(context, input) {
    if (!input.isSet("yes") && !context.asker.isTerminal) {
      throw new OperatorError(
        "no-terminal",
        "resume may write on the cluster and there is no terminal to ask at",
        {
          hint: "Run it at a terminal, or give --yes.",
        },
      );
    }
    const [{ findRunFolder }, { readRun, resumeRun }, { findCluster }] = await Promise.all([
      import("../../run/run-folder.ts"),
      import("../../run/start-run.ts"),
      import("../../inventory/select-nodes.ts"),
    ]);
    const { run } = findRunFolder(context.settings.stateFolder, input.words[0] ?? "");
    const state = readRun(context.settings.stateFolder, run);
    const inventory = await context.loadInventory();
    const cluster = findCluster(inventory, state.cluster);
    refuseMissingPlaybook(state.run, state.request.playbookFile);
    return untilSecondInterrupt(context, async (signal) => {
      const setup = await prepareRun(context, {
        ...{
          cluster,
          signal,
          playbook: state.playbook,
          playbookFile: state.request.playbookFile,
          given: state.request.given,
          remoteKey: state.request.remoteKey,
          heldFile: state.isApproved ? null : state.request.heldFile,
        },
        isWaiting: !input.isSet("wait", false),
        isAsking: context.asker.isTerminal,
      });
      const ended = await resumeRun(setup, run, {
        confirmedStep: input.text("confirm"),
        isUnattended: input.isSet("yes"),
      });
      if (state.playbook === backupPlaybook) {
        const aftermath = await openAftermath(context, inventory, null, signal);
        await aftermath.backedUp(cluster, ended);
      }
      return tellRun(context, ended);
    });
  },
};

/** A run rests on its playbook as it was on the first day; a changed one is refused later, by its fingerprint. */
function refuseMissingPlaybook(run: string, file: string | undefined): void {
  if (file === undefined || existsSync(file)) return;
  throw new OperatorError("playbook-invalid", `the playbook of run ${run} is not there any more: ${file}`, {
    hint: `Put it back as it was when the run began, then resume; or end the run: \`itlctl abandon ${run} --reason TEXT\`.`,
    place: { file },
  });
}
