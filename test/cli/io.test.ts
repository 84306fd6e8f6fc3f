// The process as the porch sees it: which signals are an interrupt and how often, what a crash is told to, and which port is meant.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { processWorld } from "../../src/cli/io.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const counts = () => signals.map((signal) => process.listenerCount(signal));
const send = (signal: (typeof signals)[number]) => process.emit(signal, signal);

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  delete process.env.ITLCTL_REMOTE_KEY_PORT;
});
beforeEach(() => {
  process.stdin.removeAllListeners("error");
});

test("every SIGINT and SIGTERM is an interrupt; afterwards nobody listens", () => {
  const before = counts();
  const told = vi.fn();
  const stop = processWorld().onInterrupt(told);
  for (const signal of ["SIGINT", "SIGINT", "SIGTERM"] as const) send(signal);
  expect(told).toHaveBeenCalledTimes(3);
  stop();
  expect(counts()).toEqual(before);
});

test("a closed terminal is a first interrupt, and never a second", () => {
  const told = vi.fn();
  const stop = processWorld().onInterrupt(told);
  send("SIGHUP");
  send("SIGHUP");
  expect(told).toHaveBeenCalledTimes(1);
  send("SIGINT");
  send("SIGHUP");
  expect(told, "a key that is pressed counts still").toHaveBeenCalledTimes(2);
  stop();
  const other = processWorld().onInterrupt(told);
  send("SIGTERM");
  send("SIGHUP");
  expect(told).toHaveBeenCalledTimes(3);
  other();
});

test("a crash is told first, and the process ends soon after with 1", () => {
  vi.useFakeTimers();
  const exit = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
  const on = vi.spyOn(process, "on").mockReturnValue(process);
  const told = vi.fn();
  processWorld().onCrash?.(told);
  const [event, listener] = on.mock.calls[0] ?? [];
  expect(event).toBe("uncaughtException");
  const bug = new Error("bug");
  (listener as (error: unknown) => void)(bug);
  expect(told.mock.calls).toEqual([[bug]]);
  vi.advanceTimersByTime(249);
  expect(exit, "what was told needs a moment to be printed").not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(exit.mock.calls).toEqual([[1]]);
});

test("an error of a terminal that was closed is nobody's crash", () => {
  processWorld();
  expect(() => process.stdin.emit("error", new Error("read EIO"))).not.toThrow();
});

test.each([
  [undefined, 22],
  ["", 22],
  ["2222", 2222],
  ["65535", 65_535],
  ["65536", 22],
  ["0", 22],
  ["-1", 22],
  ["22.5", 22],
  ["many", 22],
])("ITLCTL_REMOTE_KEY_PORT %j is port %j", (text, port) => {
  if (text !== undefined) process.env.ITLCTL_REMOTE_KEY_PORT = text;
  expect(processWorld().remoteKeyPort).toBe(port);
});

test("the words behind the script, and this process's own streams", () => {
  const world = processWorld();
  expect(world.argv).toEqual(process.argv.slice(2));
  expect([world.stdin, world.stdout, world.stderr]).toEqual([process.stdin, process.stdout, process.stderr]);
  expect(world.cwd).toBe(process.cwd());
});
