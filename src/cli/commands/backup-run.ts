// backup run: the recovery keys of clusters, out of their publishers and into their vaults.
import { OperatorError } from "../../base/errors.ts";
import type { Cluster, Inventory } from "../../inventory/cluster.ts";
import { metricsFlag, openAftermath } from "../aftermath.ts";
import { answer } from "../answer.ts";
import { backUpCluster, backUpClusters, worstExit } from "../backup-runs.ts";
import type { Command } from "../command.ts";
import { tellRun, untilSecondInterrupt } from "../run-setup.ts";

export const backupRun: Command = {
  name: "backup run",
  summary: "take a proven backup of each cluster's recovery key",
  description: [
    "Checks the vault first, then has the publisher deliver ITLRecovery.p12 to a folder of this run in the vault (`file get tftp ITLRecovery.p12`; every question is expected by name, the host key is answered `yes` only where it is the vault's). What arrived is read back, compared and proven, then published by one rename with its manifest and the lists that the cluster serves now.",
    "It changes no trust and asks for nothing to be typed. A key that is kept already is not stored twice. Anything short of a whole recovery key publishes nothing, and says what is left in `incoming`.",
    "Without a name every cluster that has a vault is backed up, side by side. While another run is at work on a cluster it waits a few seconds, then gives up with 11; a held run is not in its way.",
  ],
  arguments: [
    {
      name: "[cluster...]",
      description: "names of the inventory; every cluster that has a vault without one",
    },
  ],
  options: [metricsFlag],
  examples: [
    "itlctl backup run",
    "itlctl backup run east",
    "itlctl backup run east west --json",
    "itlctl backup run --metrics /var/lib/node_exporter/itlctl.prom",
  ],
  exits: [3, 10, 11, 12, 13, 14, 15, 16, 20],
  handlesInterrupts: true,
  async run(context, input) {
    const { selectClusters } = await import("../../inventory/select-nodes.ts");
    const inventory = await context.loadInventory();
    const clusters =
      input.words.length > 0 ? selectClusters(inventory, input.words) : clustersWithVault(inventory);
    return untilSecondInterrupt(context, async (signal) => {
      const [only, ...others] = clusters;
      const aftermath = await openAftermath(context, inventory, input.text("metrics"), signal);
      // Written also where a bug ends the command: what is remembered of the night is true all the same.
      const withMetrics = async <T>(work: Promise<T>): Promise<T> => {
        try {
          return await work;
        } finally {
          await aftermath.writeMetrics();
        }
      };
      if (input.words.length > 0 && only !== undefined && others.length === 0) {
        const run = async () => tellRun(context, await backUpCluster(context, only, signal, aftermath));
        return withMetrics(run());
      }
      const results = await withMetrics(backUpClusters(context, clusters, signal, aftermath));
      const runs = results.map(({ document }) => document);
      const { renderBackupRunsText } = await import("../../report/backups-as-text.ts");
      await answer(context, { runs }, (look) => renderBackupRunsText(runs, look));
      return worstExit(results.map(({ exit }) => exit));
    });
  },
};

function clustersWithVault({ clusters }: Inventory): readonly Cluster[] {
  const found = clusters.filter(({ vault }) => vault !== null);
  if (found.length > 0) return found;
  throw new OperatorError(
    "inventory-invalid",
    "no cluster of the inventory has a vault to keep recovery keys in",
    {
      hint: "Add `vault:` to each cluster in the inventory: an SFTP server (kind: sftp) or a folder of this machine (kind: directory).",
      ...(clusters[0] === undefined ? {} : { place: { file: clusters[0].source.file } }),
    },
  );
}
