// One cluster's kept backups and its `keep:` → those that may go are gone, but never where that would leave no whole copy of a key, or only such as prove less.
import type { Cluster } from "../../inventory/cluster.ts";
import { judgeRetention } from "../../vault/retention.ts";
import type { StoredBackup, Vault } from "../../vault/vault.ts";
import { isProofEnough } from "../../verdict/judge-backup-proof.ts";
import { isIntact } from "./keep-key.ts";

/** `isRemoved` false in a dry run too; `reasons` never empty. */
export interface PrunedBackup {
  readonly stored: StoredBackup;
  readonly isKept: boolean;
  readonly isRemoved: boolean;
  readonly reasons: readonly string[];
}

/** Oldest goes first. Before a key's copies go, one that stays is read whole. */
export async function pruneBackups(
  tools: { readonly cluster: Cluster; readonly vault: Vault; readonly nowMs: number },
  backups: readonly StoredBackup[],
  options: { readonly protectedSerials: readonly string[]; readonly isDryRun: boolean },
): Promise<readonly PrunedBackup[]> {
  const { cluster, vault, nowMs } = tools;
  const { protectedSerials, isDryRun } = options;
  const verdicts = judgeRetention(backups, { keep: cluster.keep, protectedSerials, nowMs });
  const whole = new Map<StoredBackup, boolean>();
  const hasWholeCopy = async (gone: StoredBackup): Promise<boolean> => {
    const copies = verdicts.filter(
      ({ keep, backup }) =>
        keep && isSameKey(backup, gone) && isProofEnough(backup.manifest.proof, gone.manifest.proof),
    );
    for (const { backup } of copies.toReversed()) {
      const isWhole = whole.get(backup) ?? (await isIntact(vault, backup));
      whole.set(backup, isWhole);
      if (isWhole) return true;
    }
    return false;
  };
  const pruned: PrunedBackup[] = [];
  for (const { backup: stored, keep, reasons } of verdicts) {
    if (keep) pruned.push({ stored, isKept: true, isRemoved: false, reasons });
    else if (!(await hasWholeCopy(stored))) {
      const why = "no other kept copy of its key that proves as much can be read whole";
      pruned.push({ stored, isKept: true, isRemoved: false, reasons: [why] });
    } else {
      if (!isDryRun) await vault.remove(stored);
      pruned.push({ stored, isKept: false, isRemoved: !isDryRun, reasons });
    }
  }
  return pruned;
}

/** By certificate, as retention counts; a file that nobody opened is known by its bytes alone. */
function isSameKey({ manifest: one }: StoredBackup, { manifest: other }: StoredBackup): boolean {
  if (one.certificateSerial === null || other.certificateSerial === null) return one.sha256 === other.sha256;
  return one.certificateSerial === other.certificateSerial;
}
