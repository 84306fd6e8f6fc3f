// The journal of a run: what was appended is read back, and no damage goes unseen.
import { createHash } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { createMasker, Secret } from "../../src/base/secret.ts";
import { hasFirstLine, openJournal, readJournal } from "../../src/run/journal.ts";
import type { JournalEvent } from "../../src/run/journal-entry.ts";

const clock = { now: () => Date.UTC(2026, 10, 20, 22, 14, 3), sleep: () => Promise.resolve() };
const masker = createMasker();
let folder: string;
let path: string;

const waiting = (text: string): JournalEvent => ({ kind: "waiting", step: "phones", text, until: null });

function write(texts: readonly string[]): void {
  const journal = openJournal(path, { clock, masker, isNew: true });
  for (const text of texts) journal.append(waiting(text));
  journal.close();
}

function damageOf(work: () => unknown): OperatorError {
  try {
    work();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error("no damage was seen");
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-journal-"));
  path = join(folder, "journal.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("entries come back numbered, timed and chained", () => {
  write(["one", "zwei ü", "three\nlines"]);
  const entries = readJournal(path);
  expect(entries.map(({ seq, at }) => [seq, at])).toEqual([
    [1, "2026-11-20T22:14:03Z"],
    [2, "2026-11-20T22:14:03Z"],
    [3, "2026-11-20T22:14:03Z"],
  ]);
  expect(entries.map((entry) => (entry.kind === "waiting" ? entry.text : ""))).toEqual([
    ...["one", "zwei ü", "three\nlines"],
  ]);
  expect(entries[0]?.previous).toBe("0".repeat(64));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a journal goes on where it stopped", () => {
  write(["one"]);
  const journal = openJournal(path, { clock, masker, isNew: false });
  expect(journal.entries()).toHaveLength(1);
  journal.append(waiting("two"));
  journal.close();
  journal.close();
  expect(readJournal(path).map(({ seq }) => seq)).toEqual([1, 2]);
});

test("a second journal of the same name is refused", () => {
  write(["one"]);
  expect(damageOf(() => write(["two"])).code).toBe("state-not-writable");
});

test("secrets are masked in free text, and never in words that the run is made of", () => {
  const knowing = createMasker();
  knowing.add(new Secret("phones"));
  const journal = openJournal(path, { clock, masker: knowing, isNew: true });
  journal.append(waiting("reset the phones"));
  journal.close();
  expect(readJournal(path)[0]).toMatchObject({ step: "phones", text: "reset the ••••" });
  expect(journal.entries()).toEqual(readJournal(path));
});

test("what a resumed run is found by is kept, even where a secret is the very word", () => {
  const knowing = createMasker();
  for (const word of ["itl-recovery", "abc123def456"]) knowing.add(new Secret(word));
  const journal = openJournal(path, { clock, masker: knowing, isNew: true });
  const request = { requestedKey: null, accepted: [], isUnattended: true, remoteKey: null, heldFile: null };
  const named = { run: "r1", cluster: "east", playbook: "itl-recovery", fingerprint: "abc123def456" };
  journal.append({ kind: "run-started", ...named, nodes: ["pub"], request, version: "0.1.0" });
  journal.close();
  expect(readJournal(path)[0]).toMatchObject(named);
});

test("secrets are masked in lists of things too, and what has no text stays as it was", () => {
  const knowing = createMasker();
  knowing.add(new Secret("hunter-2-green"));
  const journal = openJournal(path, { clock, masker: knowing, isNew: true });
  const finding = { code: "login-refused", severity: "block", node: null, advice: "" } as const;
  const findings = [{ ...finding, message: "it answered hunter-2-green" }];
  journal.append({ kind: "findings", step: "preflight", findings });
  journal.close();
  expect(readJournal(path)[0]).toMatchObject({ findings: [{ ...finding, message: "it answered ••••" }] });
});

test("a journal that was closed takes nothing more, and may be closed again", () => {
  const journal = openJournal(path, { clock, masker, isNew: true });
  journal.append(waiting("one"));
  journal.close();
  const { code, hint } = damageOf(() => journal.append(waiting("two")));
  expect([code, hint]).toEqual(["state-not-writable", expect.stringContaining("--state")]);
  journal.close();
  expect(readJournal(path)).toHaveLength(1);
});

test("any text comes back, line separators of Unicode too", () => {
  const texts = ["a\u2028b", "\u2029", "\r\n\t\0", "\u0085", "\ud83d\ude00"];
  write(texts);
  expect(readJournal(path).map((entry) => (entry.kind === "waiting" ? entry.text : ""))).toEqual(texts);
});

test("a journal that is still empty begins with its first line", () => {
  writeFileSync(path, "");
  const journal = openJournal(path, { clock, masker, isNew: false });
  expect(journal.cutBytes).toBe(0);
  journal.append(waiting("one"));
  journal.close();
  expect(readJournal(path)).toMatchObject([{ seq: 1, previous: "0".repeat(64) }]);
});

test("a run began with the first line that was finished", () => {
  writeFileSync(path, "");
  expect(hasFirstLine(path)).toBe(false);
  writeFileSync(path, '{"seq":1');
  expect(hasFirstLine(path)).toBe(false);
  writeFileSync(path, "{}\n");
  expect(hasFirstLine(path)).toBe(true);
});

describe("damage", () => {
  const lines = () => readFileSync(path, "utf8").split("\n").slice(0, -1);
  const store = (changed: readonly string[]) => writeFileSync(path, `${changed.join("\n")}\n`);

  test("any single changed byte is seen, and its line named", () => {
    write(["one", "two", "three"]);
    const sound = readFileSync(path);
    const anyByte = fc.record({
      at: fc.integer({ min: 0, max: sound.length - 1 }),
      flip: fc.integer({ min: 1, max: 255 }),
    });
    fc.assert(
      fc.property(anyByte, ({ at, flip }) => {
        const bytes = Buffer.from(sound);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        writeFileSync(path, bytes);
        const line = sound.subarray(0, at).filter((byte) => byte === 10).length + 1;
        // Without its line end the last line counts as never finished.
        if (at === sound.length - 1) expect(readJournal(path)).toHaveLength(2);
        else {
          const { code, place } = damageOf(() => readJournal(path));
          expect([code, place]).toEqual(["journal-damaged", { file: path, line }]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["swapped lines", ([a = "", b = "", c = ""]: string[]) => [a, c, b], 2],
    ["a missing line", ([a = "", , c = ""]: string[]) => [a, c], 2],
    ["a missing first line", ([, b = "", c = ""]: string[]) => [b, c], 1],
    ["a line twice", ([a = "", b = "", c = ""]: string[]) => [a, b, b, c], 3],
    ["an empty line", ([a = "", b = "", c = ""]: string[]) => [a, "", b, c], 2],
    ["a line of another kind", ([a = "", , c = ""]: string[]) => [a, '{"kind":"waiting"}', c], 2],
    ["no JSON", ([a = ""]: string[]) => [a, "hello"], 2],
  ])("%s is seen, by reading and by opening", (_what, change, line) => {
    write(["one", "two", "three"]);
    store(change(lines()));
    for (const work of [() => readJournal(path), () => openJournal(path, { clock, masker, isNew: false })]) {
      const error = damageOf(work);
      expect(error.code).toBe("journal-damaged");
      expect(error.place).toEqual({ file: path, line });
      expect(error.message).toContain(`line ${line}`);
    }
  });

  const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
  /** The line with a change, under a hash that fits the change. */
  const resealed = (line: string, from: string, to: string) => {
    const body = `${line.slice(0, line.lastIndexOf(',"hash":'))}}`.replace(from, to);
    return `${body.slice(0, -1)},"hash":"${hashOf(body)}"}`;
  };
  const lineOf = () => damageOf(() => readJournal(path)).place.line;

  test("a line whose own hash was made to fit no longer fits the next", () => {
    write(["one", "two", "three"]);
    const [a = "", b = "", c = ""] = lines();
    store([a, resealed(b, "two", "2"), c]);
    expect(lineOf()).toBe(3);
    store([a, resealed(b, "", ""), c]);
    expect(readJournal(path)).toHaveLength(3);
  });

  test("a line with a number that is not its own is seen, whatever its hashes say", () => {
    write(["one", "two"]);
    const [a = "", b = ""] = lines();
    store([a, resealed(b, '"seq":2', '"seq":3')]);
    expect(lineOf()).toBe(2);
    store([a, resealed(b, '"kind":"waiting",', "")]);
    expect(lineOf()).toBe(2);
  });

  test.each(["x", " ", "}"])("a last line with a %j behind it is seen", (more) => {
    write(["one", "two"]);
    const [a = "", b = ""] = lines();
    store([a, b + more]);
    expect(lineOf()).toBe(2);
  });

  test("a last line that was never finished was never acted upon, and the next stands in its place", () => {
    write(["one", "two"]);
    const [, second = ""] = lines();
    appendFileSync(path, second.slice(0, 40));
    expect(readJournal(path)).toHaveLength(2);
    const journal = openJournal(path, { clock, masker, isNew: false });
    expect(journal.cutBytes).toBe(40);
    journal.append(waiting("three"));
    journal.close();
    expect(readJournal(path).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test("a journal that is gone is trouble of the state folder", () => {
    const { code, place } = damageOf(() => readJournal(path));
    expect([code, place]).toEqual(["state-not-writable", { file: path }]);
  });
});
