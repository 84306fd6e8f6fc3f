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
  /** Of those, whose vault could not be asked; only where that was allowed. */
  readonly unanswered: readonly { readonly cluster: Cluster; readonly error: OperatorError }[];
}

/** Opens the vault of each named cluster (all that have one without a name; a named one without is an error), lists them, and closes them when `work` is over. A vault that cannot be asked is an error, unless `isPartial`. */
export async function withKeptBackups<T>(
  context: CommandContext,
  names: readonly string[],
  work: (kept: KeptBackups) => Promise<T>,
  isPartial = false,
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
    const visits = await Promise.allSettled(
      clusters.map(async (cluster) => {
        const vault = await openVaultOf(cluster, context, open);
        const listing = await vault.list(cluster.name).catch((error: unknown) => {
          throw inCluster(error, cluster);
        });
        return { cluster, vault, listing };
      }),
    );
    const listed = visits.flatMap((visit) => (visit.status === "fulfilled" ? [visit.value] : []));
    const unanswered = visits.flatMap((visit, at) => {
      const cluster = clusters[at];
      if (visit.status === "fulfilled" || cluster === undefined) return [];
      const error: unknown = visit.reason;
      if (isPartial && error instanceof OperatorError && error.code !== "cancelled")
        return [{ cluster, error }];
      throw error;
    });
    return await work({
      clusters,
      unanswered,
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

/** The backups that were named, each once. A vault that could not be asked is told on stderr where the others have them all, and is the error where they have not. */
export async function findKeptBackups(
  context: CommandContext,
  { backups, unanswered }: KeptBackups,
  ids: readonly string[],
): Promise<readonly KeptBackup[]> {
  const { findBackup } = await import("../run/backup/find-backup.ts");
  const found = new Set<KeptBackup>();
  for (const id of ids) {
    const isThere = backups.some(({ stored }) => stored.manifest.id.startsWith(id));
    if (!isThere && unanswered[0] !== undefined) throw unanswered[0].error;
    found.add(findBackup(backups, id));
  }
  for (const { cluster, error } of unanswered)
    context.output.note(`note: the vault of ${cluster.name} was not searched: ${error.message}`);
  return [...found];
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
