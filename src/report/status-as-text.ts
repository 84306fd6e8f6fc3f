// A status document → tables for people, each followed by its findings with advice.
import type { Finding, VerdictWord } from "../verdict/verdict.ts";
import { worstOf } from "../verdict/verdict.ts";
import { colorOf, type Paint } from "./paint.ts";
import { plainLine } from "./plain-text.ts";
import type { ClusterStatus, ItlStatus, NodeStatus, StatusDocument } from "./status-document.ts";
import { renderTable, wrapText } from "./text-table.ts";

const headings = ["node", "TFTP", "signer", "recovery record", "served file", "verdict"];

/** The first bytes of a serial are enough to compare nodes by eye. */
function shortSerial(serial: string | null): string {
  if (serial === null) return "";
  return serial.length <= 8 ? serial : `${serial.slice(0, 5)}…`;
}

function servedText({ served }: ItlStatus): string {
  if (served === null) return "not fetched";
  const words = [
    served.matchesNode === false ? "differs" : served.matchesNode === null ? "not compared" : "same",
    served.signatureValid === false ? "invalid" : served.signatureValid === null ? "unverified" : "valid",
  ];
  return words.join(", ");
}

function cellsOf(status: NodeStatus, verdict: VerdictWord): string[] {
  const { itl } = status;
  const tftp = status.reachable ? status.tftp : "unreachable";
  if (itl === null) return [status.node, tftp, "-", "-", "-", verdict];
  const signer = `${itl.signedBy} ${shortSerial(itl.signerSerial)}`.trim();
  const recovery = itl.hasRecoveryRecord ? shortSerial(itl.recoverySerial) || "yes" : "none";
  return [status.node, tftp, signer, recovery, servedText(itl), verdict];
}

/** A finding with its advice, for people; without it where several have the same. */
export function renderFinding(
  finding: Finding<string>,
  width: number,
  paint: Paint,
  hasAdvice = true,
): string {
  const indent = " ".repeat(7);
  const isPlaced = finding.node === null || finding.message.startsWith(finding.node);
  const place = isPlaced ? "" : `${finding.node}: `;
  const message = wrapText(plainLine(`${place}${finding.message} [${finding.code}]`), width - 7, "");
  const advice = wrapText(plainLine(finding.advice), width - 10, "");
  const severity = paint(colorOf(finding.severity), finding.severity.padEnd(7));
  const said = `${severity}${message.replaceAll("\n", `\n${indent}`)}`;
  if (!hasAdvice) return said;
  return `${said}\n${indent}→ ${advice.replaceAll("\n", `\n${indent}  `)}`;
}

function renderCluster(status: ClusterStatus, width: number, paint: Paint): string {
  const verdicts = status.nodes.map(({ node }) =>
    worstOf(status.findings.filter((each) => each.node === node)),
  );
  const rows = [
    headings,
    ...status.nodes.map((node, at) => cellsOf(node, verdicts[at] ?? "pass").map(plainLine)),
  ];
  const table = renderTable(rows, width, (cell, row, column) => {
    if (row === 0) return paint("bold", cell);
    return column === headings.length - 1 ? paint(colorOf(verdicts[row - 1] ?? "pass"), cell) : cell;
  });
  const release = status.release === null ? "release unknown" : `release ${plainLine(status.release)}`;
  const title = `${paint("bold", status.cluster)}, ${release}: ${paint(colorOf(status.verdict), status.verdict)}`;
  const findings = status.findings.map((finding) => renderFinding(finding, width, paint));
  return [title, table, ...(findings.length === 0 ? [] : ["", ...findings])].join("\n");
}

/** Lines of at most `width` characters, but for words that are longer. */
export function renderStatusText(document: StatusDocument, look: { width: number; paint: Paint }): string {
  return document.clusters.map((status) => renderCluster(status, look.width, look.paint)).join("\n\n");
}
