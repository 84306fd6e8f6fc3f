// What waits in a terminal before a question → dropped, the terminal as it was before; and nothing is touched where there is none.
import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import type { InputStream } from "../../src/cli/io.ts";
import { dropTypedAhead } from "../../src/cli/typed-ahead.ts";

/** A terminal that hands over these pieces once it is raw; what was done to it. */
function terminal(pieces: readonly (string | Buffer)[], closedAt?: boolean) {
  const done: string[] = [];
  const stream = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode(isRaw: boolean) {
      if (isRaw === closedAt) throw new Error("setRawMode EIO");
      done.push(isRaw ? "raw" : "as before");
      if (isRaw) setImmediate(() => pieces.forEach((piece) => stream.emit("data", piece)));
    },
    pause: () => done.push("paused"),
  });
  const left = () => stream.listenerCount("data");
  return { stdin: stream as unknown as InputStream, done, left };
}

test.each<[string, readonly (string | Buffer)[], boolean]>([
  ["nothing", [], false],
  ["a line, and half of one", ["east\n", "ye"], false],
  ["Ctrl-C in the middle of bytes", [Buffer.from("ye\x03s\n")], true],
  ["Ctrl-C and then more", ["\x03", "y\n"], true],
])("%s: dropped, and the terminal is as before", async (_what, pieces, hasCtrlC) => {
  const { stdin, done, left } = terminal(pieces);
  expect(await dropTypedAhead(stdin)).toBe(hasCtrlC);
  expect([done, left()]).toEqual([["raw", "paused", "as before"], 0]);
});

test.each([true, false])("a terminal that is closed by then is left to the question", async (closedAt) => {
  const { stdin, left } = terminal(["\x03"], closedAt);
  expect(await dropTypedAhead(stdin)).toBe(!closedAt);
  expect(left(), "nobody listens any more").toBe(0);
});

test("what is no terminal keeps what waits in it", async () => {
  const { stdin, done } = terminal(["\x03"]);
  expect(await dropTypedAhead(Object.assign(stdin, { isTTY: false }))).toBe(false);
  const plain = Object.assign(new EventEmitter(), { isTTY: true }) as unknown as InputStream;
  expect(await dropTypedAhead(plain)).toBe(false);
  expect(done).toEqual([]);
});
