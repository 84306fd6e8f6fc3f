// Clusters → their vaults, each opened, asked and closed, side by side.
import { OperatorError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import type { Cluster } from "../inventory/cluster.ts";
import type { DamagedBackup, StoredBackup, Vault } from "../vault/vault.ts";
import type { CommandContext } from "./command.ts";
import { vaultOpener } from "./vault-opener.ts";

/** A kept backup, with whose it is and where it can be read. */
export interface KeptBackup {
  readonly cluster: Cluster;
  readonly vault: Vault;
  readonly stored: StoredBackup;
}

export interface KeptBackups {
  readonly backups: readonly KeptBackup[];
  readonly damaged: readonly (DamagedBackup & { readonly cluster: string })[];
  /** Clusters that have a vault; empty where the inventory names none. */
  readonly clusters: readonly Cluster[];
}

/** Opens the vault of each named cluster (all that have one without a name; a named one without is an error), lists them, and closes them when `work` is over. */
export async function withKeptBackups<T>(
  context: CommandContext,
  names: readonly string[],
  work: (kept: KeptBackups) => Promise<T>,
): Promise<T> {
  const [{ selectClusters }, { noVault }] = await Promise.all([
    import("../inventory/select-nodes.ts"),
    import("../run/backup/no-vault.ts"),
  ]);
  const selected = selectClusters(await context.loadInventory(), names);
  const bare = selected.find(({ vault }) => vault === null);
  if (names.length > 0 && bare !== undefined) throw noVault(bare);
  const clusters = selected.filter(({ vault }) => vault !== null);
  if (clusters.length === 0 && bare !== undefined) {
    const { message, hint } = noVault(bare);
    context.output.note(`note: ${message}. ${hint}`);
  }
  const open: Vault[] = [];
  try {
    const listed = await Promise.all(
      clusters.map(async (cluster) => {
        const vault = await openVaultOf(cluster, context, open);
        const listing = await vault.list(cluster.name).catch((error: unknown) => {
          throw inCluster(error, cluster);
        });
        return { cluster, vault, listing };
      }),
    );
    return await work({
      clusters,
      backups: listed.flatMap(({ cluster, vault, listing }) =>
        listing.backups.map((stored) => ({ cluster, vault, stored })),
      ),
      damaged: listed.flatMap(({ cluster, listing }) =>
        listing.damaged.map((one) => ({ ...one, cluster: cluster.name })),
      ),
    });
  } finally {
    await Promise.all(open.map((vault) => vault.close()));
  }
}

/** The passwords of a cluster's recovery key, as far as its inventory names them. */
export async function openingPasswordsOf(
  cluster: Cluster,
  { resolveSecret }: Pick<CommandContext, "resolveSecret">,
): Promise<readonly Secret[]> {
  const { openingPasswords } = await import("../run/backup/prove-key.ts");
  return openingPasswords(cluster, (reference, what) =>
    resolveSecret(reference, what, { cluster: cluster.name, ...cluster.source }),
  );
}

async function openVaultOf(cluster: Cluster, context: CommandContext, open: Vault[]): Promise<Vault> {
  const opener = vaultOpener(cluster, context, context.signal);
  if (opener === null) throw new Error(`cluster ${cluster.name} has no vault`);
  try {
    const vault = await opener();
    open.push(vault);
    return vault;
  } catch (error) {
    throw inCluster(error, cluster);
  }
}

function inCluster(error: unknown, cluster: Cluster): unknown {
  return error instanceof OperatorError ? error.at({ cluster: cluster.name }) : error;
}
