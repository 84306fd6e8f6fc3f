// Answers that come page by page, with either pager, each key only after its page; other commands meet the second pager as a question.
import { describe, expect, test } from "vitest";
import type { MemoryTerminal } from "../../mocks/memory-transport.ts";
import { searchBackupAlarms, showStatus } from "../../src/session/read-commands.ts";
import { errorOf, openMemorySession } from "./memory-session.ts";

const { line } = searchBackupAlarms();
const lines = Array.from({ length: 45 }, (_, at) => `syslog/CiscoSyslog:line ${at + 1}`);

/** Cisco's bytes: the prompt behind ESC[1m CRLF, the range, a blank, ESC[0m. */
const pager = (from: number, to: number, all: number | string) =>
  `\x1b[1m\r\noptions: q=quit, n=next, p=prev, b=begin, e=end (lines ${from} - ${to} of ${all}) : \x1b[0m`;

async function showPages(terminal: MemoryTerminal, pressed: string[], total = lines.length) {
  for (let from = 0; ; ) {
    const page = lines.slice(from, from + 20);
    terminal.print(page.map((text) => `${text}\r\n`).join(""));
    if (from + 20 >= lines.length) terminal.print("end of the file reached");
    terminal.print(pager(from + 1, from + page.length, total));
    const key = await terminal.readKey();
    pressed.push(key);
    terminal.print("\r\n");
    if (key === "q" || key === "\x03") return;
    if (key === "n" && from + 20 < lines.length) from += 20;
  }
}

const splits = {
  whole: (bytes: Buffer) => [bytes],
  "byte by byte": (bytes: Buffer) => Array.from(bytes, (byte) => Buffer.of(byte)),
};

describe.each(Object.entries(splits))("the pager of file view, arriving %s", (_title, split) => {
  test("is turned to its end and left", async () => {
    const pressed: string[] = [];
    const { session } = await openMemorySession(
      { [line]: (terminal) => showPages(terminal, pressed) },
      { split },
    );
    const answer = await session.read(searchBackupAlarms());
    expect(pressed).toEqual(["n", "n", "q"]);
    const shown = answer.text.split("\n").filter((text) => text !== "" && text !== "end of the file reached");
    expect(shown).toEqual(lines);
    expect((await session.read(showStatus())).isRefused).toBe(true);
  });

  test("that does not turn is left at its second page of the same lines", async () => {
    const pressed: string[] = [];
    const { session } = await openMemorySession(
      { [line]: (terminal) => showPages(terminal, pressed, 999) },
      { split },
    );
    await session.read(searchBackupAlarms());
    expect(pressed).toEqual(["n", "n", "n", "q"]);
  });
});

test("one that is not left by q is stopped as a question", async () => {
  const pressed: string[] = [];
  const { session, clock } = await openMemorySession({
    [line]: async (terminal) => {
      while (pressed.at(-1) !== "\x03") {
        terminal.print(pager(1, 7, 7));
        pressed.push(await terminal.readKey());
        terminal.print("\r\n");
      }
    },
  });
  const error = await clock.runUntil(errorOf(session.read(searchBackupAlarms())));
  expect(error).toMatchObject({ code: "question-unexpected" });
  expect(pressed).toEqual(["q", "\x03"]);
});

test("both pagers in one answer are paged", async () => {
  const pressed: string[] = [];
  const { session } = await openMemorySession({
    [line]: async (terminal) => {
      terminal.print("first\r\n\x1b[1mPress <enter> for 1 line, <space> for one page, or <q> to quit\x1b[0m");
      pressed.push(await terminal.readKey());
      terminal.print(`\r\x1b[Ksecond\r\n${pager(1, 2, 2)}`);
      pressed.push(await terminal.readKey());
      terminal.print("\r\n");
    },
  });
  expect((await session.read(searchBackupAlarms())).text.split("\n").filter(Boolean)).toEqual([
    "first",
    "second",
  ]);
  expect(pressed).toEqual([" ", "q"]);
});

test("any other command that shows it is stopped", async () => {
  const pressed: string[] = [];
  const { session, clock } = await openMemorySession({
    "show status": (terminal) => showPages(terminal, pressed),
  });
  const error = await clock.runUntil(errorOf(session.read(showStatus())));
  expect(error).toMatchObject({ code: "question-unexpected" });
  expect(pressed).toEqual(["\x03"]);
});
