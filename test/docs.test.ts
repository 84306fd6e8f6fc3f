// The pages in docs and what the code can say: no error code, exit code or finding without its line, no dead link.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorCodes } from "../src/base/errors.ts";
import { knownCommands } from "../src/cli/commands/index.ts";
import { loadCommands } from "../src/cli/request.ts";
import { globalFlags } from "../src/cli/flags.ts";
import { findingCodes } from "../src/verdict/verdict.ts";
import { projectRoot } from "./support/source-files.ts";

const commands = await loadCommands(knownCommands);

const read = (path: string) => readFileSync(join(projectRoot, path), "utf8");
const reference = read("docs/reference.md");

/** The lines of one section, from its heading to the next of the same level. */
function section(heading: string): string[] {
  const lines = reference.split("\n");
  const start = lines.indexOf(`## ${heading}`);
  if (start < 0) throw new Error(`docs/reference.md has no section ${heading}`);
  const end = lines.findIndex((line, index) => index > start && line.startsWith("## "));
  return lines.slice(start, end < 0 ? undefined : end);
}

const rowsOf = (heading: string) => section(heading).filter((line) => /^\| *[`\d]/.test(line));

describe("docs/reference.md", () => {
  test.each(Object.entries(errorCodes))("has error code %s in the row of its exit code", (code, { exit }) => {
    const row = rowsOf("Exit codes").find((line) => line.startsWith(`| ${exit} |`));
    expect(row, `a row for exit code ${exit}`).toContain(`\`${code}\``);
  });

  test("names no error code that does not exist", () => {
    const named = rowsOf("Exit codes").flatMap(
      (row) =>
        row
          .split("|")
          .at(-2)
          ?.match(/[a-z]+(-[a-z]+)*/g) ?? [],
    );
    expect(named.filter((code) => !(code in errorCodes))).toEqual([]);
  });

  test("has a row for every finding, and no other", () => {
    const rows = rowsOf("Findings").map((row) => /^\| `([^`]+)`/.exec(row)?.[1]);
    expect(new Set(rows)).toEqual(new Set(findingCodes));
    expect(rows).toHaveLength(findingCodes.length);
  });

  test("has a row for every command, and no other", () => {
    const table = section("Commands").slice(0, section("Commands").indexOf("### Flags of every command"));
    const rows = table.flatMap((line) => /^\| `([a-z]+(?:[ -][a-z]+)*)/.exec(line)?.[1] ?? []);
    expect(new Set(rows)).toEqual(new Set(commands.map((command) => command.name)));
  });

  test("names every flag", () => {
    const flags = [...globalFlags, ...commands.flatMap((command) => command.options)];
    const names = flags.map(({ flags: text }) => /--[a-z-]+/.exec(text)?.[0] ?? text);
    const text = section("Commands").join("\n");
    expect(names.filter((name) => !text.includes(name))).toEqual([]);
  });
});

describe("README.md", () => {
  test("names every command", () => {
    const readme = read("README.md");
    expect(commands.map(({ name }) => name).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("the pages", () => {
  const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].concat(
    readdirSync(join(projectRoot, "docs"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join("docs", name)),
  );

  test.each(pages)("%s links only to files that exist", (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? "");
    const dead = links.filter(
      (to) => !/^[a-z]+:/.test(to) && !existsSync(join(projectRoot, dirname(page), to)),
    );
    expect(dead).toEqual([]);
  });

  test("the dictionary has each word once", () => {
    const words = [...read("docs/dictionary.md").matchAll(/^\| (\*\*.+?) \|/gm)].map((match) => match[1]);
    expect(words.length).toBeGreaterThan(50);
    expect(new Set(words).size).toBe(words.length);
  });

  test("npm scripts named in README and CONTRIBUTING exist", () => {
    const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: object }).scripts);
    const text = read("README.md") + read("CONTRIBUTING.md");
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1] ?? "");
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});
