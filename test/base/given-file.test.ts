import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readGivenFile } from "../../src/base/given-file.ts";
import { projectRoot } from "../support/source-files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-given-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a file is read whole, and /dev/null is an empty one", () => {
  const file = join(folder, "file");
  writeFileSync(file, "text");
  expect(readGivenFile(file).toString()).toBe("text");
  expect(readGivenFile("/dev/null")).toHaveLength(0);
  expect(() => readGivenFile(join(folder, "none"))).toThrow("ENOENT");
  expect(() => readGivenFile(folder)).toThrow("EISDIR");
});

test("what the caller refuses is not read", () => {
  const file = join(folder, "file");
  writeFileSync(file, "text");
  const refuse = (size: number) => {
    if (size > 3) throw new Error("too large");
  };
  expect(() => readGivenFile(file, (stand) => refuse(stand.size))).toThrow("too large");
});

/** Whoever waits for such a pipe waits with the whole process, so that each is tried in one of its own. */
test.runIf(process.platform !== "win32")("every reader of a given file refuses a pipe, at once", () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", ["-m", "600", pipe]);
  const calls = [
    ["src/base/given-file.ts", "readGivenFile(P)"],
    ["src/cli/plan-file.ts", "loadPlan(P)"],
    ["src/vault/private-key.ts", "loadPrivateKey(P, 'vault: hostKey:', 'Make it')"],
    ["src/playbook/load-playbook.ts", "loadPlaybook(P)"],
    ["src/inventory/load-inventory.ts", "loadInventory(P)"],
    ["src/session/known-keys.ts", "readKnownKeys({ cluster: 'e', ssh: { hostKeys: [], knownHosts: P } })"],
    ["src/cli/held-file.ts", "readHeldList(P)"],
  ];
  const program = calls.map(
    ([file, call]) => `const { ${call?.replace(/\(.*/s, "")} } = await import("./${file}");
      try { ${call}; console.log("read"); } catch (e) { console.log(e.message); }`,
  );
  const said = execFileSync(
    process.execPath,
    [
      "--import",
      "tsx",
      "--input-type=module",
      "-e",
      `const P = ${JSON.stringify(pipe)};${program.map((each) => `{${each}}`).join("")}`,
    ],
    { cwd: projectRoot, timeout: 20_000 },
  );
  const lines = said.toString().trim().split("\n");
  expect(lines).toHaveLength(calls.length);
  for (const line of lines) expect(line).toMatch(/is not a regular file/);
});
