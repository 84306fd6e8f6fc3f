// `run` with a plan that was saved: what does not go with it is refused before any node is asked.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-plan-"));
  const plan = {
    ...{ format: "itlctl-plan-1", cluster: "east", playbook: "itl-recovery", playbookFile: null },
    ...{ given: {}, accepted: [], baseline: { fingerprint: "f", lists: {}, certificates: {} }, plan: null },
  };
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
  writeFileSync(join(folder, "other.json"), JSON.stringify({ ...plan, format: "itlctl-plan-2" }));
  writeFileSync(join(folder, "text.json"), "no json");
  const pub = "{ name: pub, address: 127.0.0.1, role: publisher }";
  const credentials = '{ platform: { username: administrator, password: "env:WEST" } }';
  writeFileSync(
    join(folder, "west.yaml"),
    `clusters:\n  west:\n    nodes: [${pub}]\n    credentials: ${credentials}\n`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: readonly string[]) =>
  runCli(["run", ...args], {
    cwd: folder,
    inventory: join(folder, "west.yaml"),
    state: join(folder, "state"),
  });

test.each([
  ["another cluster", ["--cluster", "west"], "the plan is for east, not for west"],
  ["values", ["--var", "units=TVS"], "a saved plan has its values; --var does not go with it"],
  [
    "accepted findings",
    ["--accept", "node-unreachable"],
    "a saved plan says what is accepted; --accept does not go with it",
  ],
])("with %s", async (_what, flags, message) => {
  const { exit, stderr } = await run("plan.json", "--yes", ...flags);
  expect(exit).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain("Read `itlctl run --help`.");
});

test("a plan for a cluster that this inventory does not have", async () => {
  const { exit, stderr } = await run("plan.json", "--yes", "--cluster", "east");
  expect(exit).toBe(2);
  expect(stderr).toContain("east");
});

test.each([
  ["other.json", /other\.json is not a saved plan: format/],
  ["text.json", /text\.json is not a saved plan: /],
  ["none.json", /there is no playbook none\.json/],
])("%s is no plan", async (file, message) => {
  const { exit, stderr } = await run(file, "--yes");
  expect(exit).toBe(10);
  expect(stderr).toMatch(message);
});

test("without a terminal and without --yes nothing is even looked for", async () => {
  const { exit, stderr } = await run("none.json");
  expect(exit).toBe(2);
  expect(stderr).toContain("run writes on the cluster and there is no terminal to confirm it at");
});
