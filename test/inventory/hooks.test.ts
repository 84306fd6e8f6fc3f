// `hooks:` of a cluster → programs with their words, paths from the inventory's folder; anything else is refused with its place.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadInventory } from "../../src/inventory/load-inventory.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-inventory-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function load(hooks: string) {
  const file = join(folder, "east.yaml");
  writeFileSync(
    file,
    `clusters:
  east:
    nodes:
      - { name: pub, address: 10.20.0.11, role: publisher }
    credentials:
      platform: { username: administrator, password: "env:EAST" }
    hooks: ${hooks}
`,
  );
  return loadInventory(file).clusters[0]?.hooks;
}

test("a program with a slash stands at its path, a bare one is searched later, words stay as they are", () => {
  expect(
    load(
      '{ backupStored: [../bin/store, "a b; $(c)", "%h"], backupFailed: [~/tell], alarmActive: [logger, -t, x], timeLimit: 2m }',
    ),
  ).toEqual({
    backupStored: [join(folder, "../bin/store"), "a b; $(c)", "%h"],
    backupFailed: [join(homedir(), "tell")],
    alarmActive: ["logger", "-t", "x"],
    timeLimitMs: 120_000,
  });
});

test.each([
  ["{ backupStored: /bin/true --now }", "hooks.backupStored: must be a list: the program and its arguments"],
  ["{ backupStored: [] }", "hooks.backupStored"],
  ["{ backupStored: [logger, 5] }", "hooks.backupStored[1]: a word of a hook must be text"],
  ['{ backupStored: ["a\\nb"] }', "hooks.backupStored[0]: a word of a hook may not hold a control character"],
  ["{ backupStord: [logger] }", "hooks.backupStord: unknown key; did you mean backupStored?"],
  ["{ timeLimit: soon }", "hooks.timeLimit: must be a duration such as"],
  ["{ timeLimit: 0s }", "hooks.timeLimit: would end every hook before it begins"],
])("%s is refused", (hooks, wanted) => {
  expect(() => load(hooks)).toThrow(wanted);
});
