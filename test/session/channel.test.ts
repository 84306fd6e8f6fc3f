// What the end of the bytes is taken for: prompt, pager, question, echo; and what a person would see of them.
import { describe, expect, test } from "vitest";
import { createChannel } from "../../src/session/channel.ts";
import { judgeHostKeyQuestion } from "../../src/session/host-key-question.ts";
import { createScreen } from "../../src/session/screen.ts";

const seen = (text: string) => {
  const screen = createScreen();
  screen.write(text);
  return [...screen.lines, screen.line].join("\n");
};
const heard = (...texts: string[]) => {
  const channel = createChannel();
  for (const text of texts) channel.push(Buffer.from(text));
  return channel;
};

describe("the screen", () => {
  test.each([
    ["backspaces rub out", "abc\b \b", "ab"],
    ["backspaces and new text", "shw\b\bhow", "show"],
    ["more backspaces than text", "a\b\b\bxy", "xy"],
    ["a bare CR goes back to the start", "10%\r20%", "20%"],
    ["ESC[K erases to the end", "long line\rshort\x1b[K", "short"],
    ["ESC[2K erases the line", "long line\x1b[2Kshort", "short"],
    ["ESC[1K erases up to here", "abc\b\x1b[1K", "  c"],
    ["cursor left, right, column and delete", "abcd\x1b[3DX\x1b[CY\x1b[1GZ\x1b[P", "ZcY"],
    ["colours and titles leave nothing", "\x1b[1;31mred\x1b[0m\x1b]0;title\x07\x1b(B!", "red!"],
    ["tabs stay", "a\tb", "a\tb"],
    ["bells and NUL go", "a\x07\x00b", "ab"],
    ["an escape sequence without an end is given up", `\x1b[${"1".repeat(300)}`, "1".repeat(45)],
  ])("%s", (_title, text, expected) => {
    expect(seen(text)).toBe(expected);
  });
});

describe("the end of what came", () => {
  test.each([
    ["\r\nadmin:", "prompt"],
    ["\r\n\radmin:", "prompt"],
    ["x\r\n  admin: ", "prompt"],
    ["\r\ntext\x1b[Kadmin:", "prompt"],
    ["\r\nnot admin:", undefined],
    ["\r\nadmin:show itl", undefined],
    ["\r\nadmin(3):", undefined],
    ["\radmin:", undefined],
    ["\r\nPress <enter> for 1 line, <space> for one page, or <q> to quit", "pager"],
    ["\r\nContinue (y/n)?", "question"],
    ["\r\nDo you want to continue? (y/n):", "question"],
    ["\r\nWould you like to proceed [y/n]? ", "question"],
    ["\r\nProceed (yes/no) ?", "question"],
    ["\r\nAre you sure you want to continue connecting (yes/no/[fingerprint])? ", "question"],
    ["\r\nPlease answer 'y' for <yes> or 'n' for <no>:", "question"],
    ['\r\nEnter "y" followed by return to continue: ', "question"],
    ['\r\nPlease select an option (1 - 2 or "q" ):', "question"],
    ["\r\noptions: q=quit, n=next, p=prev, b=begin, e=end (lines 1 - 7 of 7) : ", "question"],
    ["\r\nDo you want to continue? (y/n):y\r\n", undefined],
    ["\r\nLocating active Tftp servers in the cluster.....", undefined],
  ])("%j is %s", (text, kind) => {
    expect(heard(text).recognise([])?.kind).toBe(kind);
  });

  test("a redrawn prompt counts only behind the line end that Enter makes", () => {
    const channel = heard("\radmin:");
    expect(channel.recognise([])).toBe(null);
    expect(channel.recognise([], true)).toEqual({ kind: "prompt" });
    channel.push(Buffer.from("show itl\r\nthe list\r\nadmin:"));
    expect(channel.recognise([])).toEqual({ kind: "prompt" });
    expect(channel.answerText()).toBe("the list");
  });

  test("a blank behind a pager goes with it, however it is erased", () => {
    for (const eraser of ["\x1b[K", "\r\x1b[K"]) {
      const channel = heard(
        "\r\none\r\n\x1b[1mPress <enter> for 1 line, <space> for one page, or <q> to quit",
      );
      channel.dropPager();
      channel.push(Buffer.from(` \x1b[0m${eraser}two\r\nadmin:`));
      expect(channel.answerText()).toBe("one\ntwo");
    }
  });

  test("a long echoed line may be drawn over several rows, a short one may not", () => {
    const long = `run sql select ${"a,".repeat(60)}b from device`;
    const rows = (line: string) => line.replace(/.{40}/g, "$& \r");
    expect(heard(rows(long)).hasEchoOf(long)).toBe(true);
    expect(heard(rows(long.replace("a,a", "a,"))).hasEchoOf(long)).toBe(false);
    expect(heard("show  itl").hasEchoOf("show itl")).toBe(false);
    expect(heard("admin:show itl").hasEchoOf("show itl")).toBe(true);
  });

  test("no more than the cap is kept", () => {
    const channel = createChannel({ maxCharacters: 100 });
    for (let count = 0; count < 50; count += 1) channel.push(Buffer.from("0123456789"));
    expect(channel.isOverfull).toBe(true);
    expect(channel.wholeText().length).toBeLessThan(120);
  });
});

test("of several fingerprints shown the last one is judged", () => {
  const key = { md5: "aa:bb", sha256: "SHA256:x" };
  const text = "RSA key fingerprint is aa:bb.\nRSA key fingerprint is cc:dd.\n(yes/no)? ";
  expect(judgeHostKeyQuestion(text, key).text).toBe("no");
  expect(judgeHostKeyQuestion("no fingerprint at all (yes/no)? ", key)).toMatchObject({ text: "no" });
});
