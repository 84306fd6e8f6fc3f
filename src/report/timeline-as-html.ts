// A run's timeline → HTML: the picture, and the same in words folded away below it.
import { htmlLine, htmlTable, htmlTime, htmlWord, type Tone } from "./html-text.ts";
import type { RunReport } from "./run-report.ts";
import { durationText, type TimelineSpan } from "./run-timeline.ts";
import { renderTimelineSvg } from "./timeline-as-svg.ts";

/** Empty where nothing was begun. */
export function renderTimelineHtml({ timeline, endedAt, startedAt }: RunReport): string {
  const [first] = timeline;
  if (first === undefined) return "";
  const lastAt = timeline
    .flatMap((span) => [span.startedAt, span.endedAt ?? span.startedAt])
    .reduce((latest, at) => (at > latest ? at : latest), endedAt ?? startedAt ?? first.startedAt);
  const rows = timeline.map((span) => [
    htmlTime(span.startedAt),
    htmlLine(durationText(span.startedAt, span.endedAt)),
    htmlLine(kindWords(span)),
    htmlLine([span.step, span.node].filter((part) => part !== null).join(" on ")),
    htmlLine(span.what === span.step ? "" : span.what),
    span.outcome === null ? "" : htmlWord(span.outcome, toneOf(span.outcome)),
  ]);
  return [
    '<p class="soft">Times are UTC. The longer, the wider, but not in proportion: seconds stay visible beside days. A line that was sent stands behind the prompt of its node. Striped: waiting for a person, or nobody at work.</p>',
    renderTimelineSvg(timeline, lastAt),
    "<details><summary>The same in words</summary>",
    htmlTable("Steps, lines sent and waits", ["Began (UTC)", "Took", "Kind", "Step", "What", "Ended"], rows),
    "</details>",
  ].join("\n");
}

function kindWords({ kind, until }: TimelineSpan): string {
  if (kind === "write") return "sent";
  if (kind !== "hold") return kind;
  return until === null ? "wait for a person" : "hold";
}

/** The tone of a step's outcome or of a write's end. */
export function toneOf(outcome: string): Tone {
  if (["done", "skipped", "answered"].includes(outcome)) return "good";
  return ["pending", "held", "interrupted", "not-sent"].includes(outcome) ? "open" : "bad";
}
