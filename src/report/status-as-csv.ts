// A status document → CSV: one heading line, then one line for each node.
import { plainLine } from "./plain-text.ts";
import type { ClusterStatus, NodeStatus, StatusDocument } from "./status-document.ts";

type Cell = string | number | boolean | null;

const columns: readonly (readonly [string, (node: NodeStatus, cluster: ClusterStatus) => Cell])[] = [
  ["cluster", (_node, { cluster }) => cluster],
  ["release", (_node, { release }) => release],
  ["cluster_verdict", (_node, { verdict }) => verdict],
  ["node", ({ node }) => node],
  ["address", ({ address }) => address],
  ["role", ({ role }) => role],
  ["reachable", ({ reachable }) => reachable],
  ["tftp", ({ tftp }) => tftp],
  ["md5", ({ itl }) => itl?.md5 ?? null],
  ["sha1", ({ itl }) => itl?.sha1 ?? null],
  ["length_bytes", ({ itl }) => itl?.lengthBytes ?? null],
  ["last_modified", ({ itl }) => itl?.lastModified ?? null],
  ["signer", ({ itl }) => itl?.signer ?? null],
  ["signer_serial", ({ itl }) => itl?.signerSerial ?? null],
  ["signed_by", ({ itl }) => itl?.signedBy ?? null],
  ["records", ({ itl }) => itl?.records ?? null],
  ["has_recovery_record", ({ itl }) => itl?.hasRecoveryRecord ?? null],
  ["recovery_serial", ({ itl }) => itl?.recoverySerial ?? null],
  ["verified_by_node", ({ itl }) => itl?.verifiedByNode ?? null],
  ["served_sha1", ({ itl }) => itl?.served?.sha1 ?? null],
  ["served_matches_node", ({ itl }) => itl?.served?.matchesNode ?? null],
  ["served_signature_valid", ({ itl }) => itl?.served?.signatureValid ?? null],
  ["findings", ({ node }, cluster) => codesOf(cluster, node)],
  ["cluster_findings", (_node, cluster) => codesOf(cluster, null)],
];

function codesOf({ findings }: ClusterStatus, node: string | null): string {
  return findings.flatMap((finding) => (finding.node === node ? [finding.code] : [])).join(" ");
}

/** A leading `=`, `+`, `-` or `@` would be run as a formula by a spreadsheet: an apostrophe goes before it. */
function cellText(cell: Cell): string {
  if (cell === null) return "";
  const plain = plainLine(String(cell));
  const text = /^[=+\-@]/.test(plain) ? `'${plain}` : plain;
  return /[",\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function renderStatusCsv({ clusters }: StatusDocument): string {
  const heading = columns.map(([name]) => name).join(",");
  const lines = clusters.flatMap((cluster) =>
    cluster.nodes.map((node) => columns.map(([, read]) => cellText(read(node, cluster))).join(",")),
  );
  return [heading, ...lines].join("\n");
}
