// What the inventory says of a cluster's vault → the vault; nothing is contacted before it is asked for something.
import { setMaxListeners } from "node:events";
import type { VaultSettings } from "../inventory/cluster.ts";
import type { VaultTools } from "./vault-tools.ts";
import type { Vault } from "./vault.ts";

/** A vault of either kind; `close` it. Loads only what the kind needs. */
export async function openVault(settings: VaultSettings, tools: VaultTools): Promise<Vault> {
  // Every request listens to it while it waits, and many wait side by side.
  if (tools.signal !== undefined) setMaxListeners(0, tools.signal);
  if (settings.kind === "sftp") {
    const { openSftpVault } = await import("./sftp-vault.ts");
    return openSftpVault(settings, tools);
  }
  const { openDirectoryVault } = await import("./directory-vault.ts");
  return openDirectoryVault(settings, tools);
}
