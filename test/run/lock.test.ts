// One process at a time: who holds the lock is named, and a holder that is gone is no holder.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { lockHolder, takeLock } from "../../src/run/lock.ts";

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "itlctl-lock-"));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

function refusal(work: () => unknown): OperatorError {
  try {
    work();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** Puts a lock there as another holder would have. */
function plant(content: string): void {
  mkdirSync(join(state, "locks"), { recursive: true });
  writeFileSync(join(state, "locks", "east.lock"), content);
}

test("a held lock is refused with its holder's name, until it is released", () => {
  const lock = takeLock(state, "east", "run-1");
  expect(lockHolder(state, "east")).toMatchObject({ pid: process.pid, host: hostname(), run: "run-1" });
  const error = refusal(() => takeLock(state, "east", "run-2"));
  expect([error.code, error.place]).toEqual(["run-locked", { cluster: "east" }]);
  expect(error.message).toContain(`run-1 (process ${process.pid} on ${hostname()})`);
  lock.release();
  lock.release();
  expect(lockHolder(state, "east")).toBeNull();
  takeLock(state, "east", "run-2").release();
  expect(readdirSync(join(state, "locks"))).toEqual([]);
});

test("each cluster has its own", () => {
  const east = takeLock(state, "east", "run-1");
  const west = takeLock(state, "west", "run-2");
  expect(lockHolder(state, "west")?.run).toBe("run-2");
  east.release();
  west.release();
});

test("a lock whose process is gone is taken over", async () => {
  const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
  await new Promise((resolve) => child.once("exit", resolve));
  plant(JSON.stringify({ pid: child.pid, host: hostname(), startedAt: "1", run: "run-dead" }));
  expect(lockHolder(state, "east")).toBeNull();
  const lock = takeLock(state, "east", "run-2");
  expect(lockHolder(state, "east")?.run).toBe("run-2");
  lock.release();
});

test.runIf(process.platform === "linux")("a pid that was given to another process since is no holder", () => {
  plant(JSON.stringify({ pid: process.pid, host: hostname(), startedAt: "1", run: "run-dead" }));
  expect(lockHolder(state, "east")).toBeNull();
  takeLock(state, "east", "run-2").release();
});

test("a holder on another machine cannot be looked at: it counts", () => {
  plant(JSON.stringify({ pid: 1, host: "elsewhere", startedAt: "1", run: "run-far" }));
  const error = refusal(() => takeLock(state, "east", "run-2"));
  expect(error.code).toBe("run-locked");
  expect(error.message).toContain("elsewhere");
});

test("a lock file that says nothing is nobody's", () => {
  plant("");
  const lock = takeLock(state, "east", "run-2");
  expect(JSON.parse(readFileSync(join(state, "locks", "east.lock"), "utf8"))).toMatchObject({ run: "run-2" });
  lock.release();
});

test("a state folder that is none is named", () => {
  const file = join(state, "file");
  writeFileSync(file, "");
  const error = refusal(() => takeLock(file, "east", "run-1"));
  expect(error.code).toBe("state-not-writable");
  expect(error.place.file).toContain(file);
});

test("nobody else may read who holds it", () => {
  const lock = takeLock(state, "east", "run-1");
  expect(statSync(join(state, "locks", "east.lock")).mode & 0o777).toBe(0o600);
  lock.release();
});

test.runIf(process.platform === "linux")(
  "the holder is known by the moment at which its process began",
  () => {
    const lock = takeLock(state, "east", "run-1");
    const upMs = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000;
    // The kernel counts a hundred ticks a second, from when the machine was started.
    const beganMs = Number(lockHolder(state, "east")?.startedAt) * 10;
    expect(Math.abs(upMs - process.uptime() * 1000 - beganMs)).toBeLessThan(5000);
    lock.release();
  },
);
