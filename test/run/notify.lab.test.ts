// The step `notify` of a playbook: its hook is told where the run stands, and a hook that fails stops no run.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type CertChange, openCertChange } from "../support/cert-change.ts";

let change: CertChange;
beforeEach(async () => {
  change = await openCertChange({ release: "11.5" });
});
afterEach(async () => {
  expect(change.lab.complaints).toEqual([]);
  await change.close();
});

function playbook(...hook: string[]): string {
  const steps = [
    "  - { id: look, verb: preflight }",
    `  - { id: desk, verb: notify, hook: ${JSON.stringify(hook)} }`,
  ];
  return change.write(
    "tell.yaml",
    ["playbook: tell", "description: Tell the desk.", "steps:", ...steps, ""].join("\n"),
  );
}

const carryOut = async (file: string) => {
  const result = await change.run(["run", file, "--cluster", "east", "--yes", "--json"]);
  return { exit: result.exit, document: result.json<RunDocument>() };
};
const desk = ({ steps }: RunDocument) => steps.find(({ step }) => step === "desk");

test("tells its hook the run and its steps, without any password", async () => {
  const told = join(change.folder, "told.json");
  const { exit, document } = await carryOut(playbook("/bin/sh", "-c", `env > ${told}.env; cat > ${told}`));
  expect([exit, desk(document)?.outcome, desk(document)?.detail]).toEqual([0, "done", "told"]);
  const heard = JSON.parse(readFileSync(told, "utf8")) as Record<string, unknown>;
  expect(heard).toMatchObject({
    ...{ event: "notify", run: document.run, cluster: "east", playbook: "tell", step: "desk" },
    steps: expect.arrayContaining([expect.objectContaining({ step: "look", outcome: "done" })]),
  });
  for (const password of Object.values(change.lab.environment)) {
    expect(readFileSync(told, "utf8")).not.toContain(password);
    expect(readFileSync(`${told}.env`, "utf8")).not.toContain(password);
  }
});

test("a hook that fails, or is not there, is told and the run goes on", async () => {
  const failed = await carryOut(playbook("/bin/sh", "-c", "exit 7"));
  expect([failed.exit, desk(failed.document)?.outcome]).toEqual([0, "done"]);
  expect(desk(failed.document)?.detail).toMatch(/^the hook failed: .*7/);
  const missing = await carryOut(playbook("/nowhere/notify"));
  expect(desk(missing.document)?.detail).toMatch(/^the hook failed: /);
  expect(change.written()).toEqual([]);
});
