// schema inventory and schema playbook, as an editor would load them.
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

test("schema playbook prints a JSON Schema that knows every verb, and names of parameters in their places", async () => {
  const plain = await runCli(["schema", "playbook"]);
  expect(plain.exit).toBe(0);
  expect(plain.json()).toMatchObject({
    $schema: expect.stringContaining("json-schema.org"),
    properties: { parameters: {}, window: {}, steps: { items: { oneOf: expect.any(Array) } } },
  });
  expect(plain.stdout).toContain("^\\\\$\\\\{");
  for (const verb of ["preflight", "regenerate", "update-ctl", "notify"])
    expect(plain.stdout).toContain(`"const": "${verb}"`);
  expect((await runCli(["schema", "playbook", "--json"])).stdout).toBe(plain.stdout);
});
