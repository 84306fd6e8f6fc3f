// Key presses in; one call when a session has been idle for too long in lab time, out.
import type { LabClock } from "../model.ts";

/** `touch` is called for what is typed; false means that the time had already run out. */
export interface IdleWatch {
  touch(): boolean;
  stop(): void;
}

/** A busy session is never idle. The watch never moves an automatic clock. */
export function watchIdleness(options: {
  readonly clock: LabClock;
  readonly afterMs: number;
  readonly isBusy: () => boolean;
  readonly onIdle: () => void;
}): IdleWatch {
  const { clock, afterMs } = options;
  let touchedAt = clock.now();
  let isOver = false;
  let cancel = () => {};
  const look = () => {
    if (isOver) return;
    if (options.isBusy()) touchedAt = clock.now();
    if (clock.now() - touchedAt >= afterMs) {
      isOver = true;
      options.onIdle();
    } else cancel = clock.onReach(touchedAt + afterMs, look);
  };
  look();
  return {
    touch() {
      if (!isOver && !options.isBusy() && clock.now() - touchedAt >= afterMs) look();
      touchedAt = clock.now();
      return !isOver;
    },
    stop() {
      isOver = true;
      cancel();
    },
  };
}
