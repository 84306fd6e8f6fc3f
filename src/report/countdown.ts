// A deadline → how much is left of it, said each second where a line can be drawn over, else now and then.
import { renderDuration } from "../base/duration.ts";

export interface CountdownTools {
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** Shows what is left in place of what was shown before, "" nothing; null: a line that was said stays. */
  readonly draw: ((rest: string) => void) | null;
  readonly say: (rest: string) => void;
  /** Calls the listener each second until the function that it gives is called; left out, the process's own timer. */
  readonly everySecond?: (listener: () => void) => () => void;
}

export interface Countdown {
  /** Counts on to that time (ISO 8601 UTC), however often it is said. */
  until(time: string): void;
  end(): void;
}

/** Nothing is said at the start: whoever begins a wait has said until when. */
export function openCountdown({ now, draw, say, everySecond = onProcessTimer }: CountdownTools): Countdown {
  let current: { readonly time: string; readonly stop: () => void; said: string } | null = null;
  const end = () => {
    current?.stop();
    if (current !== null) draw?.("");
    current = null;
  };
  const tell = () => {
    if (current === null) return;
    const restMs = Date.parse(current.time) - now();
    const rest = renderDuration(draw === null ? roundedMs(restMs) : restMs);
    if (rest === current.said) return;
    if (draw !== null) draw(rest);
    else if (current.said !== "") say(rest);
    current.said = rest;
  };
  return {
    until(time) {
      if (current?.time !== time) {
        end();
        current = { time, said: "", stop: everySecond(tell) };
      }
      tell();
    },
    end,
  };
}

const minuteMs = 60_000;

/** Up to the next minute; of much, up to the next five, or half an hour: a log is read later. */
function roundedMs(ms: number): number {
  const stepMs = ms > 60 * minuteMs ? 30 * minuteMs : ms > 10 * minuteMs ? 5 * minuteMs : minuteMs;
  return Math.ceil(ms / stepMs) * stepMs;
}

/** A wait that is left by the process does not keep it alive. */
function onProcessTimer(listener: () => void): () => void {
  const timer = setInterval(listener, 1000);
  timer.unref();
  return () => clearInterval(timer);
}

/** What is waited for, without how long it still takes: that is said by the countdown. */
export function waitedFor(what: string): string {
  return what.replace(/(, at most \w+ left| \((\d+[dhms])+\))$/, "");
}

/** `5m left`; what is left at the moment in which a wait is first told of. */
export function restText(until: string, now: number): string {
  return `${renderDuration(Date.parse(until) - now)} left`;
}
