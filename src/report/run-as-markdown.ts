// A run's document → Markdown, for a ticket or a change record.
import { certificateWord } from "./certificate-changes.ts";
import { plainLine } from "./plain-text.ts";
import { nextOf, outcomeSentence } from "./run-as-text.ts";
import { listWord, signerText, type ServedList } from "./run-changes.ts";
import type { RunReport } from "./run-report.ts";
import { durationText } from "./run-timeline.ts";

/** The whole report of a run; text of the platform is escaped, so it cannot become markup. */
export function renderRunMarkdown(document: RunReport): string {
  const { run, cluster, playbook, startedAt, endedAt, backup, error } = document;
  const facts = [
    `- Run: ${code(run ?? "dry run")}`,
    `- Playbook: ${code(playbook)}`,
    `- Started: ${escape(startedAt ?? "-")}`,
    `- Ended: ${escape(endedAt ?? "-")}`,
    ...(backup === null ? [] : [`- Backup: ${code(backup.path)} (${escape(backup.proof)})`]),
  ];
  const changes = document.changes.map((change) =>
    row([escape(change.node), listWord(change), listCell(change.before), listCell(change.after)], true),
  );
  const certificates = document.certificates.map((change) => {
    const { node, unit, before, after } = change;
    const valid = after === null ? "" : `, valid to ${escape(after.notAfter)}`;
    return row(
      [
        ...[escape(node), escape(unit), certificateWord(change)],
        before === null ? "not known" : code(before.serial),
        after === null ? "" : `${code(after.serial)}${valid}`,
      ],
      true,
    );
  });
  const timeline = document.timeline.map(({ kind, step, node, what, startedAt, endedAt, outcome }) =>
    row([
      ...[startedAt, durationText(startedAt, endedAt), kind === "write" ? "sent" : kind],
      [step, node].filter((part) => part !== null).join(" on "),
      ...[what === step ? "" : what, outcome ?? ""],
    ]),
  );
  const evidence = document.evidence.map(({ file, sizeBytes, sha256 }) =>
    row([code(file), String(sizeBytes), code(sha256)], true),
  );
  const steps = document.steps.flatMap(({ step, node, outcome, detail, nodes }) => [
    row([step, node ?? "", outcome, detail]),
    ...nodes.map((part) => row([step, part.node, part.outcome, part.detail])),
  ]);
  const writes = document.writes.map(({ at, node, line }) =>
    row([escape(at), escape(node), code(line)], true),
  );
  const findings = document.findings.map(({ severity, code: name, node, message, advice }) =>
    row([severity, name, node ?? "", `${message}. ${advice}`]),
  );
  return [
    `# ${escape(cluster)}: ${escape(outcomeSentence(document))}`,
    "",
    `Next: ${escape(nextOf(document))}`,
    "",
    ...facts,
    ...(error === null ? [] : ["", `> **${escape(error.message)}**`, ">", `> ${escape(error.hint)}`]),
    ...table("Lists served", ["Node", "List", "Before", "At the last proof"], changes),
    ...table("Certificates", ["Node", "Unit", "Certificate", "Serial before", "Serial after"], certificates),
    ...table("Steps", ["Step", "Node", "Outcome", "Detail"], steps),
    ...table("Sent to the cluster", ["Time", "Node", "Line"], writes),
    ...table("Findings", ["Severity", "Finding", "Node", "What and what to do"], findings),
    ...table("Timeline", ["Began", "Took", "Kind", "Step", "What", "Ended"], timeline),
    ...table("Evidence", ["File", "Bytes", "SHA-256"], evidence),
    "",
  ].join("\n");
}

function listCell(list: ServedList | null): string {
  if (list === null) return "not known";
  const serial = list.signerSerial === null ? "not known" : code(list.signerSerial);
  return `${code(list.sha1)}, signer ${escape(signerText(list))}, serial ${serial}`;
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
