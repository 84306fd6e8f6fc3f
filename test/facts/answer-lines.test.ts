// What is left of an answer: its own lines, whatever the terminal put around them.
import { describe, expect, test } from "vitest";
import { answerLines, isRefusalTrailer } from "../../src/facts/answer-lines.ts";

const linesOf = (...lines: readonly string[]) => answerLines(lines.join("\r\n"), "show itl");

describe("the echoed command", () => {
  test.each([
    ["with its prompt", ["admin:show itl"]],
    ["with its prompt, indented", ["  admin:show itl"]],
    ["behind prompts without a command", ["admin:", "admin:", "admin:show itl"]],
    ["without its prompt", ["show itl"]],
    ["without its prompt, indented", ["  show itl"]],
    ["without its prompt, with words behind it", ["show itl  page"]],
  ])("is gone: %s", (_, echo) => {
    expect(linesOf(...echo, "Length: 5438")).toEqual(["Length: 5438"]);
  });

  test("is not what only begins like it, nor what stands further down", () => {
    expect(linesOf("show itlx", "a")).toEqual(["show itlx", "a"]);
    expect(linesOf("a", "show itl", "admin:b")).toEqual(["a", "show itl", "admin:b"]);
    expect(linesOf("admin:show itl", "show itl", "a")).toEqual(["show itl", "a"]);
  });
});

test("bare prompts at the end are gone, others stay", () => {
  expect(linesOf("a", "admin:", "  admin:  ", "")).toEqual(["a"]);
  expect(linesOf("a", "admin:", "b", "admin:quit")).toEqual(["a", "admin:", "b", "admin:quit"]);
  expect(linesOf("admin:", "admin:")).toEqual([]);
  expect(linesOf()).toEqual([]);
});

test("indentation is kept, blanks behind a line and blank lines are not", () => {
  expect(linesOf("a", "   b \t ", "   ", "", "c")).toEqual(["a", "   b", "c"]);
});

test("8 MiB are read, one character more is not", () => {
  const most = 8 * 1024 * 1024;
  expect(answerLines("a".repeat(most), "show itl")).toHaveLength(1);
  expect(() => answerLines("a".repeat(most + 1), "show itl")).toThrow(/longer than 8 MiB/);
});

test.each([
  ["Executed command unsuccessfully", true],
  ["Executed command unsuccessfully.", true],
  ["  No valid command entered  ", true],
  ["No valid command entered.", true],
  ["It said: Executed command unsuccessfully", false],
  ["Executed command unsuccessfully, twice", false],
  ["Executed command successfully", false],
])("%j is the trailer of a refusal: %s", (line, is) => {
  expect(isRefusalTrailer(line)).toBe(is);
});
