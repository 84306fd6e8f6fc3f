// Completion scripts: asked in the real shells what they offer, and held against the help they are made from.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { knownCommands } from "../../src/cli/commands/index.ts";
import { loadCommands } from "../../src/cli/request.ts";
import { flagsWithValue, placesOf } from "../../src/cli/completion/words.ts";
import { globalFlags } from "../../src/cli/flags.ts";
import { findingCodes } from "../../src/verdict/verdict.ts";
import { needs } from "../support/needs.ts";
import { openPane } from "../support/pane.ts";
import { runCli } from "../support/run-cli.ts";

const commands = await loadCommands(knownCommands);

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-completion-"));
  mkdirSync(join(folder, "state", "runs", "2026-11-20T22-14-03Z-east-recover"), { recursive: true });
  mkdirSync(join(folder, "list folder"));
  writeFileSync(join(folder, "list file.tlv"), "");
  for (const shell of ["bash", "zsh", "fish"]) {
    const { stdout, exit } = await runCli(["completion", shell]);
    expect(exit).toBe(0);
    writeFileSync(join(folder, `itlctl.${shell}`), stdout);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a shell offers for the last of these words. */
type Ask = (...words: readonly string[]) => string[];

function inFolder(program: string, args: readonly string[]): string {
  return execFileSync(program, args, {
    ...{ cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    env: { PATH: process.env["PATH"], HOME: folder, ITLCTL_STATE: join(folder, "state"), TERM: "dumb" },
  });
}

const bash: Ask = (...words) => {
  const script =
    'source ./itlctl.bash; COMP_WORDS=(itlctl "$@"); COMP_CWORD=$#; _itlctl; printf "%s\\n" "${COMPREPLY[@]}"';
  const lines = inFolder("bash", ["--norc", "-u", "-c", script, "bash", ...words]).split("\n");
  return lines.filter((line) => line !== "").sort();
};

const fish: Ask = (...words) => {
  const script = `source ./itlctl.fish; complete -C 'itlctl ${words.join(" ")}'`;
  const lines = inFolder("fish", ["--no-config", "-c", script]).split("\n");
  return lines.flatMap((line) => (line === "" ? [] : (line.split("\t")[0] ?? ""))).sort();
};

const names = (group: string) =>
  commands.flatMap(({ name }) => (name.startsWith(`${group} `) ? name.slice(group.length + 1) : [])).sort();

describe.each([
  ["bash", bash, needs("bash")],
  ["fish", fish, needs("fish")],
] as const)("%s", (_shell, ask, isHere) => {
  test.runIf(isHere)("offers the commands, and those of a group behind its name", () => {
    const first = commands.map(({ name }) => name.split(" ")[0] ?? "");
    expect(ask("")).toEqual([...new Set(first)].sort());
    expect(ask("itl", "")).toEqual(names("itl"));
    expect(ask("inventory", "ch")).toEqual(["check"]);
  });

  test.runIf(isHere)("offers the fixed choices of flags and arguments", () => {
    expect(ask("status", "--format", "")).toEqual(["csv", "json", "nagios", "text"]);
    expect(ask("report", "RUN", "--format", "m")).toEqual(["markdown"]);
    expect(ask("recover", "east", "--key", "")).toEqual(["local", "remote"]);
    expect(ask("recover", "--accept", "")).toEqual([...findingCodes].sort());
    expect(ask("completion", "")).toEqual(["bash", "fish", "zsh"]);
  });

  test.runIf(isHere)("offers units, and shipped playbooks beside files", () => {
    expect(ask("cert", "regen", "east", "TVS", "Call")).toEqual(["CallManager", "CallManager-ECDSA"]);
    expect(ask("cert", "regen", "east", "auth")).toEqual([]);
    expect(ask("plan", "it")).toEqual([
      "itl-recovery",
      "itlctl.bash",
      "itlctl.fish",
      "itlctl.zsh",
      "itlrecovery-renewal",
    ]);
  });

  test.runIf(isHere)("offers flags only where the command has them", () => {
    expect(ask("recover", "east", "--dry")).toEqual(["--dry-run"]);
    expect(ask("status", "--dry")).toEqual([]);
    expect(ask("itl", "show", "--trus")).toEqual(["--trusted-by"]);
    expect(ask("runs", "--js")).toEqual(["--json"]);
    expect(ask("--vers")).toEqual(["--version"]);
  });

  test.runIf(isHere)("does not take the value of a flag for a command, nor an argument", () => {
    expect(ask("--state", "itl", "schem")).toEqual(["schema"]);
    expect(ask("report", "status", "--format", "t")).toEqual(["text"]);
  });

  test.runIf(isHere)("offers files, folders and the runs of the state folder", () => {
    expect(ask("resume", "2026")).toEqual(["2026-11-20T22-14-03Z-east-recover"]);
    expect(ask("itl", "show", "list").map((name) => name.replace(/\/$/, ""))).toEqual([
      "list file.tlv",
      "list folder",
    ]);
    expect(ask("--state", "list").map((name) => name.replace(/\/$/, ""))).toEqual(["list folder"]);
    expect(ask("abandon", "RUN", "--reason", "")).toEqual([]);
  });
});

test.runIf(needs("bash"))("bash parts --format=json in three words, and completes the third", () => {
  expect(bash("status", "--format", "=")).toEqual(["csv", "json", "nagios", "text"]);
  expect(bash("status", "--format", "=", "j")).toEqual(["json"]);
  expect(bash("status", "--format", "=", "json", "--par")).toEqual(["--parallel"]);
});

describe.runIf(needs("zsh") && needs("tmux"))("zsh at a terminal", () => {
  test("completes commands, choices, flags and runs as they are typed", async () => {
    const environment = { ITLCTL_STATE: join(folder, "state"), HOME: folder, PS1: "%% " };
    const pane = await openPane("zsh -f", { folder, environment, columns: 120 });
    try {
      pane.type("autoload -U compinit; compinit -u -D; source ./itlctl.zsh; echo ready$((1 + 1))\n");
      await pane.whenShown("ready2");
      for (const [typed, completed] of [
        ["stat", "itlctl status"],
        ["itl his", "itlctl itl history"],
        ["recover east --key rem", "itlctl recover east --key remote"],
        ["status --format=nag", "itlctl status --format=nagios"],
        ["recover --accept key", "itlctl recover --accept key-not-held"],
        ["runs --no-c", "itlctl runs --no-color"],
        ["--state itl resume 20", "itlctl --state itl resume 2026-11-20T22-14-03Z-east-recover"],
      ] as const) {
        pane.type(`itlctl ${typed}\t`);
        await pane.whenShown(completed);
        pane.press("C-u");
      }
      pane.type("itlctl itl \t");
      await pane.whenShown("show     -- decodes and verifies");
    } finally {
      pane.close();
    }
  });
});

describe("the words", () => {
  const places = placesOf(commands);

  test("have a place for every command and group, with every flag", () => {
    for (const { name, options } of commands) {
      const flags = places.find(({ path }) => path === name)?.flags.map(({ long }) => long) ?? [];
      for (const { flags: text } of [...options, ...globalFlags])
        expect(flags).toContain(/--[a-z-]+/.exec(text)?.[0]);
    }
    expect(places.map(({ path }) => path)).toEqual(expect.arrayContaining(["", "itl", "inventory"]));
  });

  test("know of each flag whether it takes a value, the same everywhere", () => {
    const valued = flagsWithValue(places);
    const bare = places.flatMap(({ flags }) => flags.flatMap(({ long, value }) => (value ? [] : long)));
    expect(bare.filter((long) => valued.includes(long))).toEqual([]);
  });

  test("offer single words, which no shell parts or expands", () => {
    const offered = places.flatMap(({ flags, values }) =>
      [...flags.map(({ value }) => value), ...values].flatMap((value) =>
        value?.kind === "choices" ? value.choices : [],
      ),
    );
    expect(offered.filter((word) => !/^[A-Za-z0-9-]+$/.test(word))).toEqual([]);
    expect(offered.length).toBeGreaterThan(findingCodes.length);
  });
});

test("a shell that is not known exits 2 and names those that are", async () => {
  const { exit, stderr } = await runCli(["completion", "tcsh"]);
  expect(exit).toBe(2);
  expect(stderr).toContain("bash, zsh, fish");
});

test("with --json the script stands in the document", async () => {
  const { stdout } = await runCli(["completion", "bash"]);
  expect((await runCli(["completion", "bash", "--json"])).json()).toEqual({ shell: "bash", script: stdout });
});
