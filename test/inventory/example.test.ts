// The shipped example: it loads, and shows every field there is.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inventorySchemaJson } from "../../src/inventory/inventory-schema.ts";
import { loadInventory } from "../../src/inventory/load-inventory.ts";

const example = "inventory/clusters.example.yaml";

test("the example inventory loads", () => {
  const { clusters } = loadInventory(example);
  expect(clusters.map((cluster) => [cluster.name, cluster.nodes.length])).toEqual([
    ["east", 3],
    ["west", 1],
  ]);
  expect(clusters[0]?.vault?.kind).toBe("sftp");
  expect(clusters[1]?.vault?.kind).toBe("directory");
});

test("the example shows every key of the schema outside its comments", () => {
  const text = readFileSync(example, "utf8").replaceAll(/(^|\s)#.*$/gm, "");
  const keys = keysOf(inventorySchemaJson());
  expect(keys.size).toBeGreaterThan(35);
  expect([...keys].filter((key) => !new RegExp(`\\b${key}:`).test(text))).toEqual([]);
});

test("every choice of the schema is named in the example", () => {
  const text = readFileSync(example, "utf8");
  for (const choice of [
    "modern",
    "legacy",
    "matched",
    "opened",
    "unopened",
    "env:",
    "file:",
    "exec:",
    "ask:",
  ]) {
    expect(text).toContain(choice);
  }
});

test("the JSON schema closes every object, so that editors mark unknown keys", () => {
  const schema = inventorySchemaJson();
  expect(schema.additionalProperties).toBe(false);
  expect(JSON.stringify(schema)).toContain('"pattern":"^(env|file|exec|ask):"');
});

function keysOf(schema: unknown, keys = new Set<string>()): Set<string> {
  if (typeof schema !== "object" || schema === null) return keys;
  const properties = (schema as { properties?: Record<string, unknown> }).properties;
  for (const key of Object.keys(properties ?? {})) keys.add(key);
  for (const inner of Object.values(schema)) keysOf(inner, keys);
  return keys;
}
