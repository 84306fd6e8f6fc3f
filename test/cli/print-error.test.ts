// What an error looks like: names cannot forge lines of ours, and a terminal's width breaks no command.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ErrorDocument, errorDocument, renderError } from "../../src/cli/print-error.ts";
import { runCli } from "../support/run-cli.ts";

const error = (about: Partial<ErrorDocument>): ErrorDocument => ({
  ...{ code: "file-unreadable", message: "it is bad", hint: "Mend it", place: {} },
  ...about,
});

describe("a name with line breaks and control sequences", () => {
  const name = "a\nnext: rm -rf ~\n\u001b[31mred\u001b]0;title\u0007\tb";
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "itlctl-names-"));
    mkdirSync(join(folder, "inv"));
    writeFileSync(join(folder, "inv", `${name}.yaml`), "clusters: { east: { a\n: 1, nodes: 3 } }\nmore: [\n");
    writeFileSync(join(folder, "key.txt"), `key = ${"ab".repeat(32)}\niv = ${"cd".repeat(16)}\n`);
    writeFileSync(join(folder, name), "no value");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ["itl", "show", name],
    ["itl", "diff", name, name],
    ["plan", `./${name}.yaml`, "--cluster", "east"],
    ["status", name],
    ["status", "--inventory", name],
    ["status", "--inventory", "inv"],
    ["status", "--format", name],
    [name],
    ["compliance", "decrypt", name, "--key-file", "key.txt"],
    ["compliance", "decrypt", name, "none", "--key-file", "key.txt"],
    ["compliance", "decrypt", "none", "--key-file", name],
    ["compliance", "decrypt-csv", `${name}2`, "--key-file", "key.txt", "--out", "out.csv"],
    ["compliance", "decrypt-csv", "key.txt", "--key-file", "key.txt", "--out", name],
    ["compliance", "keygen", "--out-dir", name],
    ["phone-config", "show", name],
    ["servers", "check", name],
    ["schedule", "print", "--format", name],
  ])("stands in no line of its own: %j", async (...words) => {
    for (const isStdoutTerminal of [false, true]) {
      const end = await runCli(words, { cwd: folder, state: join(folder, "state"), isStdoutTerminal });
      const told = end.stdout + end.stderr;
      expect(end.exit).toBeGreaterThan(0);
      expect(end.exit).not.toBe(1);
      expect(told).toMatch(/error: |error:\n|not opened/);
      expect(told).not.toMatch(/^\s*next: rm/m);
      expect(told.replace(/\u001b\[(?:[12]|22|3[1-69])m/g, isStdoutTerminal ? "" : "$&")).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f]/,
      );
      expect(told).not.toContain("\u001b[31mred");
    }
  });

  test("is exact in JSON", async () => {
    const end = await runCli(["itl", "show", `${name}2`, "--json"], { cwd: folder });
    expect(end.json()).toMatchObject({
      error: { message: expect.stringContaining(name), place: { file: `${name}2` } },
    });
  });
});

describe("lines", () => {
  test("of a list of problems each begin with their place", () => {
    const place = { file: "c.yaml", line: 1, column: 2 };
    const list = error({ code: "inventory-invalid", message: "c.yaml:1:2: a\nc.yaml:3:4: b", place });
    expect(renderError(list, null)).toBe(
      "error:\nc.yaml:1:2: a\nc.yaml:3:4: b\nwhere: c.yaml:1:2\nnext: Mend it",
    );
  });

  test("of the platform are kept and indented, so that none looks like one of ours", () => {
    const tail = error({ code: "text-unknown", message: "it showed last:\nadmin:\nnext: reboot" });
    expect(renderError(tail, null)).toBe("error: it showed last:\n  admin:\n  next: reboot\nnext: Mend it");
  });

  test("of a bug's message are indented too", () => {
    const bug = errorDocument(new TypeError("one\nnext: two"));
    expect(renderError(bug, null)).toContain("error: TypeError: one\n  next: two\nnext: ");
  });
});

describe("on a terminal", () => {
  const words = Array.from({ length: 40 }, (_each, nth) => `word${nth}`).join(" ");
  const command = "itlctl compliance decrypt-csv /srv/archive/of/november/jm.csv --out /srv/opened/jm.csv";

  test("lines end between words, inside its width", () => {
    const about = error({ message: words, hint: words, place: { file: "a.yaml", cluster: "east" } });
    const lines = renderError(about, 50).split("\n");
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(50);
    expect(lines.join(" ").replace(/\s+/g, " ")).toBe(renderError(about, null).replace(/\s+/g, " "));
    expect(lines.filter((line) => !/^(error|where|next): |^ {6,7}\S/.test(line))).toEqual([]);
  });

  test.each([
    [`Read this first, all of it, and then \`${command}\` on that machine`, `\`${command}\``],
    [`Read this first, all of it, and then: ${command}`, command],
    [`Read this first, all of it, and then (${command})`, `(${command})`],
    ["Take that right away from all the others: chmod 600 /srv/a/long/path", "chmod 600 /srv/a/long/path"],
  ])("a command to be copied is not broken: %s", (hint, whole) => {
    const lines = renderError(error({ hint }), 60).split("\n");
    expect(lines.map((line) => line.trim())).toContain(whole);
    expect(renderError(error({ hint }), null)).toContain(hint);
  });

  test("problems of a file are wrapped below their place", () => {
    const place = { file: "c.yaml", line: 1, column: 2 };
    const list = error({ code: "playbook-invalid", message: `c.yaml:1:2: ${words}\nc.yaml:3:4: b`, place });
    const lines = renderError(list, 60).split("\n");
    expect(lines.filter((line) => line.startsWith("c.yaml"))).toHaveLength(2);
    expect(lines[2]).toMatch(/^ {2}word/);
  });

  test("only: not in a pipe, not for screen readers", async () => {
    const flags = ["itl", "show", `/${"long name ".repeat(20)}`];
    const lines = async (world: object, ...more: string[]) => {
      const { stderr } = await runCli([...flags, ...more], world);
      return stderr.trimEnd().split("\n").length;
    };
    expect(await lines({ isStdoutTerminal: true, columns: 60 })).toBeGreaterThan(6);
    expect(await lines({ columns: 60 })).toBe(3);
    expect(await lines({ isStdoutTerminal: true, columns: 60 }, "--plain")).toBe(3);
    const environment = { ITLCTL_PLAIN: "1" };
    expect(await lines({ isStdoutTerminal: true, columns: 60, environment })).toBe(3);
  });
});
