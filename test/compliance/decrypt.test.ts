import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenedMessagesDocument } from "../../src/report/compliance-messages-as-text.ts";
import { runCli } from "../support/run-cli.ts";
import { archiveKey, keyFileText, seal, sealBytes } from "./sealed-exports.ts";

const [own, other] = [archiveKey("own"), archiveKey("other")];
const folder = mkdtempSync(join(tmpdir(), "itlctl-decrypt-"));
beforeAll(() => {
  const write = (name: string, bytes: string | Buffer) => writeFileSync(join(folder, name), bytes);
  for (const key of [own, other]) write(key.file, keyFileText(key));
  write("a.b64", `${seal("the text of a\n", own)}\n`);
  write("b.bin", sealBytes("that of b", other));
  write("c.hex", sealBytes("never opened", archiveKey("lost")).toString("hex"));
  write("d.b64", seal("it was cut, and more", own).slice(0, -2));
  write("evil.b64", seal("a\u009b31m red \u202e", own));
  mkdirSync(join(folder, "out"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const call = (...words: string[]) =>
  runCli(["compliance", "decrypt", ...words, "--key-file", own.file, "--key-file", other.file], {
    cwd: folder,
  });

describe("compliance decrypt", () => {
  test("prints the text of one value alone", async () => {
    expect(await call("a.b64")).toMatchObject({ exit: 0, stdout: "the text of a\n", stderr: "" });
  });

  test("prints one document with --json", async () => {
    const end = await call("a.b64", "b.bin", "--json");
    expect(end.exit).toBe(0);
    expect(end.json()).toEqual({
      messages: [
        { file: "a.b64", text: "the text of a\n", keyFile: own.file, out: null },
        { file: "b.bin", text: "that of b", keyFile: other.file, out: null },
      ],
      failed: [],
    });
  });

  test.each([
    ["c.hex", 20, "wrong-key"],
    ["d.b64", 15, "file-unreadable"],
    ["none", 15, "file-unreadable"],
  ])("of %s alone ends with %d", async (file, exit, code) => {
    const end = await call(file, "--json");
    expect(end.exit).toBe(exit);
    expect(end.json<{ error: unknown }>().error).toMatchObject({ code });
  });

  test("opens the others where one of several does not open, and ends with the worst", async () => {
    const end = await call("d.b64", "a.b64", "c.hex", "b.bin", "--json");
    expect(end.exit).toBe(20);
    const document = end.json<OpenedMessagesDocument>();
    expect(document.messages.map(({ file }) => file)).toEqual(["a.b64", "b.bin"]);
    expect(document.failed.map(({ file, code }) => [file, code])).toEqual([
      ["d.b64", "file-unreadable"],
      ["c.hex", "wrong-key"],
    ]);
    expect((await call("d.b64", "a.b64")).exit).toBe(15);
  });

  test("writes beside with --out-dir, for its owner only, and overwrites nothing", async () => {
    const end = await call("a.b64", "b.bin", "--out-dir", "out");
    expect(end).toMatchObject({ exit: 0, stdout: expect.not.stringContaining("the text of a") });
    expect(readdirSync(join(folder, "out"))).toEqual(["a.b64.txt", "b.bin.txt"]);
    expect(readFileSync(join(folder, "out", "a.b64.txt"), "utf8")).toBe("the text of a\n");
    expect(statSync(join(folder, "out", "a.b64.txt")).mode & 0o777).toBe(0o600);
    expect((await call("a.b64", "--out-dir", "out")).exit).toBe(2);
    expect((await call("a.b64", join(folder, "a.b64"), "--out-dir", ".")).exit).toBe(2);
  });

  test("makes a missing folder of --out-dir for its owner only, once there is something to write", async () => {
    const missing = join(folder, "missing");
    expect((await call("d.b64", "--out-dir", "missing/in")).exit).toBe(15);
    expect(existsSync(missing)).toBe(false);
    expect((await call("a.b64", "--out-dir", "missing/in")).exit).toBe(0);
    for (const path of [missing, join(missing, "in")]) expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(missing, "in"))).toEqual(["a.b64.txt"]);
    symlinkSync(join(folder, "nowhere"), join(folder, "link"));
    const end = await call("a.b64", "--out-dir", "link/in");
    expect(end).toMatchObject({ exit: 11, stderr: expect.stringContaining("with --out-dir") });
  });

  test("steers no terminal with what was encrypted", async () => {
    expect((await call("evil.b64")).stdout).toBe("a\\x9b31m red \\u202e\n");
  });
});
