// The lab's two pagers and its line editor without a session around them.
import { expect, test } from "vitest";
import { createLineEditor } from "../../mocks/lab/line-editor.ts";
import { createAutomaticPager, pageFile } from "../../mocks/lab/pager.ts";

/** A terminal that presses these keys in turn and remembers what was written; throws when it is asked for more. */
function terminalPressing(keys: string) {
  let shown = "";
  let next = 0;
  return {
    shown: () => shown,
    left: () => keys.length - next,
    write: (text: string) => {
      shown += text;
    },
    readKey: (wanted: string) => {
      for (; next < keys.length; ) {
        const key = keys[next++] ?? "";
        if (wanted.includes(key)) return Promise.resolve(key);
      }
      return Promise.reject(new Error("no key left"));
    },
  };
}

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);

test("file view shows twenty lines a page, names the range, and waits for q even at the end", async () => {
  const terminal = terminalPressing("npebnnnq");
  await pageFile(lines(47), terminal);
  const ranges = [...terminal.shown().matchAll(/\(lines (\d+ - \d+ of \d+)\)/g)].map(([, range]) => range);
  expect(ranges).toEqual([
    "1 - 20 of 47",
    "21 - 40 of 47",
    "1 - 20 of 47",
    "41 - 47 of 47",
    "1 - 20 of 47",
    "21 - 40 of 47",
    "41 - 47 of 47",
    "41 - 47 of 47",
  ]);
  expect(terminal.left()).toBe(0);
});

test("the last page of a file is that of ext-22, byte for byte where Cisco's driver reads it", async () => {
  const terminal = terminalPressing("q");
  await pageFile(lines(7), terminal);
  expect(terminal.shown()).toContain(
    "line 7\r\nend of the file reached\u001b[1m\r\noptions: q=quit, n=next, p=prev, b=begin, e=end (lines 1 - 7 of 7) : \u001b[0m",
  );
});

test("automatic pagination counts the rows that a line takes, and begins anew after a question", async () => {
  const terminal = terminalPressing(" q");
  let erased = 0;
  const pager = createAutomaticPager({
    terminal,
    rows: 4,
    columns: 10,
    isOn: () => true,
    eraser: () => {
      erased += 1;
      return "\u001b[K";
    },
  });
  expect(await pager.line("x".repeat(15))).toBe(true);
  expect(await pager.line("one")).toBe(true);
  expect(erased).toBe(0);
  pager.restart();
  for (const line of lines(3)) await pager.line(line);
  expect(erased).toBe(0);
  expect(await pager.line("next page")).toBe(true);
  expect(erased).toBe(1);
  await pager.line("x".repeat(15));
  expect(await pager.line("never")).toBe(false);
  expect(await pager.line("never")).toBe(false);
  expect(terminal.shown()).not.toContain("never");
});

test("Ctrl-U takes the whole line back, and text beyond ASCII arrives whole", () => {
  const press = createLineEditor({ column: 6, width: 80, echo: "shown" });
  const typed = (text: string) => [...Buffer.from(text)].map((byte) => press(byte));
  typed("abc");
  expect(press(0x15).print).toBe("\b\b\b\u001b[K");
  typed("grün");
  expect(press(0x0d)).toEqual({ print: "\r\n", event: { kind: "line", line: "grün" } });
});
