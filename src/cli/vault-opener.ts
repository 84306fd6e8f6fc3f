// A cluster of the inventory → the way to its vault, with the secrets that the vault asks for.
import type { Cluster } from "../inventory/cluster.ts";
import type { Vault } from "../vault/vault.ts";
import type { CommandContext } from "./command.ts";

/** Null where the inventory names no vault. Nothing is contacted, and no secret resolved, before the vault is opened. */
export function vaultOpener(
  cluster: Cluster,
  context: Pick<CommandContext, "world" | "masker" | "resolveSecret">,
  signal?: AbortSignal,
  limits: { readonly answerTimeoutMs?: number } = {},
): (() => Promise<Vault>) | null {
  const { vault: settings } = cluster;
  if (settings === null) return null;
  const { world, masker, resolveSecret } = context;
  return async () => {
    const tools = {
      ...limits,
      ...{ masker, clock: world.clock, remoteKeyPort: world.remoteKeyPort },
      ...(signal === undefined ? {} : { signal }),
      agentSocket: world.environment["SSH_AUTH_SOCK"],
      resolveSecret: (reference: Parameters<typeof resolveSecret>[0], what: string) =>
        resolveSecret(reference, what, { cluster: cluster.name, ...cluster.source }),
    };
    if (world.openVault !== undefined) return world.openVault(settings, tools);
    const { openVault } = await import("../vault/open-vault.ts");
    return openVault(settings, tools);
  };
}
