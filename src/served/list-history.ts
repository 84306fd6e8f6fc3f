// Every list seen → kept once by its SHA-1, with where and when: what phones hold can be told from it later.
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { OperatorError } from "../base/errors.ts";
import {
  appendPrivateFile,
  ensurePrivateFolder,
  onDisk,
  readIfPresent,
  writePrivateFile,
} from "../base/files.ts";
import {
  type LastSeen,
  parseLastSeen,
  parseSightings,
  renderSightingLine,
  type Sighting,
} from "./sighting.ts";

/** A list as one node served it at one time; `seenAt` is ISO 8601 in UTC. */
export interface SeenList {
  readonly cluster: string;
  readonly node: string;
  readonly seenAt: string;
  readonly bytes: Uint8Array;
}

/** The folder `lists` below the state folder. Several processes may use it side by side; lists never change once kept. */
export interface ListHistory {
  /** Keeps the bytes, and a new sighting unless this node's newest one is the same list; then only its last time moves on. Returns the SHA-1. */
  remember(seen: SeenList): string;
  /** What the cluster's nodes served, oldest first; empty for a cluster never seen. */
  sightings(cluster: string): readonly Sighting[];
  /** Lines of the cluster's record that could not be read and are left out, as `file:line: why`. */
  damage(cluster: string): readonly string[];
  /** SHA-1 of every kept list that begins so (lower-case hex), of all clusters, sorted. */
  digestsLike(prefix: string): readonly string[];
  /** A kept list. @throws {OperatorError} `file-unreadable` if it is not kept or its bytes are not those of its name. */
  bytesOf(sha1: string): Buffer;
}

/** Opens the history; nothing is made on disk before something is remembered. */
export function openListHistory(stateFolder: string): ListHistory {
  const folder = join(stateFolder, "lists");
  const listPath = (sha1: string) => join(folder, `${sha1}.tlv`);
  const recordPath = (cluster: string) => join(folder, `${asFileName(cluster)}.jsonl`);
  const seenFolder = (cluster: string) => join(folder, `${asFileName(cluster)}.seen`);
  const lastSeenPath = (cluster: string, node: string) =>
    join(seenFolder(cluster), `${asFileName(node)}.json`);

  const lastSeenOf = (cluster: string, node: string): LastSeen | null =>
    parseLastSeen(readIfPresent(lastSeenPath(cluster, node))?.toString("utf8") ?? "");
  const record = (cluster: string) =>
    parseSightings(readIfPresent(recordPath(cluster))?.toString("utf8") ?? "", (node) =>
      lastSeenOf(cluster, node),
    );

  return {
    remember({ cluster, node, seenAt, bytes }) {
      const sha1 = sha1Of(bytes);
      const path = recordPath(cluster);
      ensurePrivateFolder(seenFolder(cluster));
      const kept = readIfPresent(listPath(sha1));
      if (kept === null || sha1Of(kept) !== sha1) writePrivateFile(listPath(sha1), bytes);
      const text = readIfPresent(path)?.toString("utf8") ?? "";
      const last = lastSeenOf(cluster, node);
      const newest = parseSightings(text, () => last).newest.get(node);
      if (newest?.sha1 !== sha1) {
        const line = renderSightingLine({
          node,
          sha1,
          firstSeenAt: seenAt,
          previousLastSeenAt: newest?.lastSeenAt ?? null,
        });
        appendPrivateFile(path, text === "" || text.endsWith("\n") ? line : `\n${line}`);
      }
      const lastSeen: LastSeen = { sha1, lastSeenAt: seenAt };
      writePrivateFile(lastSeenPath(cluster, node), `${JSON.stringify(lastSeen)}\n`, { isFlushed: false });
      return sha1;
    },
    sightings: (cluster) => record(cluster).sightings,
    damage: (cluster) =>
      record(cluster).damage.map(({ line, why }) => `${recordPath(cluster)}:${line}: ${why}`),
    digestsLike: (prefix) =>
      namesIn(folder).flatMap((name) => {
        const sha1 = /^([0-9a-f]{40})\.tlv$/.exec(name)?.[1];
        return sha1?.startsWith(prefix) === true ? [sha1] : [];
      }),
    bytesOf(sha1) {
      const isName = /^[0-9a-f]{40}$/.test(sha1);
      const bytes = isName ? readIfPresent(listPath(sha1)) : null;
      if (bytes === null) {
        throw new OperatorError(
          "file-unreadable",
          `no list ${JSON.stringify(sha1)} in the history (${folder})`,
          {
            hint: "see the lists that are kept with: itlctl itl history CLUSTER",
          },
        );
      }
      if (sha1Of(bytes) === sha1) return bytes;
      throw new OperatorError("file-unreadable", `${listPath(sha1)} is damaged: its SHA-1 is not its name`, {
        hint: "move the file away; status keeps the list again if it is still served",
        place: { file: listPath(sha1) },
      });
    },
  };
}

function namesIn(folder: string): string[] {
  return onDisk(folder, () => (existsSync(folder) ? readdirSync(folder).toSorted() : []));
}

function sha1Of(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}

function asFileName(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name))
    throw new Error(`not a name of the inventory: ${JSON.stringify(name)}`);
  return name;
}
