// A local date and a named zone as the platform prints them in; the instant in UTC out.
import { isoTime } from "../base/clock.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const hourMs = 3_600_000;
const monthMs = 30 * 24 * hourMs;
const monthsToSearch = 144;

/** Daylight time may last eight months: in April it is there half a year before and half a year later too. */
const quarters = [-6, -3, 0, 3, 6];

/**
 * `Fri Sep 29, 2023 17:20:40` in `Central Daylight Time (America/Mexico_City)`, ISO 8601. A node keeps the zone rules
 * of its release: where its words (daylight or standard) are not what today's rules say, its words win, with the offset
 * that the zone last had under that name. Null if date or zone are not known, or the words cannot be told apart.
 */
export function utcOfZonedTime(date: string, timeZone: string): string | null {
  const wallMs = wallTimeMs(date);
  const named = /^([^()]{0,128})\(([\w/+-]{1,64})\)$/.exec(timeZone.trim());
  const words = (named?.[1] ?? "").trim();
  const clock = zoneClock(named?.[2] ?? timeZone.trim());
  if (wallMs === null || clock === null) return null;
  const offsets = [clock.offsetMs(wallMs - 24 * hourMs), clock.offsetMs(wallMs + 24 * hourMs)];
  const fitting = offsets
    .map((offset) => wallMs - offset)
    .filter((at, i) => clock.offsetMs(at) === offsets[i]);
  const isNamed = (at: number) => clock.longName(at).toLowerCase() === words.toLowerCase();
  const exact = fitting.find(isNamed);
  if (exact !== undefined) return isoTime(exact);
  for (let back = 1; back <= monthsToSearch && words !== ""; back += 1) {
    const earlier = wallMs - back * monthMs;
    if (isNamed(earlier)) return isoTime(wallMs - clock.offsetMs(earlier));
  }
  const at = fitting[0];
  if (at === undefined) return null;
  const isDaylight = clock.offsetMs(at) > clock.standardOffsetMs(at);
  return words === "" || isDaylight === /daylight|summer/i.test(words) ? isoTime(at) : null;
}

/** The printed wall clock as if it were UTC. */
function wallTimeMs(date: string): number | null {
  const parts =
    /^[A-Z][a-z]{2} ([A-Z][a-z]{2})\s{1,4}(\d{1,2}), (\d{4})\s{1,4}(\d{1,2}):(\d{2}):(\d{2})$/.exec(
      date.trim(),
    );
  const month = months.indexOf(parts?.[1] ?? "");
  if (!parts || month === -1) return null;
  const [day, year, hour, minute, second] = parts.slice(2).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Date.UTC(year, month, day, hour, minute, second);
  const isReal = year >= 1970 && new Date(ms).getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal ? ms : null;
}

/** A zone's clock: what it shows is `utcMs + offsetMs(utcMs)`, read as if it were UTC. */
export interface ZoneClock {
  offsetMs(utcMs: number): number;
  longName(utcMs: number): string;
  standardOffsetMs(utcMs: number): number;
}

const mostKept = 32;
const kept = new Map<string, ZoneClock | null>();

/** Null for a zone that this machine does not know. Kept by name, since making one takes a millisecond; few, since the name is the platform's word. */
export function zoneClock(timeZone: string): ZoneClock | null {
  const known = kept.get(timeZone);
  if (known !== undefined) return known;
  const clock = makeZoneClock(timeZone);
  if (kept.size < mostKept) kept.set(timeZone, clock);
  return clock;
}

/** Null for a zone that this machine does not know. */
function makeZoneClock(timeZone: string): ZoneClock | null {
  let parts: Intl.DateTimeFormat;
  let name: Intl.DateTimeFormat;
  try {
    const fields = {
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    } as const;
    parts = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", era: "short", ...fields });
    name = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "long" });
  } catch {
    return null;
  }
  const offsetMs = (utcMs: number) => {
    const at = new Map(parts.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
    const of = (type: Intl.DateTimeFormatPartTypes) => at.get(type) ?? 0;
    const wall = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
    return wall - Math.floor(utcMs / 1000) * 1000;
  };
  return {
    offsetMs,
    longName: (utcMs) => name.formatToParts(utcMs).find(({ type }) => type === "timeZoneName")?.value ?? "",
    standardOffsetMs: (utcMs) => Math.min(...quarters.map((months) => offsetMs(utcMs + months * monthMs))),
  };
}
