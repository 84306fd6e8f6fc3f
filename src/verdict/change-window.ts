// A change window, the time and an estimate to whether a unit of work may begin now, and when it may otherwise.
import { type ZoneClock, zoneClock } from "../facts/zoned-time.ts";

/** Wall-clock times "22:00" of an IANA time zone; `until` no later than `from` is on the next day. */
export interface ChangeWindow {
  readonly from: string;
  readonly until: string;
  readonly timeZone: string;
}

/**
 * `closesAtMs` null: it never does. `opensAtMs`: the next opening in which the work fits. `never-fits`: the work takes
 * longer than the whole window (`windowMs`).
 */
export type WindowState =
  | { readonly kind: "open"; readonly closesAtMs: number | null }
  | { readonly kind: "closed"; readonly opensAtMs: number; readonly why: "outside" | "too-short" }
  | { readonly kind: "never-fits"; readonly windowMs: number };

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Some zones have left out whole days, and a change of the clock may swallow one window; never this many. */
const daysToSearch = 14;

/**
 * Null, or `from` equal to `until`, is the whole day. A window opens when the zone's clock shows `from` for the last time
 * that day and closes when it next shows `until`, or when it jumps past them: while it is open, that clock is always
 * between the two. Throws RangeError for a zone or a time that is none.
 */
export function judgeWindow(window: ChangeWindow | null, nowMs: number, estimateMs: number): WindowState {
  if (window === null || window.from === window.until) return { kind: "open", closesAtMs: null };
  const [fromMs, untilMs] = [timeOfDayMs(window.from), timeOfDayMs(window.until)];
  const lengthMs = (untilMs - fromMs + dayMs) % dayMs;
  if (estimateMs > lengthMs) return { kind: "never-fits", windowMs: lengthMs };
  const clock = zoneClock(window.timeZone);
  if (clock === null) throw new RangeError(`there is no time zone ${window.timeZone}`);
  const today = Math.floor((nowMs + clock.offsetMs(nowMs)) / dayMs);
  let why: "outside" | "too-short" = "outside";
  for (let day = today - 2; day < today + daysToSearch; day += 1) {
    const opensAtMs = lastShowing(clock, day * dayMs + fromMs);
    const closesAtMs = nextShowing(clock, day * dayMs + fromMs + lengthMs, opensAtMs);
    const isNow = opensAtMs <= nowMs && nowMs < closesAtMs;
    if (closesAtMs <= nowMs || closesAtMs - Math.max(opensAtMs, nowMs) < estimateMs) {
      if (isNow) why = "too-short";
    } else if (closesAtMs > opensAtMs) {
      return isNow ? { kind: "open", closesAtMs } : { kind: "closed", opensAtMs, why };
    }
  }
  return { kind: "never-fits", windowMs: lengthMs };
}

function timeOfDayMs(text: string): number {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (parts === null) throw new RangeError(`${JSON.stringify(text)} is no time of day such as 22:00`);
  return (Number(parts[1]) * 60 + Number(parts[2])) * minuteMs;
}

/** The last instant at which the clock shows this; where it jumps past, the instant of the jump. */
function lastShowing(clock: ZoneClock, wallMs: number): number {
  return showings(clock, wallMs).at(-1) ?? jumpPast(clock, wallMs);
}

/** The first such instant that is not before `fromMs`. */
function nextShowing(clock: ZoneClock, wallMs: number, fromMs: number): number {
  const shown = showings(clock, wallMs);
  if (shown.length === 0) return Math.max(fromMs, jumpPast(clock, wallMs));
  return shown.find((at) => at >= fromMs) ?? fromMs;
}

/** The instants at which the clock shows this: none where it was set forward, two where it was set back. */
function showings(clock: ZoneClock, wallMs: number): number[] {
  return offsetsAround(clock, wallMs)
    .map((offset) => wallMs - offset)
    .filter((at) => at + clock.offsetMs(at) === wallMs)
    .toSorted((one, other) => one - other);
}

function jumpPast(clock: ZoneClock, wallMs: number): number {
  const offsets = offsetsAround(clock, wallMs);
  let before = wallMs - Math.max(...offsets);
  let after = wallMs - Math.min(...offsets);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (middle + clock.offsetMs(middle) < wallMs) before = middle;
    else after = middle;
  }
  return after;
}

/** Every offset the zone has within a day of that wall clock. */
function offsetsAround(clock: ZoneClock, wallMs: number): number[] {
  const near = [-24, -14, -12, -6, -3, 0, 3, 6, 12, 14, 24].map((hours) =>
    clock.offsetMs(wallMs + hours * 60 * minuteMs),
  );
  return [...new Set(near)];
}
