// Faults that tests register: each kind, at each point, as the far end of a session sees it.
import { afterEach, expect, test } from "vitest";
import type { Command } from "../../mocks/lab/commands/command.ts";
import { createFaultBook, type FaultAction, type FaultPoint } from "../../mocks/lab/faults.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { closeFronts, openShell, openTestFront } from "./front-client.ts";

afterEach(closeFronts);

let done: string[] = [];

const work: Command = {
  name: "work",
  pattern: /^work$/,
  level: 0,
  async run({ io }) {
    done = [];
    await io.print("one\ntwo");
    const answer = await io.ask("sure", "Sure? ");
    done.push(`answered ${answer}`);
    await io.print("three");
    done.push("over");
  },
};

const point = {
  before: { kind: "before" },
  lineTwo: { kind: "line", line: 2 },
  question: { kind: "question", name: "sure" },
  after: { kind: "after" },
} as const satisfies Record<string, FaultPoint>;

async function struck(at: FaultPoint, action: FaultAction) {
  const clock = createLabClock();
  const lab = await openTestFront({ commands: [work], clock });
  const shell = await openShell(lab.front.port);
  await shell.read(/admin:$/);
  lab.faults.add({ node: "pub", command: /^work$/, at, action });
  shell.type("work\r");
  return { ...lab, shell };
}

const ended = /\n.{0,3}admin:$/s;

test.each([
  ["before", "", []],
  ["lineTwo", "one\r\n", []],
  ["question", "one\r\ntwo\r\n", []],
  ["after", "one\r\ntwo\r\nSure? y\r\nthree\r\n", ["answered y", "over"]],
] as const)(
  "a session dropped at %s has shown what came before, and the command has stopped",
  async (at, seen, did) => {
    done = [];
    const { shell, faults } = await struck(point[at], { kind: "drop" });
    if (at === "after") {
      await shell.read("Sure? ");
      shell.type("y\r");
    }
    await shell.closed;
    expect(shell.chunks.join("").split("work\r\n")[1]).toBe(seen);
    expect(done).toEqual(did);
    expect(faults.pending()).toEqual([]);
  },
);

test("a dropped command may go on unseen", async () => {
  const seen: string[] = [];
  const unasked: Command = {
    ...work,
    run: async ({ io }) => {
      await io.print("one\ntwo");
      await io.sleep(1000);
      seen.push("over");
    },
  };
  const clock = createLabClock();
  const { front, faults } = await openTestFront({ commands: [unasked], clock });
  const shell = await openShell(front.port);
  await shell.read(/admin:$/);
  faults.add({ command: /work/, at: point.lineTwo, action: { kind: "drop", commandGoesOn: true } });
  shell.type("work\r");
  await shell.closed;
  expect(seen).toEqual([]);
  await clock.advance(1000);
  expect(seen).toEqual(["over"]);
});

test("a stall lasts as long as it says", async () => {
  const { shell, clock } = await struck(point.lineTwo, { kind: "stall", ms: 5000 });
  await shell.read(/one\r\n$/);
  await clock.advance(5000);
  expect(await shell.read("Sure? ")).toBe("two\r\nSure? ");
});

test("a stall for ever is deaf to Ctrl-C and ends with the session", async () => {
  const { shell, clock, front } = await struck(point.lineTwo, { kind: "stall" });
  await shell.read(/one\r\n$/);
  shell.type("\u0003");
  await clock.advance(3_600_000);
  shell.close();
  await shell.closed;
  await expect.poll(() => front.counts.openSessions).toBe(0);
  expect(shell.chunks.join("")).not.toContain("pressed");
});

test("a question nobody expects is asked, and takes any answer", async () => {
  const { shell } = await struck(point.question, { kind: "ask", question: "Really (j/n)? " });
  await shell.read("Really (j/n)? ");
  shell.type("j\r");
  expect(await shell.read("Sure? ")).toBe("j\r\nSure? ");
});

test("an unknown text may end a command or only stand in it", async () => {
  const first = await struck(point.lineTwo, { kind: "say", text: "what\nnow" });
  expect(await first.shell.read(ended)).toMatch(/one\r\nwhat\r\nnow\r\nExecuted command unsuccessfully\r\n/);
  const second = await struck(point.lineTwo, { kind: "say", text: "what", goesOn: true });
  expect(await second.shell.read("Sure? ")).toMatch(/one\r\nwhat\r\ntwo\r\nSure\? $/);
});

test("another prompt, raw bytes and slow lines", async () => {
  const prompt = await struck(point.before, { kind: "prompt", text: "12 admin#" });
  await prompt.shell.read("Sure? ");
  prompt.shell.type("y\r");
  expect(await prompt.shell.read(/12 admin#$/)).toContain("three");
  const garbage = await struck(point.lineTwo, { kind: "garbage", bytes: Uint8Array.of(0, 27, 90, 255) });
  expect(await garbage.shell.read("Sure? ")).toContain("one\r\n\u0000\u001bZ\ufffdtwo");
  const slow = await struck(point.before, { kind: "slow", msPerLine: 1000 });
  await slow.shell.read("work\r\n");
  await slow.clock.advance(1000);
  await slow.shell.read("one\r\n");
  await slow.clock.advance(1000);
  expect(await slow.shell.read("Sure? ")).toBe("two\r\nSure? ");
});

test("the log-in can fail too", async () => {
  const { front, faults } = await openTestFront();
  faults.add({ command: /^login$/, at: { kind: "line", line: 3 }, action: { kind: "drop" } });
  const shell = await openShell(front.port);
  await shell.closed;
  expect(shell.chunks.join("")).toBe("Command Line Interface is starting up, please wait ...\r\n\r\n");
});

test("a fault strikes as often as it says, on its node and command only", () => {
  const book = createFaultBook();
  const action = { kind: "stall" } as const;
  const takeBack = book.add({ node: "pub", command: /^show/, at: { kind: "after" }, action, times: 2 });
  expect(book.strike("sub", "show itl", { kind: "after" })).toEqual([]);
  expect(book.strike("pub", "utils", { kind: "after" })).toEqual([]);
  expect(book.strike("pub", "show itl", { kind: "before" })).toEqual([]);
  expect(book.strike("pub", "show itl", { kind: "after" })).toEqual([action]);
  expect(book.pending()).toHaveLength(1);
  expect(book.strike("pub", "show ctl", { kind: "after" })).toEqual([action]);
  expect(book.strike("pub", "show itl", { kind: "after" })).toEqual([]);
  book.add({ command: /x/, at: { kind: "after" }, action });
  takeBack();
  expect(book.pending()).toHaveLength(1);
  book.clear();
  expect(book.pending()).toEqual([]);
});
