// status: what every TFTP node serves, who signed it, and what is wrong.
import { OperatorError } from "../../base/errors.ts";
import type { Cluster } from "../../inventory/cluster.ts";
import type { ClusterStatus, StatusDocument } from "../../report/status-document.ts";
import { type Aftermath, metricsFlag, openAftermath } from "../aftermath.ts";
import { answer } from "../answer.ts";
import type { Command, CommandContext, CommandInput } from "../command.ts";
import { beginBackupLook } from "../backup-look.ts";
import { exitOfVerdict } from "../exit-codes.ts";
import { prepareLook } from "../prepare-look.ts";

const formats = ["text", "json", "csv", "nagios"] as const;
type Format = (typeof formats)[number];

export const status: Command = {
  name: "status",
  summary: "what every TFTP node serves, who signed it, what is wrong",
  description: [
    "Logs in to every node of the named clusters (all of the inventory without a name), side by side, and only reads: services, lists, certificates, replication. Fetches from each TFTP node the file that phones fetch, verifies it, and judges all of it.",
    "A node that does not answer costs its own time and is a finding. Every list seen is kept under the state folder: `itl history` shows them, and `recover` learns from them what phones hold.",
    "With --format nagios the exit code is that of a monitoring plugin (0 to 3) and stdout is one line.",
  ],
  arguments: [{ name: "[cluster...]", description: "names of the inventory; all of it without one" }],
  options: [
    { flags: "--format <FORMAT>", description: "text (default), json, csv or nagios", choices: formats },
    metricsFlag,
  ],
  examples: [
    "itlctl status",
    "itlctl status east west --json",
    "itlctl status --format nagios",
    "itlctl status --metrics /var/lib/node_exporter/itlctl.prom",
  ],
  exits: [3, 10, 20],
  async run(context, input) {
    const format = formatOf(input, context);
    const { selectClusters } = await import("../../inventory/select-nodes.ts");
    const inventory = await context.loadInventory();
    const clusters = selectClusters(inventory, input.words);
    const aftermath = await openAftermath(context, inventory, input.text("metrics"), context.signal);
    const document: StatusDocument = { clusters: await lookAtAll(clusters, context, aftermath) };
    await aftermath.writeMetrics();
    return printed(document, format, context);
  },
};

function formatOf(input: CommandInput, { settings }: CommandContext): Format {
  const text = input.text("format") ?? (settings.isJson ? "json" : "text");
  const format = formats.find((known) => known === text);
  if (format === undefined || (settings.isJson && format !== "json")) {
    const problem =
      format === undefined ? `--format cannot be "${text}"` : `--json contradicts --format ${text}`;
    throw new OperatorError("usage", problem, { hint: `Use --format with one of ${formats.join(", ")}` });
  }
  return format;
}

async function lookAtAll(
  clusters: readonly Cluster[],
  context: CommandContext,
  aftermath: Aftermath,
): Promise<ClusterStatus[]> {
  const [look, { observeCluster }, { seenLists }] = await Promise.all([
    prepareLook(clusters, context),
    import("../../run/observe-cluster.ts"),
    import("../../run/seen-lists.ts"),
  ]);
  // What judges is loaded while the nodes make us wait for their prompts.
  const loadJudges = () =>
    Promise.all([
      import("../../verdict/judge-cluster.ts"),
      import("../../verdict/judge-succession.ts"),
      import("../../report/status-document.ts"),
    ]);
  const statusOf = (cluster: Cluster) =>
    look.at(cluster, async (tools) => {
      const backups = beginBackupLook(cluster, context);
      const before = seenLists(tools.history, cluster.name);
      const [facts, [{ judgeCluster }, { judgeSuccession }, { clusterStatus }]] = await Promise.all([
        observeCluster(tools, "status"),
        loadJudges(),
      ]);
      const options = {
        certificateDays: cluster.thresholds.certificateDays,
        nowMs: context.world.clock.now(),
      };
      const findings = [...judgeCluster(facts, options), ...judgeSuccession(facts, before)];
      const ofBackups = await backups(tools, facts, findings);
      return { facts, status: clusterStatus(facts, [...findings, ...ofBackups]) };
    });
  const looked = async (cluster: Cluster) => {
    const { facts, status: seen } = await statusOf(cluster);
    await aftermath.looked(cluster, facts, seen.findings, exitOfVerdict(seen.verdict));
    return seen;
  };
  return Promise.all(clusters.map(looked));
}

async function printed(document: StatusDocument, format: Format, context: CommandContext): Promise<number> {
  const { output } = context;
  const { worstVerdict } = await import("../../report/status-document.ts");
  const exit = exitOfVerdict(worstVerdict(document));
  switch (format) {
    case "json":
      output.answerJson(document);
      return exit;
    case "csv": {
      const { renderStatusCsv } = await import("../../report/status-as-csv.ts");
      output.answer(renderStatusCsv(document));
      return exit;
    }
    case "nagios": {
      const { renderStatusNagios } = await import("../../report/status-as-nagios.ts");
      const answer = renderStatusNagios(document);
      output.answer(answer.line);
      return answer.exit;
    }
    case "text": {
      const { renderStatusText } = await import("../../report/status-as-text.ts");
      await answer(context, document, (look) => renderStatusText(document, look));
      return exit;
    }
  }
}
