// The man page: whole, made from what the help is made from, and without a warning from who formats it.
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { knownCommands } from "../../src/cli/commands/index.ts";
import { loadCommands } from "../../src/cli/request.ts";
import { exitCodes } from "../../src/cli/exit-codes.ts";
import { environmentVariables, globalFlags } from "../../src/cli/flags.ts";
import { renderManual } from "../../src/cli/manual/render-manual.ts";
import { roffEntry, roffText, roffTyped } from "../../src/cli/manual/roff.ts";
import { needs } from "../support/needs.ts";
import { loadSourceFiles } from "../support/source-files.ts";
import { runCli } from "../support/run-cli.ts";

const commands = await loadCommands(knownCommands);

const headings = [
  ...["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS"],
  ...["FILES", "ENVIRONMENT", "EXAMPLES"],
];

function formatted(page: string): { text: string; warnings: string } {
  const { stdout, stderr } = spawnSync("groff", ["-man", "-Tutf8", "-ww", "-P-c", "-rLL=300n"], {
    ...{ input: page, encoding: "utf8" },
  });
  const overstruck = new RegExp(".\b", "gu");
  return { text: stdout.replace(overstruck, "").replaceAll("\u2010", "-"), warnings: stderr };
}

describe("itlctl manual", () => {
  test("has the headings of a man page in order", async () => {
    const { stdout, exit } = await runCli(["manual"]);
    expect(exit).toBe(0);
    expect([...stdout.matchAll(/^\.SH (.+)$/gm)].map(([, heading]) => heading)).toEqual(headings);
  });

  test("with --json stands in the document", async () => {
    const { stdout } = await runCli(["manual"]);
    expect((await runCli(["manual", "--json"])).json()).toEqual({ page: stdout.trimEnd() });
  });

  test.runIf(needs("groff"))(
    "is formatted without a warning, and holds all that the help holds",
    async () => {
      const { text, warnings } = formatted((await runCli(["manual"])).stdout);
      expect(warnings).toBe("");
      const plain = (words: string) => words.replaceAll("`", "").replace(/\s+/g, " ");
      const whole = plain(text);
      for (const { name, description, options, examples, arguments: words } of commands) {
        expect(text).toMatch(new RegExp(`^   ${name}$`, "m"));
        for (const paragraph of description) expect(whole).toContain(plain(paragraph));
        for (const { flags } of options) expect(whole).toContain(flags);
        for (const word of words) expect(whole).toContain(plain(word.description));
        for (const example of examples) expect(whole).toContain(example);
      }
      for (const { flags, description } of globalFlags)
        expect(whole).toContain(`${flags} ${plain(description)}`);
      for (const [code, meaning] of Object.entries(exitCodes))
        expect(whole).toContain(`${code} ${plain(meaning)}`);
      for (const { name, meaning } of environmentVariables) expect(whole).toContain(`${name} ${meaning}`);
    },
  );

  test.runIf(needs("groff"))("what roff would obey is printed as it stands", () => {
    const nasty = [
      ".SH not a heading",
      "'br",
      "a \\fB back\\slash \\n(yr",
      "→ “so” it's `--bold-x` -- ok",
      ".",
    ];
    const page = [
      ".TH X 1",
      ...nasty.flatMap((text) => [".PP", roffText(text)]),
      ...roffEntry("--a-b", "-c"),
    ];
    const { text, warnings } = formatted([...page, roffTyped("--remote-key .x")].join("\n"));
    expect(warnings).toBe("");
    for (const line of nasty) expect(text).toContain(line.replaceAll("`", ""));
    expect(text).toContain("--remote-key .x");
  });
});

test("every variable that src reads from its environment is in the manual", () => {
  const page = renderManual(commands, "0");
  const read = loadSourceFiles(["src"]).flatMap(({ text }) =>
    [...text.matchAll(/(?:environment|process\.env)\.([A-Z_]+)/g)].map(([, name]) => name ?? ""),
  );
  expect(read).toContain("ITLCTL_STATE");
  expect(read.filter((name) => name !== "HOME" && !page.includes(name))).toEqual([]);
});
