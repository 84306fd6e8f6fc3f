// A p12 file that somebody kept by hand, and the lists that were seen of its cluster → one published backup.
import { isoTime } from "../../base/clock.ts";
import type { Clock } from "../../base/clock.ts";
import type { Masker, Secret } from "../../base/secret.ts";
import type { Cluster } from "../../inventory/cluster.ts";
import type { ListHistory } from "../../served/list-history.ts";
import type { Vault } from "../../vault/vault.ts";
import { type KeptKey, keepKey } from "./keep-key.ts";
import { proveKey } from "./prove-key.ts";
import { seenRecords } from "./seen-records.ts";

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
