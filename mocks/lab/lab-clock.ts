// Lab time: tests move it, an automatic clock moves itself to the next sleeper, a real one follows the machine.
import { systemClock } from "../../src/base/clock.ts";
import type { LabClock } from "./model.ts";

export interface LabClockOptions {
  /** Start, in ms since 1970; default 2026-03-02 08:00 UTC. */
  readonly start?: number;
  /** Every `sleep` (of at most `upToMs`) moves the clock by itself; `onReach` never does. */
  readonly auto?: boolean | { readonly upToMs: number };
  /** Follows the machine's clock; `advance` is then refused. */
  readonly real?: boolean;
}

interface Sleeper {
  readonly due: number;
  readonly isDriving: boolean;
  readonly isCounted: boolean;
  readonly wake: () => void;
}

const defaultStart = Date.UTC(2026, 2, 2, 8, 0, 0);

/** A clock for a lab; give the same one to the tool under test. */
export function createLabClock(options: LabClockOptions = {}): LabClock {
  return options.real ? realClock() : movedClock(options);
}

function movedClock(options: LabClockOptions): LabClock {
  let now = options.start ?? defaultStart;
  let isPumping = false;
  const sleepers = new Set<Sleeper>();
  const limitMs = typeof options.auto === "object" ? options.auto.upToMs : options.auto ? Infinity : -1;

  const next = (isWanted: (sleeper: Sleeper) => boolean): Sleeper | undefined => {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (isWanted(sleeper) && (first === undefined || sleeper.due < first.due)) first = sleeper;
    }
    return first;
  };

  /** Wakes everybody due until `target`, one by one, letting each run before the next. */
  const moveTo = async (target: number): Promise<void> => {
    await eventLoopTurn();
    for (;;) {
      const sleeper = next(({ due }) => due <= target);
      if (sleeper === undefined) break;
      now = Math.max(now, sleeper.due);
      sleepers.delete(sleeper);
      sleeper.wake();
      await eventLoopTurn();
    }
    now = Math.max(now, target);
  };

  const pump = async (): Promise<void> => {
    if (isPumping) return;
    isPumping = true;
    for (;;) {
      await eventLoopTurn();
      const sleeper = next(({ isDriving }) => isDriving);
      if (sleeper === undefined) break;
      await moveTo(sleeper.due);
    }
    isPumping = false;
  };

  const add = (ms: number, isDriving: boolean, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = () => {
        sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const wake = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const sleeper: Sleeper = { due: now + Math.max(0, ms), isDriving, isCounted: true, wake };
      signal?.addEventListener("abort", onAbort, { once: true });
      sleepers.add(sleeper);
      if (isDriving) void pump();
    });

  return {
    now: () => now,
    sleep: (ms, signal) => add(ms, ms <= limitMs, signal),
    onReach(at, callback) {
      const sleeper: Sleeper = { due: at, isDriving: false, isCounted: false, wake: callback };
      sleepers.add(sleeper);
      return () => sleepers.delete(sleeper);
    },
    advance: (ms) => moveTo(now + ms),
    get pending() {
      return [...sleepers].filter(({ isCounted }) => isCounted).length;
    },
  };
}

function realClock(): LabClock {
  let pending = 0;
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    pending += 1;
    try {
      await systemClock.sleep(ms, signal);
    } finally {
      pending -= 1;
    }
  };
  return {
    now: () => Date.now(),
    sleep,
    onReach(at, callback) {
      const timer = setTimeout(callback, Math.max(0, at - Date.now()));
      timer.unref();
      return () => clearTimeout(timer);
    },
    advance: () => Promise.reject(new Error("a lab on real time cannot be advanced")),
    get pending() {
      return pending;
    },
  };
}

/** Lets promise chains and pending I/O callbacks run. */
function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
