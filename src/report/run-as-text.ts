// A run's document → text for people: outcome first, then steps, findings, what was sent, and what comes next.
import { colorOf, type Paint } from "./paint.ts";
import { plainLine } from "./plain-text.ts";
import type { RunDocument, RunStepDocument, RunSummary } from "./run-document.ts";
import { renderFinding } from "./status-as-text.ts";
import { renderTable, wrapText } from "./text-table.ts";
import { wrapProse } from "./wrap-prose.ts";

interface Look {
  readonly width: number;
  readonly paint: Paint;
}

/** The whole report of a run. With `more`, which stands at the end, what comes next stands at the top. */
export function renderRunText(document: RunDocument, look: Look, more?: readonly string[]): string {
  const { width, paint } = look;
  const outcome = paint(outcomeColor(document.outcome), outcomeSentence(document));
  const head = [
    `${paint("bold", document.cluster)}: ${outcome}`,
    wrapText(
      `run ${document.run ?? "(none: dry run)"}, ${document.playbook}${timesText(document)}`,
      width,
      "    ",
    ),
  ];
  const steps = document.steps.flatMap((step) => renderStep(step, look));
  const { backup } = document;
  const kept =
    backup === null
      ? []
      : ["", wrapText(`backup: ${backup.path} (${backup.proof}, ${backup.sizeBytes} bytes)`, width, "  ")];
  const writes = document.writes.map(({ at, node, line }) =>
    wrapText(`  ${at}  ${node}> ${plainLine(line)}`, width, "    "),
  );
  const findings = document.findings.map((finding) => renderFinding(finding, width, paint));
  const next = more === undefined ? document.next : nextOf(document);
  const outcomeLines = [
    ...(document.error === null ? [] : ["", ...errorLines(document, look)]),
    ...(next === null ? [] : ["", ...nextLines(next, width, "next: ")]),
  ];
  return [
    ...head,
    ...(more === undefined ? [] : outcomeLines),
    ...(steps.length === 0 ? [] : ["", ...steps]),
    ...kept,
    ...section(`sent to the cluster (${writes.length})`, writes),
    ...section("findings", findings),
    ...(more ?? outcomeLines),
  ].join("\n");
}

/** The list of runs, one line each, ids whole; below a run, what comes next. */
export function renderRunsText(runs: readonly RunSummary[], look: Look): string {
  if (runs.length === 0) return "no runs yet";
  const rows = runs.map((run) => [run.run ?? "", run.cluster, run.outcome]);
  const table = renderTable([["run", "cluster", "outcome"], ...rows], Infinity, (cell, row, column) => {
    if (row === 0) return look.paint("bold", cell);
    return column === 2 ? look.paint(outcomeColor(runs[row - 1]?.outcome ?? "done"), cell) : cell;
  });
  return table
    .split("\n")
    .flatMap((line, at) => {
      const next = runs[at - 1]?.next ?? null;
      return next === null ? [line] : [line, ...nextLines(next, look.width, "  next: ")];
    })
    .join("\n");
}

/** What to do, and the command at its end by itself, to be copied; null where it ends with none. */
export function nextParts(next: string): { readonly told: string; readonly command: string | null } {
  const text = plainLine(next);
  const [, told = text, command = null] = /^(.*?)\(?(itlctl [^()`]+)\)?$/.exec(text) ?? [];
  return { told: told.trimEnd(), command };
}

/** A command at the end stands on a line by itself, unbroken. */
function nextLines(next: string, width: number, title: string): string[] {
  const indent = " ".repeat(title.length);
  const { told: before, command } = nextParts(next);
  const told = wrapText(`${title}${before}`, width, indent).trimEnd();
  if (command === null) return [told];
  return before === "" ? [`${title}${command}`] : [told, `${indent}${command}`];
}

/** What the outcome means, in a sentence. */
export function outcomeSentence(document: RunSummary): string {
  switch (document.outcome) {
    case "planned":
      return "planned; nothing was changed";
    case "running":
      return "running";
    case "interrupted":
      return "interrupted; `resume` goes on, and looks before it acts";
    case "held":
      return document.until === null
        ? `held, waits for you: ${document.waitsFor ?? ""}`
        : `held until ${document.until}`;
    case "done":
      return "done and proven";
    case "warned":
      return "done and proven, with warnings";
    case "blocked":
      return "blocked by a finding; nothing was changed";
    case "unknown":
      return "UNKNOWN: something was sent, and its outcome could not be seen yet";
    case "failed":
      return "failed";
    case "cancelled":
      return "cancelled; nothing was changed";
    case "abandoned":
      return "abandoned";
  }
}

/** `next` of the run, or what to do where it names nothing. */
export function nextOf({ next, outcome }: RunSummary): string {
  if (next !== null) return next;
  switch (outcome) {
    case "done":
      return "Nothing: the run is over, and what it should reach is proven.";
    case "warned":
      return "Read the findings and their advice; the run itself is over, and what it should reach is proven.";
    case "running":
      return "Wait: the run is under way.";
    case "cancelled":
      return "Nothing was changed. Begin again when you are ready.";
    case "abandoned":
      return "The run was given up: look at the cluster with `itlctl status`.";
    default:
      return "Look at the cluster with `itlctl status`.";
  }
}

function renderStep(step: RunStepDocument, { width, paint }: Look): string[] {
  const where = step.node === null ? "" : ` (${step.node})`;
  const word = paint(stepColor(step.outcome), step.outcome.padEnd(8));
  const indent = " ".repeat(11);
  const text = wrapText(`${step.step}${where}: ${plainLine(step.detail)}`, width - indent.length);
  const nodes = step.nodes.map(({ node, outcome, detail }) => {
    return `${indent}${wrapText(`${node}: ${outcome}: ${plainLine(detail)}`, width - indent.length - 2).replaceAll("\n", `\n${indent}  `)}`;
  });
  const isToldByNodes = nodes.length > 0;
  const line = isToldByNodes ? `${step.step}${where}` : text.replaceAll("\n", `\n${indent}`);
  return [`  ${word} ${line}`, ...nodes];
}

function errorLines({ error }: RunDocument, { width, paint }: Look): string[] {
  if (error === null) return [];
  return [
    `${paint("red", "error")}: ${wrapText(plainLine(error.message), width - 7).replaceAll("\n", "\n       ")}`,
    `hint:  ${wrapProse(plainLine(error.hint), width - 7).replaceAll("\n", "\n       ")}`,
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines];
}

function timesText({ startedAt, endedAt }: RunDocument): string {
  if (startedAt === null) return "";
  return endedAt === null ? `, started ${startedAt}` : `, ${startedAt} to ${endedAt}`;
}

/** Green: nothing is left to do; red: something is not as it should be. */
export function outcomeColor(outcome: RunSummary["outcome"]): "green" | "yellow" | "red" {
  if (outcome === "done" || outcome === "planned") return colorOf("pass") as "green";
  return ["warned", "held", "running", "cancelled", "abandoned"].includes(outcome) ? "yellow" : "red";
}

function stepColor(outcome: RunStepDocument["outcome"]): "green" | "yellow" | "red" | "dim" {
  if (outcome === "done" || outcome === "skipped") return "green";
  if (outcome === "pending") return "dim";
  return outcome === "held" ? "yellow" : "red";
}
