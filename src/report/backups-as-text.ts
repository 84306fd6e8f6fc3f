// Backup runs → a table for people: what each cluster's ended in, and below it what went wrong.
import { colorOf, type Paint } from "./paint.ts";
import { plainLine } from "./plain-text.ts";
import { outcomeSentence } from "./run-as-text.ts";
import type { RunDocument } from "./run-document.ts";
import { renderTable, wrapText } from "./text-table.ts";

interface Look {
  readonly width: number;
  readonly paint: Paint;
}

/** One row a cluster; findings and errors below the table, each with its hint. */
export function renderBackupRunsText(runs: readonly RunDocument[], { width, paint }: Look): string {
  const rows = runs.map(({ cluster, outcome, backup, error }) => [
    cluster,
    outcome,
    backup?.proof ?? "",
    backup?.id ?? (error === null ? "" : error.code),
  ]);
  const table = renderTable(
    [["cluster", "outcome", "proof", "backup"], ...rows.map((row) => row.map(plainLine))],
    width,
    (cell, row, column) => {
      if (row === 0) return paint("bold", cell);
      return column === 1 ? paint(outcomeColor(runs[row - 1]?.outcome), cell) : cell;
    },
  );
  const told = runs.flatMap((run) => {
    const findings = run.findings.map(
      ({ code, message, advice }) => `${run.cluster}: ${code}: ${message}. ${advice}`,
    );
    const error =
      run.error === null
        ? []
        : [`${run.cluster}: ${outcomeSentence(run)}: ${run.error.message}`, `  hint: ${run.error.hint}`];
    return [...findings, ...error].map((line) =>
      wrapText(`${/^ */.exec(line)?.[0] ?? ""}${plainLine(line)}`, width, "    "),
    );
  });
  return [table, ...(told.length === 0 ? [] : ["", ...told])].join("\n");
}

function outcomeColor(outcome: RunDocument["outcome"] | undefined): "green" | "yellow" | "red" {
  if (outcome === "done") return colorOf("pass") as "green";
  return outcome === "warned" || outcome === "cancelled" ? "yellow" : "red";
}
