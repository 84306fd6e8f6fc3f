// Private files: modes, whole-or-nothing, and trouble of the disk in words.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import {
  appendPrivateFile,
  diskTrouble,
  ensurePrivateFolder,
  onDisk,
  readIfPresent,
  writePrivateFile,
} from "../../src/base/files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-files-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test("folders are made private, with all that is missing above them", () => {
  const path = join(folder, "state", "runs", "one");
  ensurePrivateFolder(path);
  ensurePrivateFolder(path);
  expect([path, join(folder, "state")].map(modeOf)).toEqual(["700", "700"]);
});

test("a folder in which everybody may write is refused", () => {
  const path = join(folder, "open");
  mkdirSync(path);
  chmodSync(path, 0o777);
  expect(() => ensurePrivateFolder(path)).toThrow(expect.objectContaining({ code: "state-not-writable" }));
  chmodSync(path, 0o755);
  ensurePrivateFolder(path);
  expect(modeOf(path)).toBe("755");
});

test("a written file is private, replaces the old one and leaves no temporary file", () => {
  const path = join(folder, "report.json");
  writeFileSync(path, "old", { mode: 0o644 });
  writePrivateFile(path, "new");
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(modeOf(path)).toBe("600");
  expect(readdirSync(folder)).toEqual(["report.json"]);
});

test("a write that fails keeps the old file and leaves no temporary file", () => {
  const path = join(folder, "taken");
  mkdirSync(join(path, "inner"), { recursive: true });
  expect(() => writePrivateFile(path, "new")).toThrow(
    expect.objectContaining({ code: "state-not-writable" }),
  );
  expect(readdirSync(folder)).toEqual(["taken"]);
  expect(readdirSync(path)).toEqual(["inner"]);
});

test("appending makes a private file and adds to its end", () => {
  const path = join(folder, "journal.jsonl");
  appendPrivateFile(path, "one\n");
  appendPrivateFile(path, Buffer.from("two\n"), { isFlushed: false });
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
  expect(modeOf(path)).toBe("600");
});

test("reading gives the bytes, or null where there is no file", () => {
  writeFileSync(join(folder, "a"), "x");
  expect(readIfPresent(join(folder, "a"))?.toString()).toBe("x");
  expect(readIfPresent(join(folder, "b"))).toBeNull();
  expect(() => readIfPresent(join(folder, "a", "b"))).toThrow(/not a folder/);
});

test.each(["ENOSPC", "EROFS", "EACCES", "EPERM", "EDQUOT", "EIO"])(
  "%s becomes state-not-writable with a hint",
  (code) => {
    const cause = Object.assign(new Error(code), { code });
    const trouble = diskTrouble("/state/x", cause);
    expect(trouble).toBeInstanceOf(OperatorError);
    expect(trouble).toMatchObject({ code: "state-not-writable", place: { file: "/state/x" }, cause });
    expect((trouble as OperatorError).hint).toMatch(/^[a-z]+ /);
  },
);

test("any other error of disk work stays a bug", () => {
  const bug = new TypeError("bug");
  expect(() =>
    onDisk("/x", () => {
      throw bug;
    }),
  ).toThrow(bug);
});
