// A run's document → Markdown, for a ticket or a change record.
import { plainLine } from "./plain-text.ts";
import type { RunDocument } from "./run-document.ts";
import { outcomeSentence } from "./run-as-text.ts";

/** The whole report of a run; text of the platform is escaped, so it cannot become markup. */
export function renderRunMarkdown(document: RunDocument): string {
  const { run, cluster, playbook, startedAt, endedAt, backup, error, next } = document;
  const facts = [
    `- Run: ${code(run ?? "dry run")}`,
    `- Playbook: ${code(playbook)}`,
    `- Started: ${startedAt ?? "-"}`,
    `- Ended: ${endedAt ?? "-"}`,
    ...(backup === null ? [] : [`- Backup: ${code(backup.path)} (${backup.proof})`]),
    ...(next === null ? [] : [`- Next: ${escape(next)}`]),
  ];
  const steps = document.steps.flatMap(({ step, node, outcome, detail, nodes }) => [
    row([step, node ?? "", outcome, detail]),
    ...nodes.map((part) => row([step, part.node, part.outcome, part.detail])),
  ]);
  const writes = document.writes.map(({ at, node, line }) => row([at, node, code(line)], true));
  const findings = document.findings.map(({ severity, code: name, node, message, advice }) =>
    row([severity, name, node ?? "", `${message}. ${advice}`]),
  );
  return [
    `# ${escape(cluster)}: ${escape(outcomeSentence(document))}`,
    "",
    ...facts,
    ...(error === null ? [] : ["", `> **${escape(error.message)}**`, ">", `> ${escape(error.hint)}`]),
    ...table("Steps", ["Step", "Node", "Outcome", "Detail"], steps),
    ...table("Sent to the cluster", ["Time", "Node", "Line"], writes),
    ...table("Findings", ["Severity", "Finding", "Node", "What and what to do"], findings),
    "",
  ].join("\n");
}

function table(title: string, heads: readonly string[], rows: readonly string[]): string[] {
  if (rows.length === 0) return [];
  return [
    "",
    `## ${title}`,
    "",
    row(heads, true),
    row(
      heads.map(() => "---"),
      true,
    ),
    ...rows,
  ];
}

function row(cells: readonly string[], isReady = false): string {
  return `| ${cells.map((cell) => (isReady ? cell : escape(cell))).join(" | ")} |`;
}

function code(text: string): string {
  return `\`${plainLine(text).replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}

function escape(text: string): string {
  return plainLine(text).replace(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`);
}
