// The commands that are told carry the flags of the call they came from.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repeatFlags } from "../../src/cli/repeat-flags.ts";
import { runCli } from "../support/run-cli.ts";

const next = "Look, then `itlctl resume R`, `itlctl runs`, or itlctl status east";

test("the state folder and the inventory stand behind every itlctl", () => {
  expect(repeatFlags(["--state", "/x y", "recover", "east", "--inventory=lab"], next)).toBe(
    "Look, then `itlctl --state '/x y' --inventory lab resume R`, `itlctl --state '/x y' --inventory lab runs`, or itlctl --state '/x y' --inventory lab status east",
  );
});

test.each([
  [["recover", "east"]],
  [["recover", "east", "--yes", "--parallel", "4"]],
  [["recover", "--", "--state", "/x"]],
  [["recover", "east", "--state"]],
  [["recover", "east", "--state", ""]],
  [["recover", "east", "--state", "/x\nnext: itlctl resume Q"]],
])("nothing is added for %j", (argv) => {
  expect(repeatFlags(argv, next)).toBe(next);
});

test("words that begin as a command does, and other commands, stay", () => {
  const text = "itlctl runsheet, itlctl plan-b, itlctl manual, itlctl planned it, xitlctl runs";
  expect(repeatFlags(["--state", "/x"], text)).toBe(text);
});

test("a dollar sign in a path is only a dollar sign", () => {
  expect(repeatFlags(["--state", "/$&"], "itlctl runs")).toBe("itlctl --state '/$&' runs");
});

test("an error's next step names the same state folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-flags-"));
  try {
    const words = ["report", "2026-01-01T00-00-00Z-east-recover"];
    const end = await runCli(["--state", folder, ...words]);
    expect(end.stderr).toContain(`itlctl --state ${folder} runs`);
    const named = await runCli(words, { state: folder });
    expect(named.stderr).toContain("`itlctl runs`");
    const json = await runCli(["--state", folder, ...words, "--json"]);
    expect(json.stdout).toContain("`itlctl runs`");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
