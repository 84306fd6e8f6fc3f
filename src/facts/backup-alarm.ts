// The answer of a search for ITLRecoveryCertBackup in the syslog in; how often that alarm was raised, and when last, out.
import { isoTime } from "../base/clock.ts";
import { answerLines, isRefusalTrailer } from "./answer-lines.ts";
import { answerNotUnderstood } from "./not-understood.ts";
import { utcOfZonedTime } from "./zoned-time.ts";

/** `lastRaisedAt`: ISO 8601 UTC by the node's clock, of the alarms whose time can be read; null where there is none. */
export interface BackupAlarms {
  readonly count: number;
  readonly lastRaisedAt: string | null;
  /** How many of them tell a time that cannot be converted. */
  readonly undated: number;
}

const command = "file search";
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const alarm = /%UC_CERT-\d{1,2}-ITLRecoveryCertBackup\b/;
/** `Feb 17 2014 09:38:10 PM.735 UTC : ` (tac-08), or of 24 hours: `Jun 17 2019 14:14:25.813 UTC : `. */
const stamp =
  /([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{4}) (\d{1,2}):(\d{2}):(\d{2})(?: ([AP]M))?(?:\.\d{1,6})? ([A-Za-z][\w+/-]{0,39})\s{0,8}:\s{0,8}$/;

/**
 * `timeZone` as `show status` prints it, for lines in another zone than UTC. What is said where nothing was found is on no record, so
 * any text without the alarm is no alarm; throws answer-not-understood only where the platform says that the search failed.
 */
export function parseBackupAlarms(text: string, timeZone: string | null = null): BackupAlarms {
  const lines = answerLines(text, command);
  if (lines.some(isRefusalTrailer)) throw answerNotUnderstood(command, text, "the search failed");
  const raised = lines.flatMap((line) => {
    const at = line.search(alarm);
    return at === -1 ? [] : [timeOf(line.slice(Math.max(0, at - 200), at), timeZone)];
  });
  const times = raised.flatMap((time) => (time === null ? [] : [Date.parse(time)]));
  return {
    count: raised.length,
    lastRaisedAt: times.length === 0 ? null : isoTime(times.reduce((last, time) => Math.max(last, time))),
    undated: raised.length - times.length,
  };
}

function timeOf(before: string, timeZone: string | null): string | null {
  const [, month = "", day = "", year = "", hour = "", minute = "", second = "", half, zone = ""] =
    stamp.exec(before) ?? [];
  if (!months.includes(month)) return null;
  const hours = half === undefined ? Number(hour) : twelveHours(Number(hour), half);
  if (hours === null) return null;
  const clock = `${String(hours).padStart(2, "0")}:${minute}:${second}`;
  // The weekday is not told, and not needed.
  const date = `Day ${month} ${day}, ${year} ${clock}`;
  if (["UTC", "GMT"].includes(zone)) return utcOfZonedTime(date, "UTC");
  if (timeZone === null) return null;
  return utcOfZonedTime(date, /\(([\w/+-]{1,64})\)\s*$/.exec(timeZone)?.[1] ?? timeZone.trim());
}

function twelveHours(hour: number, half: string): number | null {
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half === "PM" ? 12 : 0);
}
