// runs: past and unfinished runs, unfinished first.
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";

export const runs: Command = {
  name: "runs",
  summary: "past and unfinished runs",
  description: [
    "Lists every run of the state folder, unfinished ones first. A run whose process is gone is interrupted; one whose journal is damaged is unknown, with what is wrong.",
  ],
  arguments: [],
  options: [],
  examples: ["itlctl runs", "itlctl runs --json"],
  exits: [],
  async run(context) {
    const { settings } = context;
    const [{ listRuns }, { readListedRun, isUnfinished }, { runSummary }, { renderRunsText }] =
      await Promise.all([
        import("../../run/run-folder.ts"),
        import("../../run/start-run.ts"),
        import("../../report/run-document.ts"),
        import("../../report/run-as-text.ts"),
      ]);
    const states = listRuns(settings.stateFolder)
      .reverse()
      .map((run) => readListedRun(settings.stateFolder, run));
    const ordered = [...states.filter(isUnfinished), ...states.filter((state) => !isUnfinished(state))];
    const summaries = ordered.map(runSummary);
    await answer(context, { runs: summaries }, (look) => renderRunsText(summaries, look));
    return 0;
  },
};
