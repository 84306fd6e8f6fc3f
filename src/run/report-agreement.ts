// report.json and the journal's lines → whether the report tells what the journal tells, at one of the run's ends.
import type { JournalEntry } from "./journal-entry.ts";
import { type RunState, replay } from "./replay.ts";

export interface ReportJudgement {
  readonly state: "whole" | "damaged" | "not-recorded";
  readonly detail: string;
}

/** What the report takes over as the journal has it. */
const told = [
  ...(["run", "cluster", "playbook", "startedAt", "outcome", "waitsFor", "until"] as const),
  ...(["plan", "backup", "error", "next"] as const),
];

/** `text` is the file as it is. It is written behind the journal, so it may be that of an earlier end. */
export function judgeReport(text: string, entries: readonly JournalEntry[]): ReportJudgement {
  const report = parseObject(text);
  if (report === null) return { state: "damaged", detail: "it is not a JSON document" };
  const ends = entries.flatMap((entry, index) =>
    entry.kind === "run-ended" || entry.kind === "abandoned" ? [index + 1] : [],
  );
  if (ends.length === 0) return { state: "damaged", detail: "the journal has no end that it could tell of" };
  const at = ends.findLast((length) => agrees(report, replay(entries.slice(0, length))));
  if (at === undefined) return { state: "damaged", detail: "it tells another run than the journal does" };
  const isNewest = at === ends.at(-1);
  return {
    state: "whole",
    detail: isNewest ? "it agrees with the journal" : "it agrees with the journal as far as an earlier end",
  };
}

function agrees(report: Readonly<Record<string, unknown>>, state: RunState): boolean {
  const { steps, writes, findings } = report;
  const stepsTold = state.steps.map(({ step, outcome, detail }) => [step, outcome, detail]);
  const writesTold = state.writes.map(({ node, line, end }) => [node, line, end]);
  const findingsTold = state.findings.map(({ code, node, message }) => [code, node, message]);
  return (
    told.every((key) => isSame(report[key], state[key])) &&
    rowsAgree(steps, ["step", "outcome", "detail"], stepsTold, true) &&
    rowsAgree(writes, ["node", "line", "end"], writesTold, false) &&
    rowsAgree(findings, ["code", "node", "message"], findingsTold, false)
  );
}

/** Steps still to come stand behind those that were met. */
function rowsAgree(
  rows: unknown,
  keys: readonly string[],
  expected: readonly (readonly unknown[])[],
  mayGoOn: boolean,
): boolean {
  if (!Array.isArray(rows)) return false;
  if (rows.length < expected.length || (!mayGoOn && rows.length > expected.length)) return false;
  return expected.every((values, index) => {
    const row: unknown = rows[index];
    return isRecord(row) && keys.every((key, at) => isSame(row[key], values[at]));
  });
}

/** Every part that the journal knows stands in the report too; what is absent is as good as null. */
function isSame(written: unknown, known: unknown): boolean {
  if (typeof written === "string" && typeof known === "string") return isSameText(written, known);
  if (Array.isArray(known)) {
    if (!Array.isArray(written) || written.length !== known.length) return false;
    return known.every((item, index) => isSame(written[index], item));
  }
  if (isRecord(known)) {
    return isRecord(written) && Object.entries(known).every(([key, item]) => isSame(written[key], item));
  }
  return (written ?? null) === (known ?? null);
}

/** A report is masked as a whole, the journal only in its free texts: bullets stand for any words. */
function isSameText(written: string, known: string): boolean {
  if (!written.includes("••••")) return written === known;
  let from = 0;
  const parts = written.split("••••");
  const areInOrder = parts.every((part) => {
    const found = known.indexOf(part, from);
    from = found + part.length;
    return found >= 0;
  });
  return areInOrder && known.startsWith(parts[0] ?? "") && known.endsWith(parts.at(-1) ?? "");
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
