// A cluster with a vault → the findings about its backups, the vault asked while the nodes are.
import type { ClusterFacts } from "../facts/node-facts.ts";
import type { Cluster } from "../inventory/cluster.ts";
import type { LookTools } from "../run/look.ts";
import type { Finding } from "../verdict/verdict.ts";
import type { CommandContext } from "./command.ts";
import { vaultOpener } from "./vault-opener.ts";

/** How long a vault may take for one answer before `status` goes on without it. */
const answerTimeoutMs = 5_000;

type BackupLook = (
  tools: LookTools,
  facts: ClusterFacts,
  others: readonly Finding[],
) => Promise<readonly Finding[]>;

/** Begins at once; what comes back is asked for the findings once the nodes were seen. Nothing without a vault. */
export function beginBackupLook(cluster: Cluster, context: CommandContext): BackupLook {
  const openVault = vaultOpener(cluster, context, context.signal, { answerTimeoutMs });
  if (openVault === null) return async () => [];
  const kept = import("../run/backup/kept-keys.ts").then(({ keptKeys }) => keptKeys({ cluster, openVault }));
  kept.catch(() => null);
  return async (tools, facts, others) => {
    const [{ lookAtBackups }, { clusterMemory }] = await Promise.all([
      import("../run/backup/look-at-backups.ts"),
      import("../run/cluster-memory.ts"),
    ]);
    const lastGoodRun = clusterMemory(context.settings.stateFolder, cluster.name).backup?.lastSuccess ?? null;
    return lookAtBackups(tools, facts, { kept, lastGoodRun, others });
  };
}
