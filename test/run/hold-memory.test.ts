// What is remembered of a hold: whole or known to be damaged, whatever lies in the file.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type HoldEntry, holdTime, readHold, rememberHold } from "../../src/run/hold-memory.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-hold-memory-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const cluster = { name: "east", regenerationHoldMs: 300_000 };
const dayMs = 86_400_000;
const entryOf = (lengthMs: number, change: Partial<HoldEntry> = {}): HoldEntry => ({
  ...{ until: holdTime(1_800_000_000_123 + lengthMs), recordedAt: holdTime(1_800_000_000_123) },
  ...{ unit: "TVS", why: "regenerated", certificates: { TVS: "ab" } },
  ...change,
});
const file = () => join(folder, "holds", "east", "pub.json");

function put(bytes: string | Uint8Array): void {
  mkdirSync(join(folder, "holds", "east"), { recursive: true });
  writeFileSync(file(), bytes);
}

test("comes back as it was, to the millisecond, for that node of that cluster alone", () => {
  expect(readHold(folder, cluster, "pub")).toEqual({ kind: "none" });
  const entry = entryOf(300_000);
  rememberHold(folder, "east", "pub", entry);
  expect(readHold(folder, cluster, "pub")).toEqual({ kind: "known", entry, file: file() });
  expect(readHold(folder, cluster, "sub")).toEqual({ kind: "none" });
  expect(readHold(folder, { ...cluster, name: "west" }, "pub")).toEqual({ kind: "none" });
  // Written beside and renamed: nothing else is left.
  expect(readdirSync(join(folder, "holds", "east"))).toEqual(["pub.json"]);
});

test("a hold as long as the cluster's own, or a day, is possible; a longer or a negative one was never written", () => {
  const kindOf = (lengthMs: number, holdMs = 300_000) => {
    rememberHold(folder, "east", "pub", entryOf(lengthMs));
    return readHold(folder, { ...cluster, regenerationHoldMs: holdMs }, "pub").kind;
  };
  expect([kindOf(dayMs), kindOf(dayMs + 1), kindOf(-1)]).toEqual(["known", "damaged", "damaged"]);
  expect([kindOf(3 * dayMs, 3 * dayMs), kindOf(0)]).toEqual(["known", "known"]);
});

test.each([
  ["nothing", ""],
  ["half of it", JSON.stringify(entryOf(1000)).slice(0, 60)],
  ["null", "null"],
  ["a reason that nobody knows", JSON.stringify({ ...entryOf(1000), why: "moon" })],
  ["a word too many", JSON.stringify({ ...entryOf(1000), extra: 1 })],
  ["a day that is none", JSON.stringify(entryOf(1000, { until: "2026-02-31T00:00:00Z" }))],
  ["more than was ever written", `${JSON.stringify(entryOf(1000))}${" ".repeat(70_000)}`],
])("%s in the file is damage", (_, text) => {
  put(text);
  expect(readHold(folder, cluster, "pub")).toEqual({ kind: "damaged", file: file() });
});

test("a folder or a link in its place is damage", () => {
  mkdirSync(file(), { recursive: true });
  expect(readHold(folder, cluster, "pub").kind).toBe("damaged");
  symlinkSync("/etc/hostname", join(folder, "holds", "east", "sub.json"));
  expect(readHold(folder, cluster, "sub").kind).toBe("damaged");
});

test("any bytes are damage or a hold that is bounded, never an error", () => {
  const nearly = fc
    .tuple(fc.nat(130), fc.nat(255))
    .map(([at, byte]) => Buffer.from(JSON.stringify(entryOf(300_000))).fill(byte, at, at + 1));
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), nearly, fc.json().map(Buffer.from));
  fc.assert(
    fc.property(bytes, (content) => {
      put(content);
      const read = readHold(folder, cluster, "pub");
      if (read.kind === "known") {
        const lengthMs = Date.parse(read.entry.until) - Date.parse(read.entry.recordedAt);
        return lengthMs >= 0 && lengthMs <= dayMs;
      }
      return read.kind === "damaged";
    }),
    { numRuns: 300 },
  );
});
