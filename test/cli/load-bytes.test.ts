// What --trusted-by, --signer and <file> take for an address, and what an error says of one that is refused.
import { expect, test } from "vitest";
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
