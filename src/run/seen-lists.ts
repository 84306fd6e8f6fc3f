// The history of lists → what each node of a cluster was seen to serve, newest first: what phones may hold.
import { OperatorError } from "../base/errors.ts";
import { parseListFile } from "../facts/itl-file.ts";
import type { ListHistory } from "../served/list-history.ts";
import type { SeenList } from "../verdict/held-list.ts";

/** By node. A kept list that cannot be read any more is left out: it can prove nothing. */
export function seenLists(history: ListHistory | null, cluster: string): Record<string, SeenList[]> {
  const seen: Record<string, SeenList[]> = {};
  for (const { node, sha1, lastSeenAt } of history?.sightings(cluster) ?? []) {
    const list = keptList(history, sha1);
    if (list !== null) seen[node] = [{ ...list, lastSeenAt }, ...(seen[node] ?? [])];
  }
  return seen;
}

/** A list of the history by its SHA-1; null: not kept, or it cannot be read any more. */
export function keptList(history: ListHistory | null, sha1: string): Omit<SeenList, "lastSeenAt"> | null {
  try {
    const bytes = history?.bytesOf(sha1);
    return bytes === undefined ? null : { file: parseListFile(bytes), bytes: bytes.toString("base64") };
  } catch (error) {
    if (error instanceof OperatorError) return null;
    throw error;
  }
}
