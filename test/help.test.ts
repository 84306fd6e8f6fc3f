// Every command's help: the headings a reader can rely on, examples that can be typed, exit codes that exist.
import { describe, expect, test } from "vitest";
import { knownCommands } from "../src/cli/commands/index.ts";
import { loadCommands } from "../src/cli/request.ts";
import { exitCodes } from "../src/cli/exit-codes.ts";
import { parseRequest } from "../src/cli/program.ts";
import { runCli } from "./support/run-cli.ts";

const commands = await loadCommands(knownCommands);

const headings = ["Usage", "What it does", "Options", "Examples", "Exit codes"];
const globals = [
  "--inventory <PATH>",
  "--state <DIR>",
  "--parallel <N>",
  "--json",
  "--no-color",
  "--plain",
  "--debug",
];
const groups = [
  ...new Set(commands.flatMap(({ name }) => (name.includes(" ") ? [name.split(" ")[0] ?? ""] : []))),
];

describe.each(commands)("help of $name", (command) => {
  const words = command.name.split(" ");

  test("has every heading in order, and every global flag", async () => {
    const { stdout, stderr, exit } = await runCli([...words, "--help"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const found = stdout.split("\n").filter((line) => headings.includes(line));
    expect(found).toEqual(headings);
    for (const flag of [...globals, ...command.options.map(({ flags }) => flags)])
      expect(stdout).toContain(flag);
  });

  test("keeps its lines, but examples, inside a terminal of 100 columns", async () => {
    const { stdout } = await runCli([...words, "--help"]);
    expect(stdout.split("\n").filter((line) => line.length > 100 && !line.startsWith("  itlctl "))).toEqual(
      [],
    );
  });

  test("has examples that are command lines of this command", () => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) {
      const [program, ...typed] = (example.split(" > ")[0] ?? "").match(/"[^"]*"|\S+/g) ?? [];
      expect(program).toBe("itlctl");
      const request = parseRequest(
        typed.map((word) => word.replaceAll('"', "")),
        commands,
        "0",
      );
      expect(request.kind === "command" && request.command.name).toBe(command.name);
    }
  });

  test("names only exit codes that are documented", () => {
    expect(command.exits.filter((code) => exitCodes[code] === undefined)).toEqual([]);
  });

  test("says in its summary what it does, in one line without a full stop", () => {
    expect(command.summary).toMatch(/^[A-Za-z][^\n]{10,70}[^.\n]$/);
  });
});

test("itlctl --help lists every command with its summary, and all exit codes", async () => {
  const { stdout, exit } = await runCli(["--help"]);
  expect(exit).toBe(0);
  expect(stdout.split("\n").filter((line) => headings.includes(line))).toEqual(headings);
  for (const { name, summary } of commands)
    expect(stdout).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, "m"));
  for (const code of Object.keys(exitCodes)) expect(stdout).toMatch(new RegExp(`^  ${code} `, "m"));
});

test.each(groups)("itlctl %s --help lists its commands under the same headings", async (group) => {
  const { stdout, exit } = await runCli([group, "--help"]);
  expect(exit).toBe(0);
  expect(stdout.split("\n").filter((line) => headings.includes(line))).toEqual(headings);
  for (const { name } of commands)
    expect(new RegExp(`^  ${name} `, "m").test(stdout)).toBe(name.startsWith(`${group} `));
});

test("a command is named once", () => {
  const names = commands.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
