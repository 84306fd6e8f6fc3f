// The porch: usage, settings, help, trouble and streams, with a command made for it.
import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { Secret } from "../../src/base/secret.ts";
import type { Command, CommandContext, CommandInput } from "../../src/cli/command.ts";
import { main } from "../../src/cli/main.ts";
import { systemClock } from "../../src/base/clock.ts";
import { runCli } from "../support/run-cli.ts";

function probe(run: (context: CommandContext, input: CommandInput) => Promise<number>): Command {
  return {
    name: "probe",
    summary: "a command of the tests",
    description: [],
    arguments: [{ name: "[word...]", description: "words" }],
    options: [{ flags: "--accept <CODE>", description: "codes", isRepeatable: true }],
    examples: [],
    exits: [],
    run,
  };
}

const probing = (run: (context: CommandContext, input: CommandInput) => Promise<number>) => [probe(run)];

describe("usage", () => {
  test.each([
    ["an unknown command", ["stats"], /unknown command 'stats'.*status/],
    ["an unknown subcommand", ["inventory", "chek"], /unknown command 'chek'.*check/],
    ["an unknown flag", ["status", "--colour"], /unknown option '--colour'/],
    ["a missing argument", ["itl", "show"], /missing required argument/],
    ["too many arguments", ["schema", "inventory", "extra"], /too many arguments/],
    ["a flag without its value", ["status", "--format"], /argument missing/],
    ["no command", [], /no command/],
    ["half a command", ["inventory"], /no command/],
    ["a command that is not built", ["phones", "list"], /unknown command 'phones'/],
  ])("%s exits 2 with the place to read on", async (_what, args, message) => {
    const text = await runCli(args);
    expect(text.exit).toBe(2);
    expect(text.stdout).toBe("");
    expect(text.stderr).toMatch(message);
    expect(text.stderr).toMatch(/^next: Read `itlctl.* --help`$/m);

    const json = await runCli(["--json", ...args]);
    expect(json.exit).toBe(2);
    expect(json.stderr).toBe("");
    expect(json.json()).toMatchObject({ error: { code: "usage", place: {} } });
    expect(JSON.stringify(json.json())).toMatch(message);
  });

  test("--parallel takes whole numbers only", async () => {
    for (const value of ["0", "-3", "1.5", "many", ""]) {
      const { exit, stderr } = await runCli(["status", `--parallel=${value}`]);
      expect({ value, exit }).toEqual({ value, exit: 2 });
      expect(stderr).toContain("--parallel must be a whole number");
    }
  });

  test("global flags stand before or after the command's name", async () => {
    const seen: unknown[] = [];
    const commands = probing(async ({ settings }, { words }) => {
      seen.push([settings.inventoryPath, settings.stateFolder, settings.parallel, settings.isJson, words]);
      return 0;
    });
    const flags = ["--inventory", "a.yaml", "--state=/s", "--parallel", "3", "--json"];
    await runCli([...flags, "probe", "x"], { commands, cwd: "/w" });
    await runCli(["probe", ...flags, "x"], { commands, cwd: "/w" });
    await runCli(["probe", "x", ...flags], { commands, cwd: "/w" });
    expect(seen).toEqual(Array(3).fill(["/w/a.yaml", "/s", 3, true, ["x"]]));
  });

  test("a repeatable flag gathers every use", async () => {
    let seen: readonly string[] = [];
    const commands = probing(async (_context, input) => {
      seen = input.texts("accept");
      return 0;
    });
    await runCli(["probe", "--accept", "a", "--accept=b"], { commands });
    expect(seen).toEqual(["a", "b"]);
  });
});

describe("settings from the environment", () => {
  async function settingsIn(environment: Record<string, string>) {
    let seen: CommandContext["settings"] | null = null;
    const commands = probing(async ({ settings }) => {
      seen = settings;
      return 0;
    });
    await runCli(["probe"], { commands, cwd: "/w", environment, isStdoutTerminal: true });
    return seen as unknown as CommandContext["settings"];
  }

  test("inventory and state come from ITLCTL_INVENTORY and ITLCTL_STATE, relative to the working folder", async () => {
    expect(await settingsIn({ ITLCTL_INVENTORY: "inv", ITLCTL_STATE: "st" })).toMatchObject({
      inventoryPath: "/w/inv",
      stateFolder: "/w/st",
    });
  });

  test("without them they are ./inventory and the XDG state folder", async () => {
    expect(await settingsIn({ HOME: "/h" })).toMatchObject({
      inventoryPath: "/w/inventory",
      stateFolder: "/h/.local/state/itlctl",
    });
    expect(await settingsIn({ HOME: "/h", XDG_STATE_HOME: "/x" })).toMatchObject({
      stateFolder: "/x/itlctl",
    });
    expect(await settingsIn({ HOME: "/h", XDG_STATE_HOME: "rel" })).toMatchObject({
      stateFolder: "/h/.local/state/itlctl",
    });
  });

  test("colours need a terminal without NO_COLOR and a TERM that has them", async () => {
    expect(await settingsIn({})).toMatchObject({ hasColor: true });
    expect(await settingsIn({ NO_COLOR: "1" })).toMatchObject({ hasColor: false });
    expect(await settingsIn({ TERM: "dumb" })).toMatchObject({ hasColor: false });
  });
});

describe("--help and --version", () => {
  test("print on stdout and exit 0", async () => {
    expect(await runCli(["--version"])).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(await runCli(["help", "status"])).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^Usage\n/),
    });
  });

  test("with --json they still print one JSON document", async () => {
    expect((await runCli(["--version", "--json"])).json()).toEqual({
      version: expect.stringMatching(/^\d+\./),
    });
    expect((await runCli(["status", "--help", "--json"])).json()).toEqual({
      help: expect.stringMatching(/^Usage/),
    });
  });
});

describe("trouble", () => {
  const refused = new OperatorError("login-refused", "east pub refused the login\u001b[2J", {
    hint: "Check the password",
    place: { cluster: "east", node: "pub", file: "c.yaml", line: 3, column: 5 },
  });

  test("an expected error is three lines on stderr without a stack, and its code's exit", async () => {
    const commands = probing(() => Promise.reject(refused));
    const result = await runCli(["probe"], { commands });
    expect(result).toMatchObject({ exit: 12, stdout: "" });
    expect(result.stderr).toBe(
      "error: east pub refused the login\\x1b[2J\nwhere: cluster east, node pub, c.yaml:3:5\nnext: Check the password\n",
    );
  });

  test("with --json it is the error document", async () => {
    const commands = probing(() => Promise.reject(refused));
    const result = await runCli(["probe", "--json"], { commands });
    expect(result.json()).toEqual({
      error: {
        code: "login-refused",
        message: "east pub refused the login\u001b[2J",
        hint: "Check the password",
        place: { cluster: "east", node: "pub", file: "c.yaml", line: 3, column: 5 },
      },
    });
    expect(result.stdout).not.toContain("\u001b");
  });

  test("--debug adds the stack and the causes", async () => {
    const caused = new OperatorError("node-unreachable", "no answer", {
      hint: "Wait",
      cause: new Error("deep reason"),
    });
    const result = await runCli(["probe", "--debug"], { commands: probing(() => Promise.reject(caused)) });
    expect(result.stderr).toMatch(/OperatorError: no answer\n\s+at /);
    expect(result.stderr).toContain("caused by: Error: deep reason");
  });

  test("a bug exits 1 with stack, versions and the run's folder, secrets masked", async () => {
    const commands = probing(async ({ masker, attachRun }) => {
      masker.add(new Secret("hunter22"));
      attachRun({ folder: "/state/runs/r1", document: (error) => ({ run: "r1", error }) });
      throw new TypeError("cannot read hunter22");
    });
    const text = await runCli(["probe"], { commands });
    expect(text.exit).toBe(1);
    expect(text.stderr).toMatch(/TypeError: cannot read ••••\n\s+at /);
    expect(text.stderr).toContain(`Node ${process.version}`);
    expect(text.stderr).toContain("run folder: /state/runs/r1");
    expect(text.stderr).not.toContain("hunter22");

    const json = await runCli(["probe", "--json"], { commands });
    expect(json.exit).toBe(1);
    expect(json.json()).toMatchObject({ run: "r1", error: { code: "bug" } });
    expect(json.stdout).not.toContain("hunter22");
  });

  test("a command that fails after its document prints no second one", async () => {
    const commands = probing(async ({ output }) => {
      output.answerJson({ whole: true });
      throw new OperatorError("cancelled", "late", { hint: "Wait" });
    });
    const result = await runCli(["probe", "--json"], { commands });
    expect(result.exit).toBe(130);
    expect(result.json()).toEqual({ whole: true });
  });

  test("Ctrl-C cancels with 130, aborts the signal and still gives a document", async () => {
    let pressCtrlC = () => {};
    let reason: unknown;
    const commands = probing(
      ({ signal }) =>
        new Promise(() => {
          signal.addEventListener("abort", () => (reason = signal.reason));
          setImmediate(() => pressCtrlC());
        }),
    );
    const result = await runCli(["probe", "--json"], { commands, onStart: (press) => (pressCtrlC = press) });
    expect(result.exit).toBe(130);
    expect(result.json()).toMatchObject({ error: { code: "cancelled" } });
    expect(reason).toMatchObject({ code: "cancelled" });
  });
});

describe("streams", () => {
  function worldWith(stdout: Writable) {
    return {
      argv: ["--version"],
      environment: {},
      cwd: "/",
      stdin: process.stdin,
      stdout,
      stderr: new Writable({ write: (_chunk, _encoding, done) => done() }),
      clock: systemClock,
      onInterrupt: () => () => {},
      remoteKeyPort: 22,
    };
  }
  const failing = (code: string) =>
    new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });

  test("a reader that went away is not trouble", async () => {
    expect(await main(worldWith(failing("EPIPE")))).toBe(0);
  });

  test("an answer that a full disk swallowed is not success", async () => {
    expect(await main(worldWith(failing("ENOSPC")))).toBe(1);
  });
});
