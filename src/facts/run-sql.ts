// The answer of `run sql` in; its table as rows out.
import { answerLines } from "./answer-lines.ts";
import { answerNotUnderstood } from "./not-understood.ts";

/** Values as printed, without padding; `NULL` is null. */
export interface SqlRows {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

const command = "run sql";

/** Columns stand where the `=` rule says; a table without its rule, or a row that does not fit, is answer-not-understood. */
export function parseSqlRows(text: string): SqlRows {
  const lines = answerLines(text, command);
  const rule = lines.findIndex((line) => /^[=\s]+$/.test(line));
  const [names, ruler] = [lines[rule - 1], lines[rule]];
  if (names === undefined || ruler === undefined || rule !== 1) {
    throw answerNotUnderstood(command, text, "it is not one table");
  }
  const spans = [...ruler.matchAll(/=+/g)].map((span) => span.index);
  const cells = (line: string): string[] => {
    const found = cellsAt(line, spans) ?? line.trim().split(/\s+/);
    if (found.length !== spans.length) {
      throw answerNotUnderstood(command, text, `unknown line "${line.trim().slice(0, 120)}"`);
    }
    return found;
  };
  const columns = cells(names);
  if (new Set(columns).size !== columns.length)
    throw answerNotUnderstood(command, text, "two columns have one name");
  const rows = lines.slice(rule + 1).map((line) => {
    const values = cells(line);
    return Object.fromEntries(
      columns.map((name, i) => [name, values[i] === "NULL" ? null : (values[i] ?? "")]),
    );
  });
  return { columns, rows };
}

/** Null where a blank does not stand before each column, as when tabs or folded blanks moved them. */
function cellsAt(line: string, starts: readonly number[]): string[] | null {
  if (line.includes("\t")) return null;
  const isFitting = starts.every((start) => start === 0 || /^\s?$/.test(line.charAt(start - 1)));
  const isInside = line.slice(0, starts[0] ?? 0).trim() === "";
  return isFitting && isInside ? starts.map((start, i) => line.slice(start, starts[i + 1]).trim()) : null;
}
