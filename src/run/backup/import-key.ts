// A p12 file that somebody kept by hand, and the lists that were seen of its cluster → one published backup.
import { isoTime } from "../../base/clock.ts";
import type { Clock } from "../../base/clock.ts";
import type { Masker, Secret } from "../../base/secret.ts";
import { parseListFile } from "../../facts/itl-file.ts";
import type { ItlRecord } from "../../facts/itl-record.ts";
import type { ListFile } from "../../facts/list-facts.ts";
import type { Cluster } from "../../inventory/cluster.ts";
import type { ListHistory } from "../../served/list-history.ts";
import { recoveryRecordOf } from "../../verdict/signed-by.ts";
import type { Vault } from "../../vault/vault.ts";
import { OperatorError } from "../../base/errors.ts";
import { type KeptKey, keepKey } from "./keep-key.ts";
import { proveKey } from "./prove-key.ts";

/** Nothing is asked of the cluster: what it serves is taken to be what each of its nodes was last seen to serve. */
export async function importKey(
  tools: {
    readonly cluster: Cluster;
    readonly vault: Vault;
    readonly history: ListHistory;
    readonly clock: Clock;
    readonly masker: Masker;
  },
  bytes: Buffer,
  passwords: readonly Secret[],
): Promise<KeptKey> {
  const { cluster, vault, clock, masker } = tools;
  const seen = seenRecords(tools.history, cluster.name);
  const { proof, proofNote, certificate, ciphers } = proveKey(bytes, passwords, seen.newest);
  const then =
    certificate === null ? undefined : seen.all.find(({ record }) => record.serial === certificate.serial);
  const note =
    proof === "opened" && then !== undefined
      ? `${proofNote ?? ""}; ${then.node} was seen to serve a list with a certificate of this serial until ${then.lastSeenAt}`
      : proofNote;
  await vault.checkWritable();
  return keepKey(
    vault,
    bytes,
    {
      ...{
        cluster: cluster.name,
        publisher: null,
        release: null,
        takenAt: isoTime(clock.now()),
        origin: "import",
      },
      certificateSerial: certificate?.serial ?? null,
      notBefore: certificate?.notBefore ?? null,
      notAfter: certificate?.notAfter ?? null,
      ...{ ciphers, proof, proofNote: note === null ? null : masker.mask(note), lists: [] },
      securityPasswordNote: `the cluster security password that ${cluster.name} had when this file was taken; imported, so that day is not known`,
    },
    [],
  );
}

interface SeenRecords {
  /** Of the list that each node was last seen to serve. */
  readonly newest: readonly ItlRecord[];
  /** Of every list, newest first. */
  readonly all: readonly {
    readonly node: string;
    readonly lastSeenAt: string;
    readonly record: ItlRecord;
  }[];
}

function seenRecords(history: ListHistory, cluster: string): SeenRecords {
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
