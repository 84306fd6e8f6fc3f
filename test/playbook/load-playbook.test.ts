// Playbook files: the shipped one is sound, a wrong one is refused with every problem and its place.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { loadPlaybook } from "../../src/playbook/load-playbook.ts";

const shipped = new URL("../../playbooks/itl-recovery.yaml", import.meta.url).pathname;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-playbook-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function trouble(text: string | null): OperatorError {
  const file = join(folder, text === null ? "missing.yaml" : "playbook.yaml");
  if (text !== null) writeFileSync(file, text);
  try {
    loadPlaybook(file);
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error("the playbook was taken");
}

test("the shipped playbook has the steps of a recovery, in order", () => {
  const playbook = loadPlaybook(shipped);
  expect(playbook.name).toBe("itl-recovery");
  expect(playbook.steps.map(({ id, verb, fromRelease }) => [id, verb, fromRelease])).toEqual([
    ["preflight", "preflight", undefined],
    ["reset", "reset", undefined],
    ["verify-reset", "verify", undefined],
    ["phones", "confirm", undefined],
    ["restart-tftp", "restart-service", undefined],
    ["verify-normal", "verify", undefined],
    ["phones-again", "confirm", "12.0"],
  ]);
  expect(playbook.sha256).toBe(createHash("sha256").update(readFileSync(shipped)).digest("hex"));
});

describe("a wrong playbook", () => {
  const playbook = (...steps: string[]) =>
    `playbook: mine\ndescription: What it is for.\nsteps:\n${steps.map((step) => `  - ${step}\n`).join("")}`;

  test.each([
    ["an unknown verb", playbook("{ id: a, verb: reboot }"), 4],
    ["a step without an id", playbook("{ verb: reset }"), 4],
    ["an id twice", playbook("{ id: a, verb: reset }", "{ id: a, verb: preflight }"), 5],
    ["an id with a space", playbook('{ id: "a b", verb: reset }'), 4],
    ["an unknown key", playbook("{ id: a, verb: reset, force: true }"), 4],
    ["a verb's missing key", playbook("{ id: a, verb: verify }"), 4],
    ["another signer", playbook("{ id: a, verb: verify, signer: mine }"), 4],
    ["a release that is a number", playbook("{ id: a, verb: reset, fromRelease: 12.0 }"), 4],
    ["no steps", "playbook: mine\ndescription: x\nsteps: []\n", 3],
    ["no YAML", "playbook: [\n", 2],
    ["a tab", "playbook: mine\n\tsteps: []\n", 2],
  ])("with %s is refused at its place", (_what, text, line) => {
    const error = trouble(text);
    expect(error.code).toBe("playbook-invalid");
    expect(error.place).toMatchObject({ file: join(folder, "playbook.yaml"), line });
    expect(error.message).toContain(`playbook.yaml:${line}:`);
  });

  test("with several problems names them all", () => {
    const error = trouble(playbook("{ id: a, verb: reboot }", "{ id: B, verb: reset }"));
    expect(error.message).toContain(":4:");
    expect(error.message).toContain(":5:");
  });

  test("that is not there is named", () => {
    const error = trouble(null);
    expect(error.code).toBe("playbook-invalid");
    expect(error.place).toEqual({ file: join(folder, "missing.yaml") });
  });
});
