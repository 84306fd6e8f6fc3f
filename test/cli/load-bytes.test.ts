// What --trusted-by, --signer and <file> take for an address, and what an error says of one that is refused.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadKeyFile } from "../../src/cli/compliance-key-file.ts";
import { loadBytes } from "../../src/cli/load-bytes.ts";

const context = { world: { cwd: "/" }, signal: new AbortController().signal } as Parameters<
  typeof loadBytes
>[1];

test.each([
  "http://user:Kept-1@127.0.0.1/ITLFile.tlv",
  "ftp://user:Kept-1@127.0.0.1/ITLFile.tlv",
  "http://user:Kept@Kept-1@127.0.0.1:x/",
])("a password in a URL is refused, and not repeated: %s", async (named) => {
  const error = await loadBytes(named, context).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "usage" });
  expect(JSON.stringify(error) + String(error)).not.toContain("Kept");
  expect(String(error)).toMatch(/:\/\/••••@127\.0\.0\.1/);
});

test("a named pipe that nobody writes to is refused, and not waited for", async () => {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-pipe-"));
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  for (const load of [loadBytes, loadKeyFile]) {
    const error = await load(pipe, context).catch((reason: unknown) => reason);
    expect(String(error)).toContain("it is not a regular file");
  }
  rmSync(folder, { recursive: true });
});
