// What happens to a test whose program is missing: told once, or a failure under CI.
import { expect, test } from "vitest";
import { needs, pathOfProgram } from "./needs.ts";
import type { Machine } from "./needs.ts";

function machine(environment: Record<string, string>, userId = 1000): Machine & { told: string[] } {
  const told: string[] = [];
  return { environment, userId, told, tell: (line) => told.push(line) };
}

test("a program on PATH is there, with and without CI", () => {
  const path = process.env["PATH"] ?? "";
  expect(needs("node", machine({ PATH: path }))).toBe(true);
  expect(needs("node", machine({ PATH: path, CI: "true" }))).toBe(true);
  expect(pathOfProgram("node", machine({ PATH: path }))).toMatch(/\/node$/);
});

test("a missing program is told once, however many tests need it", () => {
  const here = machine({ PATH: "", CI: "false" });
  expect([needs("no-such-program", here), needs("no-such-program", here)]).toEqual([false, false]);
  expect(here.told).toEqual(["not run: needs no-such-program"]);
});

test("with CI set a missing program is a failure", () => {
  expect(() => needs("no-such-program", machine({ PATH: "", CI: "true" }))).toThrow(/needs no-such-program/);
});

test("root is a user, not a program", () => {
  expect(needs("root", machine({ CI: "true" }, 0))).toBe(true);
  expect(() => needs("root", machine({ CI: "true" }, 1000))).toThrow(/needs root/);
});
