// abandon: end a run for good; nothing is sent to the cluster.
import { OperatorError } from "../../base/errors.ts";
import type { Command } from "../command.ts";
import { tellRun } from "../run-setup.ts";

export const abandon: Command = {
  name: "abandon",
  summary: "end an unfinished run for good",
  description: [
    "Writes the reason into the run's journal and ends it. The cluster stays as it is: look at it with `itlctl status`, and start a new run if it needs one.",
  ],
  arguments: [{ name: "<run>", description: "id of the run, or a beginning that only it has" }],
  options: [{ flags: "--reason <TEXT>", description: "why; stands in the journal and the report" }],
  examples: ['itlctl abandon 2026-11-20T22-14-03Z-east-recover --reason "cured by hand"'],
  exits: [11],
  async run(context, input) {
    const reason = input.text("reason");
    if (reason === null || reason.trim() === "") {
      throw new OperatorError("usage", "abandon needs --reason TEXT", {
        hint: "Say why, for whoever reads the report.",
      });
    }
    const { abandonRun } = await import("../../run/start-run.ts");
    const tools = {
      stateFolder: context.settings.stateFolder,
      clock: context.world.clock,
      masker: context.masker,
    };
    const state = abandonRun(tools, input.words[0] ?? "", reason);
    if (state.writes.length > 0) {
      context.output.note(
        `what was sent stays in effect; see what is served now with \`itlctl status ${state.cluster}\``,
      );
    }
    return tellRun(context, state);
  },
};
