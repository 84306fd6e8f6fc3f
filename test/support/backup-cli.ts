// A lab with a vault in its inventory → `itlctl backup ...` run against both.
import { readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import type { LabOptions } from "../../mocks/lab/start-lab.ts";
import type { MemoryVaultOptions } from "../../mocks/memory-vault.ts";
import { type LabCli, openLabCli } from "./lab-cli.ts";
import { type LabVault, openLabVault } from "./lab-vault.ts";
import type { CliResult, CliWorld } from "./run-cli.ts";

export interface BackupCli extends LabCli {
  readonly vault: LabVault;
  /** `itlctl backup ARGS --json`. */
  backup(args: readonly string[], world?: CliWorld): Promise<CliResult>;
}

type Fields = Record<string, unknown>;

/** Changes each cluster of an inventory file; the change is made in place. */
export function changeInventory(file: string, change: (cluster: Fields, name: string) => void): void {
  const inventory = parse(readFileSync(file, "utf8")) as { clusters: Record<string, Fields> };
  for (const [name, cluster] of Object.entries(inventory.clusters)) change(cluster, name);
  writeFileSync(file, stringify(inventory, { lineWidth: 0 }), { mode: 0o600 });
}

/** The vault is one in memory behind settings of a folder; `change` may say more in the inventory. */
export async function openBackupCli(
  options: LabOptions & {
    readonly vault?: Omit<MemoryVaultOptions, "place"> & { readonly place?: MemoryVaultOptions["place"] };
    readonly change?: (cluster: Fields, name: string) => void;
  } = {},
): Promise<BackupCli> {
  const { vault: vaultOptions = {}, change, ...labOptions } = options;
  const cli = await openLabCli(labOptions);
  changeInventory(cli.inventory, (cluster, name) => {
    cluster["vault"] = { kind: "directory", path: "./vault" };
    change?.(cluster, name);
  });
  const { place, ...rest } = vaultOptions;
  const vault = openLabVault(cli.lab, { ...rest, ...(place === undefined ? {} : { place }) });
  const run = (args: readonly string[], world: CliWorld = {}) =>
    cli.run(args, { openVault: vault.openVault, ...world });
  return {
    ...cli,
    vault,
    run,
    backup: (args, world) => run(["backup", ...args, "--json"], world),
  };
}
