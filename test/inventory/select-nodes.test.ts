import { expect, test } from "vitest";
import { loadInventory } from "../../src/inventory/load-inventory.ts";
import { findCluster, publisherOf, selectClusters, selectNodes } from "../../src/inventory/select-nodes.ts";

const inventory = loadInventory("inventory/clusters.example.yaml");
const east = findCluster(inventory, "east");

test("no names select all clusters, names select in their order and once", () => {
  expect(selectClusters(inventory, []).map(({ name }) => name)).toEqual(["east", "west"]);
  expect(selectClusters(inventory, ["west", "east", "west"]).map(({ name }) => name)).toEqual([
    "west",
    "east",
  ]);
});

test("an unknown cluster is a usage error that names the nearest and all known ones", () => {
  expect(() => findCluster(inventory, "eats")).toThrow(
    expect.objectContaining({
      code: "usage",
      message: 'no cluster named "eats" in the inventory; did you mean east?',
      hint: "name one of: east, west",
    }),
  );
  expect(() => selectClusters(inventory, ["north-pole"])).toThrow(
    /^no cluster named "north-pole" in the inventory$/,
  );
});

test("nodes are selected by name in any case, and unknown ones are usage errors", () => {
  expect(selectNodes(east, ["TFTP2"]).map(({ name }) => name)).toEqual(["tftp2"]);
  expect(selectNodes(east, [])).toHaveLength(3);
  expect(() => selectNodes(east, ["tftp4"])).toThrow(
    expect.objectContaining({ code: "usage", place: { node: "tftp4" } }),
  );
});

test("the publisher is found", () => {
  expect(publisherOf(east).name).toBe("pub");
  expect(() => publisherOf({ ...east, nodes: [] })).toThrow("cluster east has no publisher");
});
