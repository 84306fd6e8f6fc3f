// A run's report → one HTML page that needs nothing else: no script, no request; every text of others escaped.
import { htmlStyle, contentPolicy } from "./html-style.ts";
import { htmlCode, htmlLine, htmlTable } from "./html-text.ts";
import { signerText, type ServedList } from "./run-changes.ts";
import { nextOf, outcomeSentence } from "./run-as-text.ts";
import type { RunReport, ToldExchange } from "./run-report.ts";
import { durationText } from "./run-timeline.ts";
import { renderTimelineSvg } from "./timeline-as-svg.ts";
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

/** The whole page, well-formed as XML too. */
export function renderRunHtml({ report, transcripts }: RunPage): string {
  const title = `${report.cluster}: ${outcomeSentence(report)}`;
  const sections = [
    { id: "next", title: "What to do next", html: nextHtml(report) },
    { id: "changes", title: "What changed on each node", html: changesHtml(report) },
    { id: "timeline", title: "Timeline", html: timelineHtml(report) },
    { id: "steps", title: "Steps", html: stepsHtml(report) },
    { id: "sent", title: "Sent to the cluster", html: writesHtml(report) },
    { id: "findings", title: "Findings and advice", html: findingsHtml(report) },
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
    `<header><h1>${htmlLine(title)}</h1>`,
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

function factsHtml({ run, playbook, plan, startedAt, endedAt }: RunReport): string {
  const duration = startedAt === null || endedAt === null ? null : durationText(startedAt, endedAt);
  const facts: readonly (readonly [string, string | null])[] = [
    ["Run", run],
    ["Playbook", playbook],
    ["Release", plan?.release ?? null],
    ["Started", startedAt],
    ["Ended", endedAt ?? "not ended"],
    ["Took", duration],
  ];
  const rows = facts.flatMap(([name, value]) =>
    value === null ? [] : [`<dt>${name}</dt><dd>${htmlLine(value)}</dd>`],
  );
  return `<dl>${rows.join("")}</dl>`;
}

function contentsHtml(sections: readonly Section[]): string {
  const links = sections.map(({ id, title }) => `<li><a href="#${id}">${htmlLine(title)}</a></li>`);
  return `<nav aria-labelledby="contents-title"><h2 id="contents-title">Contents</h2><ol>${links.join("")}</ol></nav>`;
}

function nextHtml(report: RunReport): string {
  const { error } = report;
  const trouble =
    error === null
      ? []
      : [
          `<div class="panel"><p><strong class="bad">${htmlLine(error.message)}</strong></p><p>${htmlLine(error.hint)}</p></div>`,
        ];
  return [...trouble, `<p>${htmlLine(nextOf(report))}</p>`].join("\n");
}

function changesHtml({ changes }: RunReport): string {
  if (changes.length === 0) return "";
  const rows = changes.map(({ node, before, after, isChanged }) => {
    const word = isChanged === null ? "not known" : isChanged ? "changed" : "unchanged";
    return [htmlLine(node), word, listHtml(before), listHtml(after)];
  });
  const heads = ["Node", "List", "Before the run", "At the last proof"];
  return htmlTable("The trust list (ITL) that each node served", heads, rows);
}

function listHtml(list: ServedList | null): string {
  if (list === null) return "not known";
  const serial = list.signerSerial === null ? "not known" : htmlCode(list.signerSerial);
  return `<dl><dt>SHA-1</dt><dd>${htmlCode(list.sha1)}</dd><dt>Signer</dt><dd>${htmlLine(signerText(list))}</dd><dt>Serial</dt><dd>${serial}</dd></dl>`;
}

function timelineHtml({ timeline, endedAt, startedAt }: RunReport): string {
  const [first] = timeline;
  if (first === undefined) return "";
  const lastAt = timeline
    .flatMap((span) => [span.startedAt, span.endedAt ?? span.startedAt])
    .reduce((latest, at) => (at > latest ? at : latest), endedAt ?? startedAt ?? first.startedAt);
  const rows = timeline.map((span) => [
    htmlLine(span.startedAt),
    htmlLine(durationText(span.startedAt, span.endedAt)),
    htmlLine(span.kind === "write" ? "sent" : span.kind),
    htmlLine([span.step, span.node].filter((part) => part !== null).join(" on ")),
    htmlLine(span.what === span.step ? "" : span.what),
    htmlLine(span.outcome ?? ""),
  ]);
  return [
    "<p>The longer, the wider, but not in proportion: seconds stay visible beside days.</p>",
    `<div class="wide" tabindex="0" role="region" aria-label="Timeline as a picture">${renderTimelineSvg(timeline, lastAt)}</div>`,
    htmlTable("The same in words", ["Began", "Took", "Kind", "Step", "What", "Ended"], rows),
  ].join("\n");
}

function stepsHtml({ steps }: RunReport): string {
  const rows = steps.flatMap(({ step, node, outcome, detail, nodes }) => [
    [htmlLine(step), htmlLine(node ?? ""), wordHtml(outcome), htmlLine(detail)],
    ...nodes.map((part) => [
      htmlLine(step),
      htmlLine(part.node),
      wordHtml(part.outcome),
      htmlLine(part.detail),
    ]),
  ]);
  if (rows.length === 0) return "";
  return htmlTable("Each step, and each node's part of it", ["Step", "Node", "Outcome", "Detail"], rows);
}

function wordHtml(outcome: string): string {
  const isGood = outcome === "done" || outcome === "skipped";
  const isOpen = outcome === "pending" || outcome === "held";
  return `<span class="word ${isGood ? "good" : isOpen ? "open" : "bad"}">${htmlLine(outcome)}</span>`;
}

function writesHtml({ writes }: RunReport): string {
  if (writes.length === 0) return "<p>Nothing that changes the cluster was sent.</p>";
  const rows = writes.map(({ at, node, line, end }) => [
    htmlLine(at),
    htmlLine(node),
    htmlCode(line),
    htmlLine(end ?? "end not known"),
  ]);
  return htmlTable("Every line that changes the cluster, as typed", ["Time", "Node", "Line", "End"], rows);
}

function findingsHtml({ findings }: RunReport): string {
  if (findings.length === 0) return "<p>There are no findings.</p>";
  return findings
    .map(({ code, severity, node, message, advice }) => {
      const word = `<span class="word ${severity === "block" ? "bad" : "open"}">${htmlLine(severity)}</span>`;
      const where = node === null ? "" : `${htmlLine(node)}: `;
      return `<div class="panel"><p>${word} ${where}${htmlLine(message)} ${htmlCode(code)}</p><p>Advice: ${htmlLine(advice)}</p></div>`;
    })
    .join("\n");
}

function backupHtml({ backup }: RunReport): string {
  if (backup === null) return "";
  const facts = [
    ["Id", backup.id],
    ["Path in the vault", backup.path],
    ["Taken", backup.takenAt],
    ["Proof", backup.proofNote === null ? backup.proof : `${backup.proof}: ${backup.proofNote}`],
    ["Serial of its certificate", backup.certificateSerial ?? "not known"],
    ["Bytes", String(backup.sizeBytes)],
    ["SHA-256", backup.sha256],
  ] as const;
  return `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${htmlLine(value)}</dd>`).join("")}</dl>`;
}

function evidenceHtml({ run, evidence }: RunReport): string {
  const how = `<p>Whether these files are still whole is told by ${htmlCode(`itlctl report ${run ?? "RUN"} --verify`)}; the digests here are those of the files when this page was made.</p>`;
  const rows = evidence.map(({ file, sizeBytes, sha256 }) => [
    htmlCode(file),
    String(sizeBytes),
    htmlCode(sha256),
  ]);
  return `${how}\n${htmlTable("Files below the state folder", ["File", "Bytes", "SHA-256"], rows)}`;
}
