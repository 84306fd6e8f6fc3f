// A run's report → one HTML page that needs nothing else: no script, no request; every text of others escaped.
import { renderChangesHtml } from "./changes-as-html.ts";
import { htmlStyle, contentPolicy } from "./html-style.ts";
import {
  htmlCode,
  htmlFacts,
  htmlLine,
  htmlProse,
  htmlTable,
  htmlTime,
  htmlWord,
  type Tone,
} from "./html-text.ts";
import { nextOf, nextParts, outcomeColor, outcomeSentence } from "./run-as-text.ts";
import type { RunReport, ToldExchange } from "./run-report.ts";
import { durationText } from "./run-timeline.ts";
import { renderTimelineHtml, toneOf } from "./timeline-as-html.ts";
import { renderTranscriptsHtml } from "./transcripts-as-html.ts";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

/** `transcripts` by node, in the order to show. */
export interface RunPage {
  readonly report: RunReport;
  readonly transcripts: readonly { readonly node: string; readonly exchanges: readonly ToldExchange[] }[];
}

const tones = { green: "good", yellow: "open", red: "bad" } as const satisfies Record<string, Tone>;

/** The whole page, well-formed as XML too. */
export function renderRunHtml({ report, transcripts }: RunPage): string {
  const title = `${report.cluster}: ${outcomeSentence(report)}`;
  const sections = [
    { id: "changes", title: "What changed on each node", html: renderChangesHtml(report) },
    { id: "findings", title: "Findings and advice", html: findingsHtml(report) },
    { id: "timeline", title: "Timeline", html: renderTimelineHtml(report) },
    { id: "steps", title: "Steps", html: stepsHtml(report) },
    { id: "sent", title: "Sent to the cluster", html: writesHtml(report) },
    { id: "backup", title: "Backup", html: backupHtml(report) },
    {
      id: "transcripts",
      title: "Every command and what the node answered",
      html: renderTranscriptsHtml(transcripts, report.writes),
    },
    { id: "evidence", title: "Evidence", html: evidenceHtml(report) },
  ].filter(({ html }) => html !== "");
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8"/>',
    `<meta http-equiv="Content-Security-Policy" content="${htmlLine(contentPolicy)}"/>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
    '<meta name="referrer" content="no-referrer"/>',
    `<title>${htmlLine(`${title} (${report.run ?? "dry run"})`)}</title>`,
    `<style>${htmlStyle}</style>`,
    "</head>",
    "<body>",
    `<header class="${tones[outcomeColor(report.outcome)]}"><h1>${htmlProse(title)}</h1>`,
    '<section id="next" aria-labelledby="next-title"><h2 id="next-title">What to do next</h2>',
    nextHtml(report),
    "</section>",
    factsHtml(report),
    "</header>",
    contentsHtml(sections),
    "<main>",
    ...sections.map(
      ({ id, title: name, html }) =>
        `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${htmlLine(name)}</h2>\n${html}\n</section>`,
    ),
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** What one wants to know before reading on. */
function factsHtml(report: RunReport): string {
  const { run, playbook, plan, startedAt, endedAt, changes, certificates, writes, findings } = report;
  const all = [...changes, ...certificates];
  const nodesWith = (...isChanged: readonly (boolean | null)[]) =>
    new Set(all.flatMap((one) => (isChanged.includes(one.isChanged) ? one.node : []))).size;
  const unknown = nodesWith(null);
  const facts: readonly (readonly [string, string | null])[] = [
    ["Started (UTC)", startedAt === null ? null : htmlTime(startedAt)],
    ["Ended (UTC)", endedAt === null ? "not ended" : htmlTime(endedAt)],
    ["Took", startedAt === null || endedAt === null ? null : htmlLine(durationText(startedAt, endedAt))],
    [
      "Nodes changed",
      all.length === 0
        ? null
        : `${nodesWith(true)} of ${nodesWith(true, false, null)}${unknown === 0 ? "" : `, ${unknown} not known`}`,
    ],
    ["Lines sent", String(writes.length)],
    ["Findings", findings.length === 0 ? "none" : String(findings.length)],
    ["Release", plan === null ? null : htmlLine(plan.release)],
    ["Playbook", htmlLine(playbook)],
    ["Run", run === null ? null : htmlLine(run)],
  ];
  const known = facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  return htmlFacts(known, "facts");
}

function contentsHtml(sections: readonly Section[]): string {
  const links = sections.map(({ id, title }) => `<li><a href="#${id}">${htmlLine(title)}</a></li>`);
  return `<nav aria-labelledby="contents-title"><h2 id="contents-title">Contents</h2><ol>${links.join("")}</ol></nav>`;
}

function nextHtml(report: RunReport): string {
  const { error, timeline, outcome } = report;
  const wait =
    outcome === "held"
      ? timeline.findLast(({ kind, endedAt }) => kind === "hold" && endedAt === null)
      : undefined;
  const { told, command } = nextParts(nextOf(report));
  return [
    ...(error === null ? [] : [`<p><strong class="bad">${htmlProse(error.message)}</strong></p>`]),
    ...(error === null || nextOf(report).includes(error.hint) ? [] : [`<p>${htmlProse(error.hint)}</p>`]),
    ...(wait === undefined ? [] : [`<p>${htmlProse(wait.what)}</p>`]),
    ...(told === "" ? [] : [`<p>${htmlProse(told)}</p>`]),
    ...(command === null ? [] : [`<pre><code>${htmlLine(command)}</code></pre>`]),
  ].join("\n");
}

function stepsHtml({ steps }: RunReport): string {
  const rows = steps.flatMap(({ step, node, outcome, detail, nodes }) => [
    [htmlLine(step), htmlLine(node ?? ""), htmlWord(outcome, toneOf(outcome)), htmlLine(detail)],
    ...nodes.map((part) => [
      htmlLine(step),
      htmlLine(part.node),
      htmlWord(part.outcome, toneOf(part.outcome)),
      htmlLine(part.detail),
    ]),
  ]);
  if (rows.length === 0) return "";
  return htmlTable("Each step, and each node's part of it", ["Step", "Node", "Outcome", "Detail"], rows);
}

function writesHtml({ writes }: RunReport): string {
  if (writes.length === 0) return "<p>Nothing that changes the cluster was sent.</p>";
  const rows = writes.map(({ at, node, line, end }) => [
    htmlTime(at),
    htmlLine(node),
    htmlCode(line),
    end === null ? htmlWord("end not known", "bad") : htmlWord(end, toneOf(end)),
  ]);
  return htmlTable(
    "Every line that changes the cluster, as typed",
    ["Time (UTC)", "Node", "Line", "End"],
    rows,
  );
}

function findingsHtml({ findings }: RunReport): string {
  if (findings.length === 0) return "<p>There are no findings.</p>";
  return findings
    .map(({ code, severity, node, message, advice }) => {
      const tone = severity === "block" ? "bad" : "open";
      const where = node === null || message.startsWith(node) ? "" : `${htmlLine(node)}: `;
      return `<div class="panel ${tone}"><p>${htmlWord(severity, tone)} ${where}${htmlProse(message)} ${htmlCode(code)}</p><p>Advice: ${htmlProse(advice)}</p></div>`;
    })
    .join("\n");
}

function backupHtml({ backup }: RunReport): string {
  if (backup === null) return "";
  return htmlFacts([
    ["Id", htmlCode(backup.id)],
    ["Path in the vault", htmlCode(backup.path)],
    ["Taken (UTC)", htmlTime(backup.takenAt)],
    ["Proof", htmlLine(backup.proofNote === null ? backup.proof : `${backup.proof}: ${backup.proofNote}`)],
    [
      "Serial of its certificate",
      backup.certificateSerial === null ? "not known" : htmlCode(backup.certificateSerial),
    ],
    ["Bytes", String(backup.sizeBytes)],
    ["SHA-256", htmlCode(backup.sha256)],
  ]);
}

function evidenceHtml({ run, evidence }: RunReport): string {
  const how = `<p>Whether these files are still whole is told by ${htmlCode(`itlctl report ${run ?? "RUN"} --verify`)}; the digests here are those of the files when this page was made.</p>`;
  const rows = evidence.map(({ file, sizeBytes, sha256 }) => [
    htmlCode(file),
    `<span class="number">${sizeBytes}</span>`,
    htmlCode(sha256),
  ]);
  return `${how}\n${htmlTable("Files below the state folder", ["File", "Bytes", "SHA-256"], rows)}`;
}
