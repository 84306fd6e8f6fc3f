// The answer of `utils dbreplication runtimestate` in; one row per server out.
import { answerLines } from "./answer-lines.ts";
import type { ReplicationRow } from "./node-facts.ts";
import { answerNotUnderstood } from "./not-understood.ts";

const command = "utils dbreplication runtimestate";

/**
 * Rows of the detailed view; `text` is the setup column as printed, or the whole rest where that cannot be told. Without
 * that view, or with fewer or more rows than it announces: answer-not-understood.
 */
export function parseReplication(text: string): ReplicationRow[] {
  const lines = answerLines(text, command).map((line) => line.trim());
  const head = lines.findIndex((line) => /^SERVER-NAME\s/.test(line));
  if (head === -1) throw answerNotUnderstood(command, text, "it holds no table of servers");
  const rows = lines
    .slice(head + 1)
    .filter((line) => !/^[-\s]+$/.test(line))
    .map(parseRow);
  const announced = lines
    .map((line) => /^Cluster Detailed View .*\((\d{1,5}) Servers?\)\s?:?$/.exec(line)?.[1])
    .find(Boolean);
  if (announced !== undefined && Number(announced) !== rows.length) {
    throw answerNotUnderstood(command, text, `it announces ${announced} servers and shows ${rows.length}`);
  }
  return rows;
}

function parseRow(line: string): ReplicationRow {
  const words = line.split(/\s+/);
  const setup = words.findLastIndex((word) => /^\((?:\d{1,3}|-)\)$/.test(word));
  const text = words.slice(setup < 2 ? 2 : setup).join(" ");
  return {
    server: words[0] ?? "",
    address: words[1] ?? "",
    isSetupCompleted: text === "(2) Setup Completed",
    text,
  };
}
