// A look at a cluster → the lists that are kept beside a backup, and the ITLRecovery records that a key is held against.
import type { ItlRecord } from "../../facts/itl-record.ts";
import type { ClusterFacts, NodeFacts } from "../../facts/node-facts.ts";
import { recoveryRecordOf } from "../../verdict/signed-by.ts";
import { isManifestSerial } from "../../vault/manifest.ts";
import type { KeptList } from "../../vault/vault.ts";

/** `unread`: TFTP nodes whose list is missing here, each with why. */
export interface ServedNow {
  readonly lists: readonly (KeptList & { readonly bytes: Buffer })[];
  readonly records: readonly ItlRecord[];
  /** Of those records, each once. */
  readonly serials: readonly string[];
  readonly unread: readonly string[];
}

/** Only lists that are what `show itl` says on their node, and whose signature is not wrong: what anybody on the way put there proves nothing. */
export function servedNow(facts: ClusterFacts): ServedNow {
  const lists: ServedNow["lists"][number][] = [];
  const records: ItlRecord[] = [];
  const unread: string[] = [];
  for (const node of facts.nodes) {
    const why = whyUnread(node);
    if (why !== null) unread.push(`${node.node}: ${why}`);
    if (why !== null || node.served?.kind !== "fetched") continue;
    const { file, bytes } = node.served;
    lists.push({
      ...{ node: node.node, sha1: file.sha1, file: `ITLFile-${node.node}.tlv` },
      bytes: Buffer.from(bytes, "base64"),
    });
    const record = recoveryRecordOf(file);
    if (record !== null) records.push(record);
  }
  const serials = [...new Set(records.flatMap(({ serial }) => (isSerial(serial) ? [serial] : [])))];
  return { lists, records, serials, unread };
}

const isSerial = (serial: string | null): serial is string => serial !== null && isManifestSerial(serial);

/** Null: read, or a node that serves none. */
function whyUnread({ isReachable, trouble, itl, served }: NodeFacts): string | null {
  if (!isReachable) return trouble[0]?.message ?? "it could not be reached";
  if (itl?.kind === "missing" || (itl === null && trouble.length === 0)) return null;
  if (itl === null) return trouble[0]?.message ?? "its list could not be read";
  if (served === null || served.kind === "unreachable")
    return served === null ? "its list was not fetched" : served.reason;
  if (served.kind === "unreadable") return served.reason;
  const { md5, sha1, sha256 } = served.file;
  const digests: Readonly<Record<string, string>> = { md5, sha1, sha256 };
  const shown = Object.entries(itl.checksums).filter(([name]) => digests[name] !== undefined);
  if (shown.length === 0) return "`show itl` prints no checksum to compare the fetched list with";
  if (shown.some(([name, digest]) => digests[name] !== digest))
    return "the list fetched is not the one that `show itl` describes";
  return served.signature === "invalid" ? "the signature of its list is not valid" : null;
}
