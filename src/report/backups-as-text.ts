// Backup runs → a table for people: what each cluster's ended in, and below it what went wrong.
import type { BackupRecord } from "../run/journal-entry.ts";
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

/** A kept backup as `backup list` prints it. */
export interface ListedBackup extends BackupRecord {
  readonly notAfter: string | null;
}

/** A backup as `backup verify` prints it. */
export interface VerifiedRecord extends BackupRecord {
  readonly intact: boolean;
  readonly note: string | null;
}

interface Damaged {
  readonly cluster: string;
  readonly path: string;
  readonly reason: string;
}

/** Oldest first, as the vault lists them; the whole id, so that it can be copied. */
export function renderBackupListText(
  backups: readonly ListedBackup[],
  damaged: readonly Damaged[],
  nowMs: number,
  { width, paint }: Look,
): string {
  const rows = backups.map(({ cluster, id, takenAt, certificateSerial, proof, notAfter }) => [
    ...[cluster, id, ageText(takenAt, nowMs), proof],
    certificateSerial === null ? "unknown" : certificateSerial.replaceAll(":", "").slice(0, 8).toLowerCase(),
    notAfter?.slice(0, 10) ?? "unknown",
  ]);
  const heads = ["cluster", "backup", "age", "proof", "serial", "ends"];
  const table =
    rows.length === 0
      ? "no backup is kept yet: itlctl backup run takes one"
      : headed([heads, ...rows], paint);
  return [table, ...damagedLines(damaged, width, paint)].join("\n");
}

/** `intact` or `DAMAGED`, with what is amiss below the table. */
export function renderBackupVerifyText(
  backups: readonly VerifiedRecord[],
  damaged: readonly Damaged[],
  { width, paint }: Look,
): string {
  const rows = backups.map(({ cluster, id, proof, intact }) => [
    cluster,
    id,
    proof,
    intact ? "intact" : "DAMAGED",
  ]);
  const table =
    rows.length === 0
      ? "no backup is kept yet: itlctl backup run takes one"
      : headed([["cluster", "backup", "proof", "copy"], ...rows], paint);
  const notes = backups.flatMap(({ id, note }) =>
    note === null ? [] : [wrapText(`${id}: ${plainLine(note)}`, width, "    ")],
  );
  return [table, ...(notes.length === 0 ? [] : ["", ...notes]), ...damagedLines(damaged, width, paint)].join(
    "\n",
  );
}

/** As wide as it needs to be: ids stay whole, so that they can be copied. */
function headed(rows: readonly (readonly string[])[], paint: Paint): string {
  const plain = rows.map((row) => row.map(plainLine));
  return renderTable(plain, Infinity, (cell, row) => (row === 0 ? paint("bold", cell) : cell));
}

function damagedLines(damaged: readonly Damaged[], width: number, paint: Paint): string[] {
  if (damaged.length === 0) return [];
  const lines = damaged.map(({ cluster, path, reason }) =>
    wrapText(`  ${cluster}: ${plainLine(path)}: ${plainLine(reason)}`, width, "    "),
  );
  return ["", paint("red", "not whole backups:"), ...lines];
}

/** Whole days, or hours where it is less than two days. */
function ageText(takenAt: string, nowMs: number): string {
  const hours = Math.max(0, Math.floor((nowMs - Date.parse(takenAt)) / 3_600_000));
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

/** A backup as `backup prune` prints it. */
export interface PrunedRecord extends BackupRecord {
  readonly kept: boolean;
  readonly removed: boolean;
  readonly reasons: readonly string[];
}

/** Every backup with what becomes of it, and why. */
export function renderPruneText(
  backups: readonly PrunedRecord[],
  isDryRun: boolean,
  { paint }: Look,
): string {
  if (backups.length === 0) return "no backup is kept yet: itlctl backup run takes one";
  const gone = backups.filter(({ kept }) => !kept).length;
  const verb = isDryRun ? "would go" : "removed";
  const rows = backups.map(({ cluster, id, kept, reasons }) => [
    ...[cluster, id, kept ? "kept" : verb],
    reasons.join("; "),
  ]);
  const table = headed([["cluster", "backup", "", "why"], ...rows], paint);
  return [table, "", `${gone} of ${backups.length} ${verb}`].join("\n");
}
