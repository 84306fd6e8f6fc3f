// An inventory with something wrong in it: file, line and column are named, and no node hears of it.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LostCluster, openLostCluster } from "../support/lost-cluster.ts";
import { runCli } from "../support/run-cli.ts";
import { countAttempts, expectRefused } from "./refusal.ts";

let lost: LostCluster;
let attempts: () => Record<string, number>;

beforeAll(async () => {
  lost = await openLostCluster("lost-trust", "11.5");
  attempts = countAttempts(lost);
});
afterAll(() => lost.close());

describe.each(["recover", "inventory check"])("a wrong inventory, read by %s", (command) => {
  const cluster = (more: string) => `clusters:\n  east:\n${more}`;
  const credentials = '    credentials:\n      platform: { username: administrator, password: "env:P" }\n';
  const nodes = "    nodes:\n      - { name: pub, address: 127.0.0.1, role: publisher }\n";
  test.each([
    ["an unknown key", cluster(`${nodes}${credentials}    colour: red\n`), 7, "colour"],
    [
      "two publishers",
      cluster(`${nodes}      - { name: pub2, address: 127.0.0.2, role: publisher }\n${credentials}`),
      5,
      "publisher",
    ],
    [
      "a literal password",
      cluster(`${nodes}    credentials:\n      platform: { username: a, password: "secret77" }\n`),
      6,
      "env:",
    ],
    ["a tab", `clusters:\n\teast:\n`, 2, "tab"],
    [
      "a duplicate name",
      cluster(`${nodes}      - { name: pub, address: 127.0.0.2, role: subscriber }\n${credentials}`),
      5,
      "pub",
    ],
    ["a bad port", cluster(`${nodes}${credentials}    ssh: { port: 70000 }\n`), 7, "port"],
    [
      "a name with a space",
      cluster(`    nodes:\n      - { name: "my pub", address: 127.0.0.1, role: publisher }\n${credentials}`),
      4,
      "name",
    ],
    ["a cluster twice", `${cluster(`${nodes}${credentials}`)}  east: {}\n`, 7, "east"],
  ])("%s: file, line and column are named", async (_what, text, line, word) => {
    const inventory = lost.write("wrong.yaml", text);
    const words = command === "recover" ? ["recover", "east", "--yes"] : command.split(" ");
    const result = await runCli([...words, "--json"], { inventory, state: join(lost.folder, "state") });
    const { error } = expectRefused(lost, result, {
      ...{
        exit: 10,
        code: "inventory-invalid",
        place: { file: inventory, line, column: expect.any(Number) },
      },
    });
    expect(error.message).toMatch(new RegExp(`wrong\\.yaml:${line}:\\d+:? .*${word}`, "s"));
    expect(error.message).not.toContain("secret77");
    expect(Object.values(attempts()).every((count) => count === 0)).toBe(true);
  });
});
