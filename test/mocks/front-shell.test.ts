// The lab's SSH side over real SSH, with commands made for the test.
import { afterEach, expect, test } from "vitest";
import { CommandRefused, type Command } from "../../mocks/lab/commands/command.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { appliedEcho, closeFronts, openShell, openTestFront, plainNode } from "./front-client.ts";

afterEach(closeFronts);

const hello: Command = {
  name: "show hello",
  pattern: /^show hello$/,
  level: 0,
  run: ({ io }) => io.print("one\ntwo"),
};

const questions: Command = {
  name: "ask",
  pattern: /^ask (shown|hidden|stars)$/,
  level: 0,
  async run({ io, argument }) {
    const echo = argument(1) as "shown" | "hidden" | "stars";
    const answer = await io.ask("it", "Which one? ", echo);
    await io.print("");
    await io.print(`got ${answer}`);
  },
};

const many: Command = {
  name: "show many",
  pattern: /^show many$/,
  level: 0,
  run: ({ io }) => io.print(Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join("\n")),
};

const waits: Command = {
  name: "wait",
  pattern: /^wait$/,
  level: 0,
  async run({ io }) {
    await io.print("waiting");
    await io.sleep(60_000);
    await io.print("waited");
  },
};

const fails: Command = {
  name: "fail",
  pattern: /^fail$/,
  level: 1,
  run: () => Promise.reject(new CommandRefused("Enter valid values for the port.\nSuggested: 1")),
};

const commands = [hello, questions, many, waits, fails];
const plainOutput = { isOutputCut: false };

async function shellOf(
  options: Parameters<typeof openTestFront>[0] = {},
  pty?: { cols: number; rows: number },
) {
  const lab = await openTestFront({ commands, ...options });
  const shell = await openShell(lab.front.port, pty === undefined ? {} : { pty });
  const banner = await shell.read(/admin:$/);
  return { ...lab, shell, banner };
}

test("the banner is that of a capture, and the start takes lab time", async () => {
  const clock = createLabClock();
  const node = plainNode({
    bannerMs: 6000,
    promptMs: 2000,
    logOnMessage: "Authorised use only",
    isDnsUnreachable: true,
  });
  const { front } = await openTestFront({ node, clock });
  const shell = await openShell(front.port);
  const start = await shell.read(/wait \.\.\.\r\n$/);
  expect(start).toBe("Authorised use only\r\nCommand Line Interface is starting up, please wait ...\r\n");
  await clock.advance(6000);
  const welcome = await shell.read(/unreachable\r\n\r\n$/);
  expect(welcome).toContain(
    "\r\n   Welcome to the Platform Command Line Interface\r\n\r\nVMware Installation:\r\n\t4 vCPU",
  );
  await clock.advance(2000);
  expect(await shell.read("admin:")).toBe("admin:");
});

test("a command is echoed key by key and answered in whole lines with CRLF", async () => {
  const { shell, lines } = await shellOf({ node: plainNode(plainOutput) });
  shell.type("show hello\r");
  const text = await shell.read(/two\r\n.*admin:$/s);
  expect(text).toMatch(/^show hello\r\none\r\ntwo\r\n(\r|\u001b\[K)?admin:$/);
  expect(shell.chunks).toContain("s");
  expect(lines).toEqual(["show hello"]);
});

test("an empty line gives the prompt behind a stray carriage return", async () => {
  const { shell, lines } = await shellOf();
  shell.type("\r");
  expect(await shell.read("admin:")).toBe("\r\n\radmin:");
  expect(lines).toEqual([]);
});

test("a failed command ends with the platform's trailer after its reason", async () => {
  const { shell } = await shellOf();
  shell.type("fail\r");
  expect(await shell.read(/unsuccessfully\r\n.*admin:$/s)).toMatch(
    /^fail\r\nEnter valid values for the port\.\r\nSuggested: 1\r\nExecuted command unsuccessfully\r\n/,
  );
});

test("an unknown command is refused and complained about with what to add", async () => {
  const { shell, complaints } = await shellOf();
  shell.type("show nothing\r");
  expect(await shell.read(/unsuccessfully\r\n.*admin:$/s)).toContain(
    "\r\nNo valid command entered\r\nExecuted ",
  );
  expect(complaints).toEqual(["pub: show nothing: unknown command; add it to mocks/lab/commands"]);
});

test("help keys are complained about and change nothing", async () => {
  const { shell, complaints } = await shellOf();
  shell.type("show ?\thello\r");
  expect(await shell.read(/two\r\n.*admin:$/s)).toMatch(/^show hello\r\n/);
  expect(complaints).toHaveLength(2);
});

test("a line longer than the terminal is redrawn, and shows as typed once backspaces are applied", async () => {
  const { shell } = await shellOf({}, { cols: 40, rows: 24 });
  const long = `show ${"x".repeat(100)}`;
  shell.type(`${long}\r`);
  const text = await shell.read(/unsuccessfully\r\n.*admin:$/s);
  const echo = text.slice(0, text.indexOf("\r\nNo valid"));
  expect(echo).toContain("\b\b");
  expect(appliedEcho(echo)).toBe(long);
});

test("backspace takes the last key back", async () => {
  const { shell, lines } = await shellOf();
  shell.type("show hellx\u007fo\r");
  expect(appliedEcho((await shell.read(/two\r\n.*admin:$/s)).split("\r\n")[0] ?? "")).toContain("show hell");
  expect(lines).toEqual(["show hello"]);
});

test.each([
  ["shown", "se?cret", "se"],
  ["hidden", "se?cret", ""],
  ["stars", "se?cret", "*******"],
])("an answer typed %s is echoed so", async (echo, answer, seen) => {
  const { shell, complaints } = await shellOf();
  shell.type(`ask ${echo}\r`);
  await shell.read("Which one? ");
  shell.type(`${answer}\r`);
  const text = await shell.read(/got.*\r\n.*admin:$/s);
  expect(text.startsWith(seen === "" ? "\r\n" : seen)).toBe(true);
  expect(text).toContain(echo === "shown" ? "got secret" : `got ${answer}`);
  expect(complaints).toHaveLength(echo === "shown" ? 1 : 0);
});

test("what is typed before its question is lost, or kept where the node is set so", async () => {
  const node = plainNode();
  const { shell } = await shellOf({ node });
  shell.type("ask shown\rearly\r");
  await shell.read("Which one? ");
  shell.type("late\r");
  expect(await shell.read(/got.*admin:$/s)).toContain("got late");
  node.ssh.isTypeAheadLost = false;
  shell.type("ask shown\rearly\r");
  expect(await shell.read(/got.*admin:$/s)).toContain("got early");
});

test("Ctrl-C ends a running command, a question and a typed line", async () => {
  const { shell } = await shellOf();
  shell.type("wait\r");
  await shell.read(/waiting\r\n$/);
  shell.type("\u0003");
  expect(await shell.read(/admin:$/)).toMatch(/^Control-C pressed\r\n/);
  shell.type("ask hidden\r");
  await shell.read("Which one? ");
  shell.type("\u0003");
  expect(await shell.read(/admin:$/)).toMatch(/^\r\nControl-C pressed\r\n/);
  shell.type("show\u0003");
  expect(await shell.read(/pressed\r\n.*admin:$/s)).toMatch(/^show\r\nControl-C pressed\r\n/);
});

test("output is paged until pagination is turned off", async () => {
  const { shell } = await shellOf({}, { cols: 80, rows: 6 });
  const prompt = "\u001b[1mPress <enter> for 1 line, <space> for one page, or <q> to quit\u001b[0m";
  shell.type("show many\r");
  expect((await shell.read(prompt)).match(/line \d+/g)).toHaveLength(5);
  shell.type("\r");
  expect(await shell.read(prompt)).toMatch(/^\r?\u001b\[Kline 6\r\n/);
  shell.type("x ");
  expect((await shell.read(prompt)).match(/line \d+/g)).toHaveLength(5);
  shell.type("q");
  expect(await shell.read(/admin:$/)).not.toContain("line 12");
  shell.type("set cli pagination off\r");
  expect(await shell.read(/\n.*admin:$/s)).toContain("\r\nAutomatic pagination is turned off\r\n");
  shell.type("show cli pagination\r");
  expect(await shell.read(/\n.*admin:$/s)).toContain("\r\nAutomatic Pagination : Off.\r\n");
  shell.type("show many\r");
  expect(await shell.read(/line 12\r\n.*admin:$/s)).not.toContain("Press");
});

test("a login of level 0 may not turn pagination off", async () => {
  const { front } = await openTestFront();
  const shell = await openShell(front.port, { login: { username: "reader" } });
  await shell.read(/admin:$/);
  shell.type("set cli pagination off\r");
  expect(await shell.read(/unsuccessfully\r\n.*admin:$/s)).toContain(
    "\r\nprivilege text under test\r\nExecuted",
  );
});

test("an idle session is told so and closed, a used one lives on", async () => {
  const { shell, clock } = await shellOf({ node: plainNode({ idleTimeoutMs: 1_800_000 }) });
  await clock.advance(1_700_000);
  shell.type("show hello\r");
  await shell.read(/two\r\n.*admin:$/s);
  await clock.advance(1_700_000);
  shell.type("show hello\r");
  await shell.read(/two\r\n.*admin:$/s);
  await clock.advance(1_800_001);
  expect(await shell.read(/test\r\n$/)).toContain("idle text under test");
  await shell.closed;
});

test("exit ends the connection", async () => {
  const { shell, front } = await shellOf();
  expect(front.counts.openSessions).toBe(1);
  shell.type("exit\r");
  await shell.closed;
  await expect.poll(() => front.counts.openSessions).toBe(0);
});

test("the same seed cuts the same output at the same places, whole writes are an option", async () => {
  const chunksOf = async (seed: number) => {
    const { shell } = await shellOf({ seed });
    return shell.chunks;
  };
  expect(await chunksOf(7)).toEqual(await chunksOf(7));
  expect(await chunksOf(7)).not.toEqual(await chunksOf(8));
});
