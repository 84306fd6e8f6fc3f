// The history of lists → the ITLRecovery records that a cluster was seen to serve, and whose keys phones may still need.
import { OperatorError } from "../../base/errors.ts";
import { parseListFile } from "../../facts/itl-file.ts";
import type { ItlRecord } from "../../facts/itl-record.ts";
import type { ListFile } from "../../facts/list-facts.ts";
import type { ListHistory } from "../../served/list-history.ts";
import { recoveryRecordOf } from "../../verdict/signed-by.ts";

export interface SeenRecords {
  /** Of the list that each node was last seen to serve. */
  readonly newest: readonly ItlRecord[];
  /** Of every list, newest first. */
  readonly all: readonly {
    readonly node: string;
    readonly lastSeenAt: string;
    readonly record: ItlRecord;
  }[];
}

/** A kept list that cannot be read any more is left out: it can prove nothing. */
export function seenRecords(history: ListHistory, cluster: string): SeenRecords {
  const newest = new Map<string, ItlRecord>();
  const all: SeenRecords["all"][number][] = [];
  for (const { node, sha1, lastSeenAt } of history.sightings(cluster)) {
    const list = readKept(history, sha1);
    const record = list === null ? null : recoveryRecordOf(list);
    if (record === null) newest.delete(node);
    else {
      newest.set(node, record);
      all.unshift({ node, lastSeenAt, record });
    }
  }
  return { newest: [...newest.values()], all };
}

/** Every ITLRecovery serial in a list that was seen of the cluster since then (ms). */
export function serialsSeenSince(
  history: ListHistory,
  cluster: string,
  sinceMs: number,
): ReadonlySet<string> {
  const serials = new Set<string>();
  for (const { sha1, lastSeenAt } of history.sightings(cluster)) {
    if (Date.parse(lastSeenAt) < sinceMs) continue;
    const list = readKept(history, sha1);
    const serial = list === null ? null : recoveryRecordOf(list)?.serial;
    if (serial) serials.add(serial);
  }
  return serials;
}

function readKept(history: ListHistory, sha1: string): ListFile | null {
  try {
    return parseListFile(history.bytesOf(sha1));
  } catch (error) {
    if (error instanceof OperatorError) return null;
    throw error;
  }
}
