// Waits of a run on a clock that the test moves: how often something is tried, what is written and told, and what ends a wait.
import { describe, expect, test } from "vitest";
import type { RunContext } from "../../src/run/step-kind.ts";
import { sleep, waitToSettle, waitUntil } from "../../src/run/steps/timed-wait.ts";

const startMs = Date.UTC(2026, 0, 1);

/** A clock that a sleep moves at once; everything that happens goes to `log`, sleeps in milliseconds. */
function waiting(parts: Partial<RunContext> = {}, failure: Error | null = null) {
  const log: unknown[] = [];
  let nowMs = startMs;
  const context = {
    clock: {
      now: () => nowMs,
      async sleep(ms: number) {
        log.push(ms);
        nowMs += ms;
        if (failure !== null) throw failure;
      },
    },
    events: { emit: (event: unknown) => log.push(event) },
    record: (event: unknown) => log.push(event),
    pool: { closeAll: async () => void log.push("sessions closed") },
    ...{ run: "run", isWaiting: true, ...parts },
  } as unknown as RunContext;
  return { log, context };
}

describe("what is tried until it is so", () => {
  const limits = { forMs: 10_000, everyMs: 5_000 };
  const told = { kind: "waiting", step: "s1", what: "the end", until: "2026-01-01T00:00:10Z" };

  test.each([
    ["at once", 1, true, []],
    ["the second time", 2, true, [told, 5_000]],
    ["at the very deadline", 3, true, [told, 5_000, told, 5_000]],
    ["too late", 4, false, [told, 5_000, told, 5_000]],
  ] as const)("%s", async (_, reachedAt, isReached, log) => {
    const run = waiting();
    let tries = 0;
    const isSo = async () => (tries += 1) === reachedAt;
    expect(await waitUntil(run.context, "s1", "the end", limits, isSo)).toBe(isReached);
    expect(run.log).toEqual(log);
    expect(tries).toBe(Math.min(reachedAt, 3));
  });
});

describe("a sleep", () => {
  test("that an interrupt ends is cancelled, with what to do then", async () => {
    const { context } = waiting({ signal: AbortSignal.abort() }, new Error("aborted"));
    await expect(sleep(context, 1)).rejects.toMatchObject({
      code: "cancelled",
      hint: "Go on with `itlctl resume`, or end it with `itlctl abandon`.",
    });
  });

  test.each([
    ["nobody can interrupt", {}],
    ["nobody has interrupted", { signal: new AbortController().signal }],
  ])("that fails where %s is not cancelled", async (_, parts) => {
    const { context } = waiting(parts, new Error("no clock"));
    await expect(sleep(context, 1)).rejects.toThrow("no clock");
  });
});

describe("the time of a write that may still be at work", () => {
  const until = "2026-01-01T00:10:00Z";
  const settledAt = startMs + 600_000;

  test("goes to the journal, then the sessions are closed, and it is waited out to the end", async () => {
    const { log, context } = waiting();
    expect(await waitToSettle(context, "s1", "pub", "it may be at work", settledAt)).toBeNull();
    expect(log).toEqual([
      { kind: "waiting", step: "s1", text: "it may be at work", until },
      "sessions closed",
      { kind: "waiting", step: "s1", what: "it may be at work (10m)", until },
      600_000,
    ]);
  });

  test("holds a run that does not wait", async () => {
    const { log, context } = waiting({ isWaiting: false });
    expect(await waitToSettle(context, "s1", "pub", "it may be at work", settledAt)).toEqual({
      ...{ kind: "held", node: "pub", detail: "it may be at work", until },
      next: `Resume after ${until}: itlctl resume run`,
    });
    expect(log).toEqual([{ kind: "waiting", step: "s1", text: "it may be at work", until }]);
  });
});
