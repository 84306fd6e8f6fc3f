// The state folder's runs → which began, in order, and which one a few letters mean.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { createRunFolder, findRunFolder, listRuns } from "../../src/run/run-folder.ts";

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "itlctl-runs-"));
});
afterEach(() => rmSync(state, { recursive: true }));

/** `journal` null: the process died before it. */
function plant(run: string, journal: string | null): void {
  mkdirSync(join(state, "runs", run), { recursive: true });
  if (journal !== null) writeFileSync(join(state, "runs", run, "journal.jsonl"), journal);
}

function foundBy(run: string): string {
  try {
    return findRunFolder(state, run).run;
  } catch (error) {
    if (error instanceof OperatorError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

test("the runs that began, oldest first", () => {
  expect(listRuns(state)).toEqual([]);
  plant("2026-11-20T23-00-00Z-east-recover", "{}\n");
  plant("2026-11-20T22-00-00Z-east-recover", "{}\n");
  plant("2026-11-20T21-00-00Z-east-recover", null);
  plant("2026-11-20T20-00-00Z-east-recover", '{"seq":1');
  // One that cannot be read may have begun.
  mkdirSync(join(state, "runs", "2026-11-21T00-00-00Z-east-backup", "journal.jsonl"), { recursive: true });
  expect(listRuns(state)).toEqual([
    ...["2026-11-20T22-00-00Z-east-recover", "2026-11-20T23-00-00Z-east-recover"],
    "2026-11-21T00-00-00Z-east-backup",
  ]);
});

test("a run is found by its name or by a beginning that only it has, never by one of several", () => {
  expect(foundBy("2026")).toContain("run-not-found: there is no run 2026");
  for (const run of ["2026-11-20-a", "2026-11-20-a-2", "2026-11-21-b"]) plant(run, "{}\n");
  expect(foundBy("2026-11-20-a")).toBe("2026-11-20-a");
  expect(foundBy("2026-11-21")).toBe("2026-11-21-b");
  expect(foundBy("2026-11")).toBe("run-not-found: 2026-11 is the beginning of 3 runs");
  expect(foundBy("2025")).toContain("run-not-found: there is no run 2025");
});

test("two runs of the same second have two folders", () => {
  const clock = { now: () => Date.UTC(2026, 10, 20, 22), sleep: () => Promise.resolve() };
  const made = () => createRunFolder(state, "east", "recover", clock).run;
  const name = "2026-11-20T22-00-00Z-east-recover";
  expect([made(), made(), made()]).toEqual([name, `${name}-2`, `${name}-3`]);
});
