// report: one run for people or scripts.
import { OperatorError } from "../../base/errors.ts";
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";

const formats = ["text", "json", "markdown"] as const;

export const report: Command = {
  name: "report",
  summary: "the report of a run",
  description: [
    "Prints a run as its journal tells it: outcome, steps, what was sent, findings, and what comes next.",
  ],
  arguments: [{ name: "<run>", description: "id of the run, or a beginning that only it has" }],
  options: [
    { flags: "--format <FORMAT>", description: "text (default), json or markdown", choices: formats },
  ],
  examples: [
    "itlctl report 2026-11-20T22-14-03Z-east-recover",
    "itlctl report 2026-11-20T22-14-03Z-east-recover --format markdown",
  ],
  exits: [11],
  async run(context, input) {
    const { output, settings } = context;
    const format = input.text("format") ?? (settings.isJson ? "json" : "text");
    if (settings.isJson && format !== "json") throw usage(`--json contradicts --format ${format}`);
    const [{ readRun }, { findRunFolder }, { runDocument }, { renderRunText }, { renderRunMarkdown }] =
      await Promise.all([
        import("../../run/start-run.ts"),
        import("../../run/run-folder.ts"),
        import("../../report/run-document.ts"),
        import("../../report/run-as-text.ts"),
        import("../../report/run-as-markdown.ts"),
      ]);
    const { run } = findRunFolder(settings.stateFolder, input.words[0] ?? "");
    const document = runDocument(readRun(settings.stateFolder, run));
    if (format === "json") output.answerJson(document);
    else if (format === "markdown") output.answer(renderRunMarkdown(document));
    else if (format === "text") {
      const told = settings.isPlain ? { ...document, plan: null } : document;
      await answer(context, told, (look) => renderRunText(document, look));
    } else throw usage(`--format cannot be "${format}"`);
    return 0;
  },
};

function usage(message: string): OperatorError {
  return new OperatorError("usage", message, { hint: "Use --format text, json or markdown" });
}
