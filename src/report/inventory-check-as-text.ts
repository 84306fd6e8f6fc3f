// What checking an inventory gave → a line per node, with the reason and the next step where a login failed.
import { colorOf, type Paint } from "./paint.ts";
import { plainLine } from "./plain-text.ts";
import { renderTable, wrapText } from "./text-table.ts";

interface CheckedNode {
  readonly node: string;
  readonly address: string;
  readonly role: string;
  readonly login: "ok" | "failed" | null;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

interface CheckedCluster {
  readonly cluster: string;
  readonly nodes: readonly CheckedNode[];
}

interface CheckWarning {
  readonly cluster: string;
  readonly message: string;
  readonly hint: string;
}

const indent = "    ";

function renderTrouble({ node, error }: CheckedNode, width: number): string[] {
  if (error === null) return [];
  const line = (text: string) => wrapText(plainLine(text), width - indent.length, indent);
  return [`  ${line(`${node}: ${error.message} [${error.code}]`)}`, `${indent}→ ${line(error.hint)}`];
}

function renderCluster({ cluster, nodes }: CheckedCluster, width: number, paint: Paint): string {
  const isTried = nodes.some(({ login }) => login !== null);
  const rows = nodes.map(({ node, address, role, login, error }) => {
    const result = login === "failed" ? (error?.code ?? "failed") : (login ?? "");
    return [node, address, role, ...(isTried ? [result] : [])].map(plainLine);
  });
  const table = renderTable(rows, width - 2, (cell, row, column) => {
    if (column < 3) return cell;
    return paint(colorOf(nodes[row]?.login === "ok" ? "pass" : "block"), cell);
  });
  const lines = table.split("\n").map((line) => `  ${line}`);
  return [paint("bold", cluster), ...lines, ...nodes.flatMap((node) => renderTrouble(node, width))].join(
    "\n",
  );
}

export function renderCheckText(
  clusters: readonly CheckedCluster[],
  warnings: readonly CheckWarning[],
  look: { width: number; paint: Paint },
): string {
  const nodes = clusters.flatMap((cluster) => cluster.nodes);
  const failed = nodes.filter(({ login }) => login === "failed").length;
  const isTried = nodes.some(({ login }) => login !== null);
  const logins = isTried ? `, ${nodes.length - failed} of ${nodes.length} logins work` : "";
  const sum = `The inventory has no problems: ${count(clusters.length, "cluster")}, ${count(nodes.length, "node")}${logins}.`;
  const warned = warnings.map(({ cluster, message, hint }) => {
    const word = look.paint(colorOf("warn"), "warning:");
    const lines = wrapText(
      plainLine(`${cluster}: ${message}. ${hint}.`),
      look.width - "warning: ".length,
      indent,
    );
    return `${word} ${lines}`;
  });
  return [...clusters.map((cluster) => renderCluster(cluster, look.width, look.paint)), ...warned, sum].join(
    "\n",
  );
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? "" : "s"}`;
}
