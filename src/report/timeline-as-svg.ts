// A run's timeline → an inline SVG: one row for each span. Widths grow with the logarithm of the time, so that seconds are seen beside days.
import { htmlLine } from "./html-text.ts";
import { durationText, secondsBetween, type TimelineSpan } from "./run-timeline.ts";

const size = { label: 190, chart: 520, right: 90, row: 26, top: 34 } as const;

const names: Readonly<Record<TimelineSpan["kind"], string>> = {
  step: "step",
  write: "sent",
  hold: "hold",
  pause: "pause",
};

/** `lastAt`: where open spans end. Colours come from the page's style sheet by class; it needs nothing else. */
export function renderTimelineSvg(spans: readonly TimelineSpan[], lastAt: string): string {
  const xOf = scale(spans, lastAt);
  const height = size.top + spans.length * size.row + 8;
  const width = size.label + size.chart + size.right;
  const first = spans[0]?.startedAt ?? lastAt;
  const rows = spans.map((span, index) => renderRow(span, size.top + index * size.row, xOf, lastAt));
  return [
    `<svg class="timeline" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="picture-title picture-text" xmlns="http://www.w3.org/2000/svg">`,
    '<title id="picture-title">Timeline of the run</title>',
    `<desc id="picture-text">${htmlLine(`${spans.length} spans from ${first} to ${lastAt}; the table below says the same in words.`)}</desc>`,
    `<line class="axis" x1="${size.label}" y1="${size.top - 8}" x2="${size.label + size.chart}" y2="${size.top - 8}"/>`,
    `<text class="tick" x="${size.label}" y="14">${htmlLine(first)}</text>`,
    `<text class="tick" x="${size.label + size.chart}" y="14" text-anchor="end">${htmlLine(lastAt)}</text>`,
    ...rows,
    "</svg>",
  ].join("\n");
}

function renderRow(span: TimelineSpan, y: number, xOf: (at: string) => number, lastAt: string): string {
  const from = xOf(span.startedAt);
  const length = Math.max(3, xOf(span.endedAt ?? lastAt) - from);
  const place = span.step ?? "";
  const label = span.kind === "write" ? `${place} on ${span.node ?? ""}` : place;
  const text = `${names[span.kind]} ${label}`.trim();
  const duration = durationText(span.startedAt, span.endedAt);
  const told = `${text}: ${span.what}; ${span.startedAt}, ${duration}${span.outcome === null ? "" : `, ${span.outcome}`}`;
  return [
    `<g><title>${htmlLine(told)}</title>`,
    `<text class="label" x="${size.label - 8}" y="${y + 15}" text-anchor="end">${htmlLine(shortened(text))}</text>`,
    `<rect class="${span.kind} ${outcomeClass(span)}" x="${rounded(from)}" y="${y + 3}" width="${rounded(length)}" height="${size.row - 9}" rx="2"/>`,
    `<text class="tick" x="${rounded(from + length + 6)}" y="${y + 15}">${htmlLine(duration)}</text></g>`,
  ].join("");
}

/** Every stretch between two neighbouring times gets its share. */
function scale(spans: readonly TimelineSpan[], lastAt: string): (at: string) => number {
  const times = [
    ...new Set(spans.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt ?? lastAt])),
  ].toSorted();
  const weights = times.slice(1).map((at, index) => Math.log2(1 + secondsBetween(times[index] ?? at, at)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (at) => {
    const before = weights.slice(0, Math.max(0, times.indexOf(at)));
    const share = total === 0 ? 0 : before.reduce((sum, weight) => sum + weight, 0) / total;
    return size.label + share * size.chart;
  };
}

function outcomeClass({ kind, outcome }: TimelineSpan): string {
  if (kind !== "step") return "";
  if (outcome === "done" || outcome === "skipped") return "good";
  return outcome === null || outcome === "pending" || outcome === "held" ? "open" : "bad";
}

function shortened(text: string): string {
  return text.length <= 27 ? text : `${text.slice(0, 26)}…`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
