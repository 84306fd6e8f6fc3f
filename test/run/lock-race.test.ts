// Two processes that reach for a dead holder's lock at once, and machines that tell little of their processes: still one holder.
import type * as NodeFs from "node:fs";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** What happens just before a call of the system, or instead of it. */
const before = vi.hoisted(() => ({ rename: () => {}, link: () => {}, read: (_path: string) => {} }));

vi.mock("node:fs", async (importOriginal) => {
  const fs = await importOriginal<typeof NodeFs>();
  return {
    ...fs,
    renameSync: (...words: Parameters<typeof fs.renameSync>) => {
      before.rename();
      fs.renameSync(...words);
    },
    linkSync: (...words: Parameters<typeof fs.linkSync>) => {
      before.link();
      fs.linkSync(...words);
    },
    readFileSync: (...words: Parameters<typeof fs.readFileSync>) => {
      before.read(String(words[0]));
      return fs.readFileSync(...words);
    },
  };
});

// What an earlier file of the same worker has loaded would keep the real calls.
vi.resetModules();
const { OperatorError } = await import("../../src/base/errors.ts");
const { lockHolder, takeLock } = await import("../../src/run/lock.ts");

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "itlctl-lock-race-"));
  mkdirSync(join(state, "locks"));
});
afterEach(() => {
  Object.assign(before, { rename: () => {}, link: () => {}, read: () => {} });
  vi.restoreAllMocks();
  rmSync(state, { recursive: true });
});

const path = () => join(state, "locks", "east.lock");
const plant = (holder: object) => writeFileSync(path(), JSON.stringify({ host: hostname(), ...holder }));
const dead = { pid: 2 ** 30, startedAt: "1", run: "run-dead" };
const far = { ...dead, host: "elsewhere", run: "run-far" };
const failure = (code: string) => Object.assign(new Error(code), { code });
function refusal(): string {
  try {
    takeLock(state, "east", "run-2");
    return "taken";
  } catch (error) {
    if (error instanceof OperatorError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

test("a lock that somebody took between the look and the taking stays theirs", () => {
  plant(dead);
  before.rename = () => plant(far);
  expect(refusal()).toBe(`run-locked: east is in use by run run-far (process ${dead.pid} on elsewhere)`);
  expect(JSON.parse(readFileSync(path(), "utf8"))).toMatchObject({ run: "run-far" });
});

test("a lock that is released between the look and the taking is taken", () => {
  plant(dead);
  before.rename = () => rmSync(path(), { force: true });
  expect(refusal()).toBe("taken");
  expect(lockHolder(state, "east")?.run).toBe("run-2");
});

test("a lock that comes back each time is given up after three attempts", () => {
  let links = 0;
  before.link = () => {
    links += 1;
    if (links > 10) throw new Error("it never ends");
    plant(dead);
  };
  expect(refusal()).toBe("run-locked: east is in use by another process");
  expect(links).toBe(3);
});

test("a disk without links cannot have a lock, and says so", () => {
  before.link = () => {
    throw failure("EPERM");
  };
  expect(refusal()).toMatch(/^state-not-writable: cannot write the lock: .*EPERM/);
});

test("a machine without /proc tells by a signal whether the holder lives; another user's process does", () => {
  before.read = (file) => {
    if (file.startsWith("/proc/")) throw failure("ENOENT");
  };
  const lock = takeLock(state, "east", "run-1");
  expect(lockHolder(state, "east")).toMatchObject({ pid: process.pid, startedAt: "", run: "run-1" });
  expect(refusal()).toContain("run-locked: east is in use by run run-1");
  lock.release();
  plant({ ...dead, startedAt: "" });
  expect(lockHolder(state, "east")).toBeNull();
  vi.spyOn(process, "kill").mockImplementation(() => {
    throw failure("EPERM");
  });
  expect(lockHolder(state, "east")?.run).toBe("run-dead");
  expect(refusal()).toContain("run-locked");
});
