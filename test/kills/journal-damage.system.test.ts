// A held run's journal with something wrong in it: refused with its line, left as it is, and in nobody else's way.
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { RunSummary } from "../../src/report/run-document.ts";
import { readJournal } from "../../src/run/journal.ts";
import { writesOf } from "./killed-run.ts";
import { openToolWorld, type ToolWorld } from "./tool-world.ts";

vi.setConfig({ testTimeout: 120_000 });
let world: ToolWorld;
let run: string;
let path: string;
let sound: Buffer;

beforeAll(async () => {
  world = await openToolWorld("11.5", "local");
  const held = await world.run(world.beginArguments);
  expect(held.exit).toBe(21);
  run = held.document().run ?? "";
  path = world.journal();
  sound = readFileSync(path);
});
afterAll(() => world.close());

const lines = () => sound.toString("utf8").split("\n").slice(0, -1);
const joined = (changed: readonly string[]) => Buffer.from(`${changed.join("\n")}\n`);
/** The journal with one bit of one byte turned over, in the line `number`, where `sign` is found in it. */
function flipped(number: number, sign: string | RegExp, bit: number): Buffer {
  const before = Buffer.byteLength(
    `${lines()
      .slice(0, number - 1)
      .join("\n")}\n`,
  );
  const line = `${lines()[number - 1]}\n`;
  const at = typeof sign === "string" ? line.indexOf(sign) : line.search(sign);
  expect(at).toBeGreaterThanOrEqual(0);
  const bytes = Buffer.from(sound);
  bytes[before + at] = (bytes[before + at] ?? 0) ^ (1 << bit);
  return bytes;
}

async function expectRefused(line: number): Promise<void> {
  const before = readFileSync(path);
  const resumed = await world.run(["resume", run, "--yes", "--confirm", "phones"]);
  expect(resumed.exit).toBe(11);
  const { error } = resumed.document();
  expect(error).toMatchObject({ code: "journal-damaged", place: { file: path, line } });
  expect(error?.message).toContain(`line ${line}`);
  expect(readFileSync(path).equals(before)).toBe(true);
}

describe("is refused with its line", () => {
  const last = 19;
  test.each<[string, number, () => Buffer]>([
    ["a flipped bit in a brace", 1, () => flipped(1, "{", 0)],
    ["a flipped bit in a quote", 4, () => flipped(4, '"', 2)],
    ["a flipped bit in a number", 7, () => flipped(7, /\d/, 0)],
    ["a flipped bit in a time", 8, () => flipped(8, /\d\dT/, 1)],
    ["a flipped bit in a word", 9, () => flipped(9, "kind", 5)],
    ["a flipped bit in the hash before", 10, () => flipped(10, /[0-9a-f]{64}/, 0)],
    ["a flipped bit in the own hash of the last line", last, () => flipped(last, /[0-9a-f]{64}"\}/, 0)],
    ["a high bit", 12, () => flipped(12, ":", 7)],
    ["a lost line end", 6, () => flipped(6, "\n", 5)],
    ["a cut line", 5, () => joined(lines().map((line, at) => (at === 4 ? line.slice(0, -20) : line)))],
    [
      "swapped lines",
      8,
      () => joined([...lines().slice(0, 7), ...lines().slice(7, 9).reverse(), ...lines().slice(9)]),
    ],
    ["a removed line", 8, () => joined(lines().filter((_line, at) => at !== 7))],
    ["a removed first line", 1, () => joined(lines().slice(1))],
    ["a doubled line", 9, () => joined([...lines().slice(0, 8), ...lines().slice(7)])],
  ])("%s", (_what, line, damaged) => {
    const copy = join(world.state, "copy.jsonl");
    writeFileSync(copy, damaged());
    const read = () => readJournal(copy);
    expect(read).toThrow(expect.objectContaining({ code: "journal-damaged", place: { file: copy, line } }));
  });

  test.each<[string, number, () => Buffer]>([
    ["a flipped bit", 9, () => flipped(9, "kind", 5)],
    ["a cut line", 5, () => joined(lines().map((line, at) => (at === 4 ? line.slice(0, -20) : line)))],
    ["swapped lines", 1, () => joined([...lines().slice(0, 2).reverse(), ...lines().slice(2)])],
  ])("%s, by the built tool, which leaves the file as it is", async (_what, line, damaged) => {
    writeFileSync(path, damaged());
    try {
      await expectRefused(line);
    } finally {
      writeFileSync(path, sound);
    }
  });
});

test("`runs` lists all the others, and the damaged one with what is wrong", async () => {
  const other = addRun("west-2", flipped(1, "{", 0));
  try {
    const listed = await world.run(["runs"]);
    expect(listed.exit).toBe(0);
    const { runs } = JSON.parse(listed.stdout) as { runs: RunSummary[] };
    expect(runs.map(({ cluster, outcome, error }) => [cluster, outcome, error?.code])).toEqual([
      ["east", "held", undefined],
      ["west-2", "unknown", "journal-damaged"],
    ]);
  } finally {
    rmSync(other, { recursive: true });
  }
});

test("keeps its own cluster out until its folder is moved away, and no other cluster", async () => {
  await world.run(["abandon", run, "--reason", "another is wanted"]);
  const others = addRun("west-2", flipped(1, "{", 0));
  expect((await world.run(world.beginArguments)).exit).toBe(21);
  const ours = world.runIds().find((id) => id.includes("-east-") && id !== run) ?? "";
  await world.run(["abandon", ours, "--reason", "another is wanted"]);

  const damaged = addRun("east", flipped(12, ":", 7));
  const refused = await world.run(world.beginArguments);
  expect(refused.exit).toBe(11);
  const { error } = refused.document();
  expect(error).toMatchObject({
    code: "journal-damaged",
    place: { file: join(damaged, "journal.jsonl"), line: 12 },
  });
  expect(error?.hint).toContain("move the run's folder away");
  renameSync(damaged, join(world.state, "damaged-run"));
  expect((await world.run(world.beginArguments)).exit).toBe(21);
  expect(writesOf(world)).toEqual({ "reset on pub": 1 });
  rmSync(others, { recursive: true });
});

/** A copy of the held run with another name and journal; gives its folder. */
function addRun(cluster: string, journal: Buffer): string {
  const folder = join(
    dirname(dirname(path)),
    run.replace(/Z-east-/, `Z-${cluster}-`).replace("2026", "2025"),
  );
  cpSync(dirname(path), folder, { recursive: true });
  writeFileSync(join(folder, "journal.jsonl"), journal);
  return folder;
}
