// What is loaded before a command is known, and before it runs: --version, --help and a slip must not wait for SSH, schemas or prompts.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { knownCommands } from "../../src/cli/commands/index.ts";
import { parseRequest } from "../../src/cli/program.ts";
import { loadCommands, requestOf } from "../../src/cli/request.ts";

/** Static imports that survive compilation, followed from one file; bare ones are packages. */
function loadedBy(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(file, "utf8");
    for (const [statement, , name = ""] of text.matchAll(/^(import|export)\b[^;]*?from "([^"]+)";/gm)) {
      if (/^(import|export) type\b/.test(statement)) continue;
      const names = /\{([^}]*)\}/.exec(statement)?.[1]?.split(",") ?? ["all"];
      if (names.every((each) => each.trim() === "" || each.trim().startsWith("type "))) continue;
      if (name.startsWith(".")) visit(resolve(dirname(file), name));
      else packages.add(name);
    }
  };
  visit(entry);
  return { files, packages };
}

const inCli = (file: string) => fileURLToPath(new URL(`../../src/cli/${file}`, import.meta.url));
const foreign = (packages: Set<string>) => [...packages].filter((name) => !name.startsWith("node:"));
const commandFiles = (files: Set<string>) =>
  [...files].filter((file) => file.includes("/cli/commands/") && !file.endsWith("/index.ts"));

test("starting the program loads no package, no command and few files of its own", () => {
  const entry = inCli("../bin.ts");
  expect(existsSync(entry)).toBe(true);
  const { files, packages } = loadedBy(entry);
  expect(files.size).toBeGreaterThan(10);
  expect(files.size).toBeLessThan(25);
  expect(foreign(packages)).toEqual([]);
  expect(commandFiles(files)).toEqual([]);
});

test("reading the words loads commander, and no command", () => {
  const { files, packages } = loadedBy(inCli("program.ts"));
  expect(foreign(packages)).toEqual(["commander"]);
  expect(commandFiles(files)).toEqual([]);
});

test.each(readdirSync(inCli("commands")).filter((name) => name !== "index.ts"))(
  "%s loads no package before it runs, and no other command",
  (name) => {
    const { files, packages } = loadedBy(inCli(`commands/${name}`));
    expect(foreign(packages)).toEqual([]);
    expect(commandFiles(files)).toEqual([inCli(`commands/${name}`)]);
  },
);

test("what looks at a recovery's cluster does not load the reader of PKCS#12 files before there is one", () => {
  const { files, packages } = loadedBy(inCli("../run/start-run.ts"));
  expect(files).toContain(inCli("../facts/recovery-key.ts"));
  expect(foreign(packages)).not.toContain("node-forge");
});

describe("of the commands there are", () => {
  /** Commands that note being loaded. */
  function noting() {
    const loaded: string[] = [];
    const known = knownCommands.map(({ name, load }) => ({
      name,
      load() {
        loaded.push(name);
        return load();
      },
    }));
    return { loaded, known };
  }

  test("each is listed by the name it has", async () => {
    const named = await Promise.all(knownCommands.map(async ({ name, load }) => [name, (await load()).name]));
    expect(named.map(([, own]) => own)).toEqual(named.map(([listed]) => listed));
  });

  test.each([["--version"], ["-V"]])("%s loads none", async (flag) => {
    const { loaded, known } = noting();
    expect(await requestOf([flag], known, "1.2.3")).toEqual({
      kind: "text",
      about: "version",
      text: "1.2.3",
    });
    expect(loaded).toEqual([]);
  });

  test.each([
    ["status", ["status", "--json"]],
    ["inventory check", ["inventory", "check", "--parallel", "3"]],
    ["runs", ["runs"]],
    ["run", ["run", "mine.yaml", "--cluster", "east"]],
    ["recover", ["recover", "--help"]],
  ])("the words of %s load it alone", async (name, argv) => {
    const { loaded, known } = noting();
    const request = await requestOf(argv, known, "1.2.3");
    expect(loaded).toEqual([name]);
    if (request.kind === "command") expect(request.command.name).toBe(name);
    else expect(request.text).toContain(`itlctl ${name} `);
  });

  test.each([
    [["--json", "status"], "status"],
    [["inventory", "--parallel", "3", "check"], "inventory check"],
  ])("%j is found where a flag stands first", async (argv, name) => {
    const request = await requestOf(argv, noting().known, "1.2.3");
    expect(request.kind === "command" && request.command.name).toBe(name);
  });

  test.each([[["stats"]], [["status", "--jsn"]], [["inventory", "chekc"]], [["recover"]], [[]]])(
    "%j is complained of as where all are known",
    async (argv) => {
      const known = noting().known;
      const all = await loadCommands(known);
      const complaint = (work: () => unknown) =>
        Promise.resolve()
          .then(work)
          .then(
            () => null,
            (error: unknown) => error,
          );
      const own = await complaint(() => requestOf(argv, known, "1.2.3"));
      expect(own).toBeInstanceOf(OperatorError);
      expect(own).toEqual(await complaint(() => parseRequest(argv, all, "1.2.3")));
    },
  );
});
