// The answer of `show status` in; the node's name and its clock out.
import { answerLines } from "./answer-lines.ts";
import { answerNotUnderstood } from "./not-understood.ts";
import { utcOfZonedTime } from "./zoned-time.ts";

/** Texts as printed; `utc` is ISO 8601, null where date or zone cannot be converted. */
export interface ShowStatus {
  readonly hostName: string;
  readonly date: string;
  readonly timeZone: string;
  readonly utc: string | null;
}

/** Without host name, date and zone: answer-not-understood. */
export function parseShowStatus(text: string): ShowStatus {
  const command = "show status";
  const lines = answerLines(text, command).map((line) => line.trim());
  const valueOf = (label: string): string => {
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon !== -1 && line.slice(0, colon).trim() === label) {
        const value = line.slice(colon + 1).trim();
        if (value !== "") return value;
      }
    }
    throw answerNotUnderstood(command, text, `it has no line "${label}"`);
  };
  const [hostName, date, timeZone] = [valueOf("Host Name"), valueOf("Date"), valueOf("Time Zone")];
  return { hostName, date, timeZone, utc: utcOfZonedTime(date, timeZone) };
}
