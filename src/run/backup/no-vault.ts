// A cluster without a vault → what to write into its inventory.
import { OperatorError } from "../../base/errors.ts";
import type { Cluster } from "../../inventory/cluster.ts";

/** `inventory-invalid`: what a backup command asks for is not there. */
export function noVault(cluster: Pick<Cluster, "name" | "source">): OperatorError {
  return new OperatorError("inventory-invalid", `${cluster.name} has no vault to keep recovery keys in`, {
    hint: "Add `vault:` to the cluster in the inventory: an SFTP server (kind: sftp) or a folder of this machine (kind: directory).",
    place: { cluster: cluster.name, file: cluster.source.file, line: cluster.source.line },
  });
}
