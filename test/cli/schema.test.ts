// schema inventory, as an editor would load it.
import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";

test("schema inventory prints a JSON Schema that knows the fields of a cluster, with and without --json", async () => {
  const plain = await runCli(["schema", "inventory"]);
  expect(plain.exit).toBe(0);
  expect(plain.json()).toMatchObject({
    $schema: expect.stringContaining("json-schema.org"),
    properties: {
      clusters: {
        additionalProperties: { properties: { nodes: {}, credentials: {}, vault: {}, thresholds: {} } },
      },
    },
  });
  expect((await runCli(["schema", "inventory", "--json"])).stdout).toBe(plain.stdout);
});
