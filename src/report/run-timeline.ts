// Journal lines → what took how long: steps, what was sent, holds, and the time in which no process was at work.
import type { JournalEntry } from "../run/journal-entry.ts";

/** Times ISO 8601 UTC. `endedAt` null: still open at the journal's last line. */
export interface TimelineSpan {
  readonly kind: "step" | "write" | "hold" | "pause";
  readonly step: string | null;
  readonly node: string | null;
  readonly what: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** How it ended: a step's outcome, a write's end; null for holds and pauses. */
  readonly outcome: string | null;
  /** Of a hold: until when, as last said; null where a person ends it, and for everything else. */
  readonly until: string | null;
}

type Open = { -readonly [K in keyof TimelineSpan]: TimelineSpan[K] };

/** In the order in which they began. */
export function runTimeline(entries: readonly JournalEntry[]): readonly TimelineSpan[] {
  const spans: Open[] = [];
  const begin = (
    kind: TimelineSpan["kind"],
    startedAt: string,
    step: string | null,
    what: string,
    node: string | null = null,
  ): void => {
    spans.push({ kind, step, node, what, startedAt, endedAt: null, outcome: null, until: null });
  };
  const end = (
    kind: TimelineSpan["kind"],
    at: string,
    outcome: string | null,
    step: string | null = null,
  ): void => {
    for (const span of spans) {
      if (span.kind !== kind || span.endedAt !== null) continue;
      if (step !== null && span.step !== step) continue;
      Object.assign(span, { endedAt: at, outcome });
    }
  };
  const isOpenHold = (step: string) => (span: Open) =>
    span.kind === "hold" && span.step === step && span.endedAt === null;
  const isHeld = (step: string, isSuch: (until: string | null) => boolean = () => true) =>
    spans.some((span) => isOpenHold(step)(span) && isSuch(span.until));

  let previousAt = entries[0]?.at ?? "";
  for (const entry of entries) {
    switch (entry.kind) {
      case "step-started":
        begin("step", entry.at, entry.step, entry.step, entry.node);
        break;
      case "step-ended":
        end("step", entry.at, entry.outcome, entry.step);
        if (entry.outcome !== "held") end("hold", entry.at, null, entry.step);
        break;
      case "write-intended":
        end("hold", entry.at, null, entry.step);
        begin("write", entry.at, entry.step, entry.line, entry.node);
        break;
      case "write-ended":
        end("write", entry.at, entry.end);
        break;
      case "waiting":
        // A person's word after a time that was waited out is another wait; a deadline that moved is the same.
        if (isHeld(entry.step, (until) => (until === null) !== (entry.until === null)))
          end("hold", entry.at, null, entry.step);
        if (!isHeld(entry.step)) begin("hold", entry.at, entry.step, entry.text);
        Object.assign(spans.findLast(isOpenHold(entry.step)) ?? {}, { until: entry.until });
        break;
      case "confirmed":
        end("hold", entry.at, null, entry.step);
        break;
      case "run-resumed":
        // What was open when the process died ended when it was last heard of.
        end("step", previousAt, "interrupted");
        end("write", previousAt, "unknown");
        if (!spans.some((span) => span.kind === "hold" && span.endedAt === null)) {
          begin("pause", previousAt, null, "no process was at work");
          end("pause", entry.at, null);
        }
        break;
      case "abandoned":
        end("hold", entry.at, null);
        break;
      default:
        break;
    }
    previousAt = entry.at;
  }
  return spans;
}

/** `2 h 5 min`, `12 s`, `under 1 s`; a clock that went back counts as no time. */
export function durationText(startedAt: string, endedAt: string | null): string {
  if (endedAt === null) return "not ended";
  const seconds = secondsBetween(startedAt, endedAt);
  if (seconds < 1) return "under 1 s";
  const units = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [Math.floor(seconds) % 60, "s"],
  ] as const;
  return units
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

/** Never below 0, and 0 where a time cannot be read. */
export function secondsBetween(from: string, to: string): number {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}
