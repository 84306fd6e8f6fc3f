// A run's timeline → an inline SVG as wide as the page: a line of words and a bar for each span. Widths grow with the cube root of the time, so that seconds are seen beside days.
import { htmlLine, timeWords } from "./html-text.ts";
import { plainLine } from "./plain-text.ts";
import { durationText, secondsBetween, type TimelineSpan } from "./run-timeline.ts";

/** Pixels, but the shares (percent of the width): the text keeps its size, the bars stretch. `letters` fit a phone. */
const size = {
  ...{ top: 42, row: 40, bar: 12, font: 14, letters: 49 },
  ...{ leastShare: 0.6, openShare: 12 },
} as const;

/** `lastAt`: where open spans end. Colours come from the page's style sheet by class; it can be read without. */
export function renderTimelineSvg(spans: readonly TimelineSpan[], lastAt: string): string {
  const shareOf = scale(spans, lastAt);
  const drawn = drawnSpans(spans);
  const first = spans[0]?.startedAt ?? lastAt;
  const rows = drawn.map((span, index) => renderRow(span, size.top + index * size.row, shareOf));
  return [
    `<svg class="timeline" width="100%" height="${size.top + drawn.length * size.row}" font-size="${size.font}" role="img" aria-labelledby="picture-title picture-text" xmlns="http://www.w3.org/2000/svg">`,
    '<title id="picture-title">Timeline of the run</title>',
    `<desc id="picture-text">${htmlLine(`${drawn.map((span) => `${wordsOf(span)}, ${durationText(span.startedAt, span.endedAt)}`).join("; ")}. From ${first} to ${lastAt}; the table below says the same.`)}</desc>`,
    // Stripes say "nobody at work here" also to those who do not tell the colours apart.
    `<defs>${stripes("wait")}${stripes("pause")}</defs>`,
    `<text class="tick" x="0" y="14">${htmlLine(timeWords(first))}</text>`,
    `<text class="tick" x="100%" y="14" text-anchor="end">${spans.some(isOpen) ? "not ended" : htmlLine(timeWords(lastAt))}</text>`,
    '<line class="axis" x1="0" y1="24" x2="100%" y2="24"/>',
    ...rows,
    "</svg>",
  ].join("\n");
}

function renderRow(span: TimelineSpan, y: number, shareOf: (at: string) => number): string {
  const from = Math.min(shareOf(span.startedAt), 100 - size.leastShare);
  const length = Math.max(size.leastShare, (span.endedAt === null ? 100 : shareOf(span.endedAt)) - from);
  const duration = durationText(span.startedAt, span.endedAt);
  const told = `${wordsOf(span)}; ${span.startedAt}, ${duration}${span.outcome === null ? "" : `, ${span.outcome}`}`;
  const bar = y + size.font + 3;
  const pattern = patternOf(span);
  const look =
    pattern === null
      ? `class="${`${span.kind} ${outcomeClass(span)}`.trim()}"`
      : `class="striped ${pattern}" fill="url(#${pattern})"`;
  return [
    `<g><title>${htmlLine(told)}</title>`,
    `<text x="0" y="${y + size.font - 2}">${htmlLine(shortened(wordsOf(span), size.letters - duration.length - 2))}<tspan class="tick">, ${htmlLine(duration)}</tspan></text>`,
    `<line class="axis" x1="0" y1="${bar + size.bar / 2}" x2="100%" y2="${bar + size.bar / 2}"/>`,
    `<rect ${look} x="${rounded(from)}%" y="${bar}" width="${rounded(Math.min(length, 100 - from))}%" height="${size.bar}" rx="2"/></g>`,
  ].join("");
}

/** What the span is, for people; without how long. */
function wordsOf(span: TimelineSpan): string {
  const { kind, step, node, what, until } = span;
  switch (kind) {
    case "step":
      return [step, node].filter((part) => part !== null).join(" on ");
    case "write":
      return `${node ?? ""}> ${what}`;
    case "hold":
      return until === null
        ? `waits for a person: ${step ?? ""}`
        : `holds until ${timeWords(until).replace(/^.* /, "")}: ${step ?? ""}`;
    case "pause":
      return what;
  }
}

/** A step that only waited, or only sent one line, is told by that. */
function drawnSpans(spans: readonly TimelineSpan[]): readonly TimelineSpan[] {
  return spans.filter((span) => {
    if (span.kind !== "step" || span.outcome === "failed" || span.outcome === "unknown") return true;
    const parts = spans.filter(({ kind, step }) => kind !== "step" && step === span.step);
    const [only] = parts.filter(({ kind }) => kind === "write");
    const isTold = (part: TimelineSpan) => part.kind === "hold" || (part === only && parts.length === 1);
    return !parts.some((part) => isTold(part) && isCovered(span, part));
  });
}

/** To within a second at both ends. */
function isCovered(inner: TimelineSpan, outer: TimelineSpan): boolean {
  if (inner.endedAt === null) return outer.endedAt === null;
  const early = secondsBetween(inner.startedAt, outer.startedAt);
  const late = outer.endedAt === null ? 0 : secondsBetween(outer.endedAt, inner.endedAt);
  return early <= 1 && late <= 1;
}

/** Every stretch between two neighbouring times gets its share, in percent; what has not ended goes on behind the last. */
function scale(spans: readonly TimelineSpan[], lastAt: string): (at: string) => number {
  const times = [
    ...new Set(spans.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt ?? lastAt])),
  ].toSorted();
  const weights = times.slice(1).map((at, index) => Math.cbrt(secondsBetween(times[index] ?? at, at)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const whole = spans.some(isOpen) ? 100 - size.openShare : 100;
  return (at) => {
    const before = weights.slice(0, Math.max(0, times.indexOf(at)));
    return total === 0 ? 0 : (whole * before.reduce((sum, weight) => sum + weight, 0)) / total;
  };
}

function isOpen({ endedAt }: TimelineSpan): boolean {
  return endedAt === null;
}

/** Nobody is at work: a person is waited for, or no process ran. */
function patternOf({ kind, until }: TimelineSpan): "wait" | "pause" | null {
  if (kind === "pause") return "pause";
  return kind === "hold" && until === null ? "wait" : null;
}

function stripes(name: "wait" | "pause"): string {
  return `<pattern id="${name}" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="${name}" width="4" height="8"/></pattern>`;
}

function outcomeClass({ kind, outcome }: TimelineSpan): string {
  if (kind !== "step") return "";
  if (outcome === "done" || outcome === "skipped") return "good";
  return outcome === null || outcome === "pending" || outcome === "held" ? "open" : "bad";
}

function shortened(text: string, letters: number): string {
  const plain = plainLine(text);
  return plain.length <= letters ? plain : `${plain.slice(0, letters - 1)}…`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
