// What the inventory says of a node's host key → that, with the text of the known_hosts file that it names.
import { messageOf, OperatorError } from "../base/errors.ts";
import { readGivenFile } from "../base/given-file.ts";
import type { ClusterNode } from "../inventory/cluster.ts";
import type { KnownKeys } from "./host-key.ts";

/** Throws `inventory-invalid` where the file cannot be read. */
export function readKnownKeys(node: ClusterNode): KnownKeys {
  const { hostKeys, knownHosts: path } = node.ssh;
  if (path === null) return { hostKeys, knownHosts: null };
  try {
    return { hostKeys, knownHosts: { path, text: readGivenFile(path).toString("utf8") } };
  } catch (error) {
    throw new OperatorError("inventory-invalid", `${path}: known_hosts cannot be read: ${messageOf(error)}`, {
      hint: "Name a readable file under ssh: knownHosts:, or list hostKeys: instead",
      place: { cluster: node.cluster, node: node.name, file: path },
      cause: error,
    });
  }
}
