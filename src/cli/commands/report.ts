// report: one run for people or scripts, and whether its evidence is whole.
import { OperatorError } from "../../base/errors.ts";
import { answer } from "../answer.ts";
import type { Command, CommandContext } from "../command.ts";

const formats = ["text", "json", "markdown", "html"] as const;

export const report: Command = {
  name: "report",
  summary: "the report of a run",
  description: [
    "Prints a run as its journal tells it, for people who were not there: outcome and what comes next, what each node served before and after, steps and holds in time, what was sent, findings with advice, and the SHA-256 of every file of its evidence.",
    "`--format html` is one page without script or outside asset, with every command and its transcript folded away. Secrets are masked in all of it, as they were when it was written down.",
    "`--verify` checks the evidence instead: each line of the journal is chained to the one before, and transcripts, lists and report.json are held against what the journal recorded. Exit 0: whole; 11: damaged, with the line or the file. Lines cut off at the end of a journal are seen only by what else they leave: a report.json that tells more.",
  ],
  arguments: [{ name: "<run>", description: "id of the run, or a beginning that only it has" }],
  options: [
    {
      flags: "--format <FORMAT>",
      description: "text (default), json, markdown or html",
      choices: formats,
    },
    { flags: "--verify", description: "check the run's evidence instead of printing it" },
  ],
  examples: [
    "itlctl report 2026-11-20T22-14-03Z-east-recover",
    "itlctl report 2026-11-20T22-14-03Z-east-recover --format markdown",
    "itlctl report 2026-11-20T22-14-03Z-east-recover --format html > east.html",
    "itlctl report 2026-11-20T22-14-03Z-east-recover --verify",
  ],
  exits: [11],
  async run(context, input) {
    const { settings } = context;
    const format = input.text("format") ?? (settings.isJson ? "json" : "text");
    if (settings.isJson && format !== "json") throw usage(`--json contradicts --format ${format}`);
    const run = input.words[0] ?? "";
    if (input.isSet("verify")) return verify(context, run, format);
    if (!formats.some((known) => known === format)) throw usage(`--format cannot be "${format}"`);
    await print(context, run, format);
    return 0;
  },
};

async function print(context: CommandContext, run: string, format: string): Promise<void> {
  const { output, settings } = context;
  const [{ loadRunMaterial }, { runReport }] = await Promise.all([
    import("../../run/run-material.ts"),
    import("../../report/run-report.ts"),
  ]);
  const material = loadRunMaterial(settings.stateFolder, run);
  const document = runReport(material);
  if (format === "json") return output.answerJson(document);
  if (format === "markdown") {
    const { renderRunMarkdown } = await import("../../report/run-as-markdown.ts");
    return output.answer(renderRunMarkdown(document));
  }
  if (format === "html") {
    const [{ renderRunHtml }, { parseExchanges }] = await Promise.all([
      import("../../report/run-as-html.ts"),
      import("../../session/transcript-exchanges.ts"),
    ]);
    const transcripts = material.transcripts.map(({ node, text }) => {
      return { node, exchanges: parseExchanges(text) };
    });
    return output.answer(renderRunHtml({ report: document, transcripts }));
  }
  const { renderRunReportText } = await import("../../report/run-report-as-text.ts");
  const told = settings.isPlain ? { ...document, plan: null } : document;
  await answer(context, told, (look) => renderRunReportText(document, look));
}

async function verify(context: CommandContext, run: string, format: string): Promise<number> {
  const { output, settings } = context;
  if (format !== "text" && format !== "json") throw usage(`--verify has no --format ${format}`);
  const [{ verifyRun }, { renderVerificationText }] = await Promise.all([
    import("../../run/verify-run.ts"),
    import("../../report/verification-as-text.ts"),
  ]);
  const verification = verifyRun(settings.stateFolder, run);
  if (format === "json") output.answerJson(verification);
  else await answer(context, verification, (look) => renderVerificationText(verification, look));
  return verification.isWhole ? 0 : 11;
}

function usage(message: string): OperatorError {
  return new OperatorError("usage", message, {
    hint: "Use --format text, json, markdown or html; with --verify text or json",
  });
}
