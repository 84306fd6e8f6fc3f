// Questions: what is asked at a scripted terminal, and that nothing is asked without one.
import { describe, expect, test } from "vitest";
import type { Command, CommandContext } from "../../src/cli/command.ts";
import { runCli } from "../support/run-cli.ts";

function asking(run: (context: CommandContext) => Promise<unknown>): Command[] {
  const command: Command = {
    name: "probe",
    summary: "asks something",
    description: [],
    arguments: [],
    options: [],
    examples: [],
    exits: [],
    async run(context) {
      context.output.answerJson(await run(context));
      return 0;
    },
  };
  return [command];
}

const confirm = asking(async ({ asker }) => {
  await asker.confirmName("east", "Type the cluster's name to go on");
  return "confirmed";
});

describe("the cluster's name", () => {
  test("typed as it is goes on", async () => {
    const result = await runCli(["probe"], { commands: confirm, terminal: ["east"] });
    expect(result).toMatchObject({ exit: 0, stdout: '"confirmed"\n' });
    expect(result.questions).toMatchObject([{ type: "input", message: "Type the cluster's name to go on" }]);
  });

  test.each(["yes", "", "East", "eastern"])("typed as %j stops with exit 2", async (typed) => {
    const result = await runCli(["probe"], { commands: confirm, terminal: [typed] });
    expect(result.exit).toBe(2);
    expect(result.stderr).toContain("nothing was done");
  });
});

test("a choice gives its value, not its label", async () => {
  const commands = asking(({ asker }) =>
    asker.choose("Which key?", [
      { value: "local", label: "the key on the publisher" },
      { value: "remote", label: "a key from a backup" },
    ]),
  );
  const result = await runCli(["probe"], { commands, terminal: ["remote"] });
  expect(result.stdout).toBe('"remote"\n');
});

test("an ask: reference is asked without echo and masked from then on", async () => {
  const commands = asking(async ({ resolveSecret, output }) => {
    const secret = await resolveSecret({ kind: "ask", text: "ask:" }, "platform password", {
      cluster: "east",
    });
    output.note(`it is ${secret.reveal()}`);
    return null;
  });
  const result = await runCli(["probe"], { commands, terminal: ["correct horse"] });
  expect(result.questions).toMatchObject([{ type: "password", message: "platform password (east)" }]);
  expect(result.stderr).toBe("it is ••••\n");
});

test("without a terminal, and with --json at one, every question is refused with exit 2", async () => {
  const commands = [
    confirm,
    asking(({ asker }) => asker.choose("Which?", [{ value: "a", label: "A" }])),
    asking(({ asker }) => asker.password("Password")),
    asking(({ resolveSecret }) => resolveSecret({ kind: "ask", text: "ask:" }, "platform password", {})),
  ];
  for (const one of commands) {
    expect(await runCli(["probe"], { commands: one })).toMatchObject({ exit: 2, questions: [] });
    const json = await runCli(["probe", "--json"], { commands: one, terminal: ["east"] });
    expect(json).toMatchObject({ exit: 2, questions: [] });
    expect(json.json()).toMatchObject({ error: { code: "no-terminal" } });
  }
});
