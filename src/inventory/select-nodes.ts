// The names an operator typed → clusters and nodes of the inventory.
import { OperatorError } from "../base/errors.ts";
import { nearestWord } from "../base/nearest-word.ts";
import type { Cluster, ClusterNode, Inventory } from "./cluster.ts";

/** The cluster of that name. @throws {OperatorError} `usage` with the nearest name and all names. */
export function findCluster(inventory: Inventory, name: string): Cluster {
  const found = inventory.clusters.find((cluster) => cluster.name === name);
  if (found !== undefined) return found;
  throw unknownName(
    "cluster",
    name,
    inventory.clusters.map((cluster) => cluster.name),
    "the inventory",
  );
}

/** The named clusters in the order given, each once; all of them where none is named. */
export function selectClusters(inventory: Inventory, names: readonly string[]): readonly Cluster[] {
  if (names.length === 0) return inventory.clusters;
  return [...new Set(names)].map((name) => findCluster(inventory, name));
}

/** The named nodes of one cluster in the order given, each once; all of them where none is named. @throws {OperatorError} `usage` */
export function selectNodes(cluster: Cluster, names: readonly string[]): readonly ClusterNode[] {
  if (names.length === 0) return cluster.nodes;
  return [...new Set(names)].map((name) => {
    const found = cluster.nodes.find((node) => node.name.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found;
    throw unknownName(
      "node",
      name,
      cluster.nodes.map((node) => node.name),
      `cluster ${cluster.name}`,
    );
  });
}

/** The one publisher; a loaded inventory has exactly one per cluster. */
export function publisherOf(cluster: Cluster): ClusterNode {
  const publisher = cluster.nodes.find((node) => node.role === "publisher");
  if (publisher === undefined) throw new Error(`cluster ${cluster.name} has no publisher`);
  return publisher;
}

function unknownName(what: string, name: string, known: readonly string[], where: string): OperatorError {
  const nearest = nearestWord(name, known);
  const meant = nearest === null ? "" : `; did you mean ${nearest}?`;
  return new OperatorError("usage", `no ${what} named ${JSON.stringify(name)} in ${where}${meant}`, {
    hint: `name one of: ${known.join(", ")}`,
    place: what === "node" ? { node: name } : { cluster: name },
  });
}
