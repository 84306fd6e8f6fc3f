// A clock that jumps to the next deadline whenever the process has nothing else to do: time limits are met without waiting.
import type { Clock } from "../../src/base/clock.ts";

export interface IdleClock extends Clock {
  /** Lets time pass, deadline by deadline, until the promise settles. */
  runUntil<Value>(promise: Promise<Value>): Promise<Value>;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export function createIdleClock(startMs = Date.UTC(2026, 10, 20, 22, 0, 0)): IdleClock {
  let nowMs = startMs;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason as Error);
        const sleeper = { atMs: nowMs + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener(
          "abort",
          () => {
            sleepers.delete(sleeper);
            reject(signal.reason as Error);
          },
          { once: true },
        );
      }),
    async runUntil(promise) {
      let isSettled = false;
      const settled = promise.finally(() => {
        isSettled = true;
      });
      settled.catch(() => null);
      for (;;) {
        for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        if (isSettled) return settled;
        const next = [...sleepers].sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) throw new Error("nothing sleeps, and the promise does not settle");
        sleepers.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
      }
    },
  };
}
