// A node that prints what it likes, for ever: a session stays small and quick, and ends in its own error.
import { expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { showItl } from "../../src/session/read-commands.ts";
import { restartService } from "../../src/session/write-commands.ts";
import { createScreen } from "../../src/session/screen.ts";
import { errorOf, openMemorySession } from "../session/memory-session.ts";

const kibibytes = 32;
const filled = (piece: string) => piece.repeat(Math.ceil((kibibytes * 1024) / piece.length));

/** What a node prints for ever, in pieces of 32 KiB; `first` comes once before. */
const endless: readonly (readonly [string, string, string])[] = [
  ["lines", "", filled("Length of ITL file: 5302\r\n")],
  ["empty lines", "", filled("\r\n").repeat(2)],
  ["one line", "", filled("x")],
  [
    "a pager that is never over",
    "",
    filled("x\r\n").repeat(2) + "Press <enter> for 1 line, <space> for one page, or <q> to quit",
  ],
  ["letters beyond ASCII", "", filled("ü✓\r\n").repeat(2)],
];

test.each(endless)("%s: the answer is cut off and the session closed", async (_, first, piece) => {
  const { session, clock } = await openMemorySession({
    "show itl": async (terminal) => {
      terminal.print(first);
      for (let turn = 0; turn < 300; turn += 1) {
        terminal.print(piece);
      }
    },
  });
  const before = process.memoryUsage.rss();
  const error = await errorOf(clock.runUntil(session.read(showItl())));
  expect(error).toBeInstanceOf(OperatorError);
  expect(error).toMatchObject({ code: "answer-not-understood" });
  expect((error as OperatorError).message.length).toBeLessThan(3_000);
  expect(session.isOpen).toBe(false);
  expect(process.memoryUsage.rss() - before).toBeLessThan(400 * 1_048_576);
});

test("an answer of empty lines alone is read in time by its length", async () => {
  const { session, clock } = await openMemorySession({ "show itl": "\n".repeat(500_000) });
  const start = performance.now();
  const answer = await clock.runUntil(session.read(showItl()));
  expect(answer.isRefused).toBe(false);
  expect(performance.now() - start).toBeLessThan(5_000);
});

test("a write that prints for ever has an unknown end, and each line was told once", async () => {
  let told = 0;
  const { session } = await openMemorySession({
    "utils service restart Cisco Tftp": async (terminal) => {
      for (let turn = 0; turn < 300; turn += 1) {
        terminal.print(filled("Cisco Tftp[STARTING]\r\n"));
      }
    },
  });
  const outcome = await session.write(restartService("Cisco Tftp"), { onText: () => (told += 1) });
  expect(outcome).toMatchObject({ kind: "lost", wasSent: true });
  expect(told).toBeLessThan(500_000);
});

/** Pieces of 32 KiB behind a line of 4 MiB: each must cost no more than its own length. */
test.each([
  ["overwriting from the start", "\ra"],
  ["backspaces", "\b"],
  ["backspace and write", "\b\ba"],
  ["going left", "\x1b[9D"],
  ["going left and writing", "\x1b[9Dab"],
  ["erasing to the left", "\x1b[1K"],
  ["deleting", "\r\x1b[1P"],
  ["columns", "\x1b[7Gx"],
  ["unfinished sequences", "\x1b[9999999999"],
  ["titles that never end", "\x1b]0;x"],
])("%s on an endless line stays quick", (_, piece) => {
  const screen = createScreen();
  for (let at = 0; at < 128; at += 1) screen.write(filled("x"));
  const start = performance.now();
  screen.write(filled(piece));
  expect(screen.line.length).toBeLessThanOrEqual(5 * 1_048_576);
  expect(performance.now() - start).toBeLessThan(500);
});
