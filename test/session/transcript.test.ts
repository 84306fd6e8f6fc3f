// The file transcript: every character, in order, masked, written through.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Secret, createMasker } from "../../src/base/secret.ts";
import { nullTranscript, openFileTranscript } from "../../src/session/transcript.ts";
import { createIdleClock } from "./idle-clock.ts";
import { errorOf } from "./memory-session.ts";

let path = "";
const folders: string[] = [];
function freshPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-transcript-"));
  folders.push(folder);
  return join(folder, "pub.txt");
}
beforeEach(() => {
  path = freshPath();
});
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const clock = createIdleClock();
/** All characters of one direction, put together again. */
function joined(mark: ">" | "<"): string {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.slice(25, 26) === mark)
    .map((line) => JSON.parse(line.slice(27)) as string)
    .join("");
}

test("each record has a time and a direction, is there at once, and only its owner can read it", () => {
  const transcript = openFileTranscript(path, createMasker(), clock);
  transcript.note("login 1 to pub");
  transcript.received("banner\r\nadmin:");
  transcript.sent("show itl");
  expect(readFileSync(path, "utf8")).toBe(
    [
      "2026-11-20T22:00:00.000Z # login 1 to pub",
      '2026-11-20T22:00:00.000Z < "banner\\r\\n"',
      '2026-11-20T22:00:00.000Z < "admin:"',
      '2026-11-20T22:00:00.000Z > "show itl"',
      "",
    ].join("\n"),
  );
  expect(statSync(path).mode & 0o777).toBe(0o600);
  transcript.close();
});

test("a second login is appended, and after close nothing is", () => {
  openFileTranscript(path, createMasker(), clock).note("one");
  const second = openFileTranscript(path, createMasker(), clock);
  second.note("two");
  second.close();
  second.close();
  second.sent("three");
  expect(readFileSync(path, "utf8")).toMatch(/# one\n.*# two\n$/);
});

test("a secret is masked in both directions, across chunk borders, also where the platform echoes it", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }), (sizes) => {
      path = freshPath();
      const masker = createMasker();
      const transcript = openFileTranscript(path, masker, clock);
      masker.add(new Secret('geh"eim\\ü'));
      const text = 'Password: geh"eim\\ü and geh again\r\n';
      for (let [from, turn] = [0, 0]; from < text.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        transcript.received(text.slice(from, from + size));
        transcript.sent(text.slice(from, from + size));
        from += size;
      }
      transcript.close();
      expect(joined("<")).toBe("Password: •••• and geh again\r\n");
      expect(joined(">")).toBe(joined("<"));
      expect(readFileSync(path, "utf8")).not.toContain("eim");
    }),
    { numRuns: 50 },
  );
});

test("a secret that is sent is kept as bullets, however short it is", () => {
  const masker = createMasker();
  masker.add(new Secret("a1"));
  const transcript = openFileTranscript(path, masker, clock);
  transcript.sent(new Secret("a1"));
  transcript.sent("\r");
  transcript.received("a1 stays readable");
  transcript.close();
  expect([joined(">"), joined("<")]).toEqual(["••••\r", "a1 stays readable"]);
});

test("what only looked like the beginning of a secret is written at the end", () => {
  const masker = createMasker();
  masker.add(new Secret("yesterday"));
  const transcript = openFileTranscript(path, masker, clock);
  transcript.sent("yes");
  transcript.received("continue? yes");
  transcript.close();
  expect([joined(">"), joined("<")]).toEqual(["yes", "continue? yes"]);
});

test("a folder that is not there is the operator's trouble", async () => {
  const error = await errorOf(
    Promise.resolve().then(() => openFileTranscript(join(path, "no", "x"), createMasker(), clock)),
  );
  expect(error).toMatchObject({ code: "state-not-writable" });
});

test("the null transcript keeps nothing and takes everything", () => {
  nullTranscript.sent("a");
  nullTranscript.received("b");
  nullTranscript.note("c");
  expect(nullTranscript.close()).toBe(undefined);
});
