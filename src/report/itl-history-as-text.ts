// Lists seen on a cluster → a table of when and where.
import { plainLine } from "./plain-text.ts";
import { renderTable } from "./text-table.ts";

/** A list on one node as `itl history --json` prints it; null where the kept file can no longer be read. */
export interface ListSeen {
  readonly node: string;
  readonly sha1: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly sizeBytes: number | null;
  readonly records: number | null;
  readonly signer: string | null;
  readonly signerSerial: string | null;
  readonly signedBy: "CallManager" | "ITLRecovery" | "other" | null;
}

/** Twelve characters of the SHA-1 are shown: more than enough to name it. */
export function renderHistoryText(cluster: string, lists: readonly ListSeen[], width: number): string {
  if (lists.length === 0) return `No list of ${cluster} was seen yet: itlctl status ${cluster} sees them.`;
  const rows = lists.map((list) => [
    list.firstSeenAt,
    list.lastSeenAt,
    list.node,
    list.sha1.slice(0, 12),
    list.signedBy ?? "unreadable",
  ]);
  return renderTable(
    [["first seen", "last seen", "node", "sha1", "signed by"], ...rows.map((row) => row.map(plainLine))],
    width,
  );
}
