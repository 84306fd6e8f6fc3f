import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { asideOf, canLink, openNamelessFile } from "../../src/compliance/nameless-file.ts";

const folders: string[] = [];
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-nameless-"));
  folders.push(folder);
});
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

// What a file system can do decides; that of a Linux test machine can do both.
const ways = [
  { way: "by giving it a name", hasLinkTool: canLink, isHere: process.platform === "linux" },
  { way: "by copying it", hasLinkTool: () => false, isHere: true },
];

describe.each(ways.filter(({ isHere }) => isHere))("a file that is published $way", ({ hasLinkTool }) => {
  test("has no name until it is whole, and then only its owner's rights", async () => {
    const path = join(folder, "out.csv");
    const file = openNamelessFile(path, hasLinkTool);
    await file.write(Buffer.from("first, "));
    await file.write(Buffer.alloc(3 << 20, "x"));
    expect(readdirSync(folder)).toEqual([]);
    file.publish();
    file.discard();
    expect(readdirSync(folder)).toEqual(["out.csv"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8")).toBe(`first, ${"x".repeat(3 << 20)}`);
  });

  test("is gone when it is discarded", async () => {
    const file = openNamelessFile(join(folder, "out.csv"), hasLinkTool);
    await file.write(Buffer.from("secret"));
    file.discard();
    file.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("overwrites nothing, neither from the start nor what came meanwhile", async () => {
    const path = join(folder, "out.csv");
    const file = openNamelessFile(path, hasLinkTool);
    await file.write(Buffer.from("new"));
    writeFileSync(path, "old");
    expect(() => file.publish()).toThrow(
      expect.objectContaining({ code: "usage", message: `${path} is there already` }),
    );
    expect(() => openNamelessFile(path, hasLinkTool)).toThrow(expect.objectContaining({ code: "usage" }));
    expect(readdirSync(folder)).toEqual(["out.csv"]);
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  test("says that its folder is missing", () => {
    const path = join(folder, "none", "out.csv");
    expect(() => openNamelessFile(path, hasLinkTool)).toThrow(
      expect.objectContaining({ code: "state-not-writable" }),
    );
  });
});

test("what a call left that was killed while copying is told, and not written over", () => {
  const path = join(folder, "out.csv");
  writeFileSync(asideOf(path), "opened text");
  expect(() => openNamelessFile(path, () => false)).toThrow(
    expect.objectContaining({ code: "usage", hint: expect.stringContaining(`rm ${asideOf(path)}`) }),
  );
  expect(readFileSync(asideOf(path), "utf8")).toBe("opened text");
});
