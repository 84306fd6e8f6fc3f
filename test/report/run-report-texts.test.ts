// The same report as text and Markdown: what stands first, what is in it, and that no text of others steers or becomes markup.
import { expect, test } from "vitest";
import { paintWith } from "../../src/report/paint.ts";
import { renderRunMarkdown } from "../../src/report/run-as-markdown.ts";
import { renderRunReportText } from "../../src/report/run-report-as-text.ts";
import { listAfter, listBefore, report, spoilt } from "./report-material.ts";

const look = { width: 80, paint: paintWith(false) };
const hostile = "\u001b[2J\u202e<b>|`*x*\r\n# h";

test("text has outcome, error and next before all else, and lists, timeline and evidence behind the run", () => {
  const text = renderRunReportText(report, look);
  const marks = [
    ...[
      "east: failed",
      "error: not proven",
      "next: Look at tftp2",
      "done     preflight",
      "sent to the cluster (1)",
    ],
    ...["findings:", "lists served, before and after:", "certificates, serial before and after:"],
    ...["timeline:", "evidence, SHA-256"],
  ];
  const places = marks.map((mark) => text.indexOf(mark));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBe(0);
  for (const part of [
    `before ${listBefore}`,
    `after  ${listAfter}`,
    "serial 4E:9B",
    "38 min      hold  phones: Reset",
    "  TVS on pub: renewed\n    before 51:0A\n    after  51:0B\n           valid from 2026-11-20T22:02:00Z to 2031",
    "  TVS on cm3: unchanged\n    before 53:0A\n\n",
  ])
    expect(text).toContain(part);
  expect(text).toContain(`${"e".repeat(64)}  runs/r1/journal.jsonl (4711 bytes)`);
});

test("Markdown has the same, what to do next right below the outcome", () => {
  const lines = renderRunMarkdown(report).split("\n");
  expect(lines.slice(0, 3)).toEqual(["# east: failed", "", "Next: Look at tftp2 (itlctl resume r1)"]);
  expect(lines.filter((line) => line.startsWith("## "))).toEqual([
    ...["## Lists served", "## Certificates", "## Steps", "## Sent to the cluster", "## Findings"],
    ...["## Timeline", "## Evidence"],
  ]);
  expect(lines).toContain("| pub | TVS | renewed | `51:0A` | `51:0B`, valid to 2031-11-20T22:02:00Z |");
  expect(lines).toContain("| cm3 | TVS | unchanged | `53:0A` |  |");
  expect(lines).toContain("| 2026-11-20T22:02:00Z | 38 min | hold | phones | Reset the phones |  |");
});

test("hostile texts in every field leave lines, columns and headings as they are", () => {
  const spoil = (text: string) => `${text}${hostile}`;
  const [text, markdown] = [
    renderRunReportText(spoilt(report, spoil), look),
    renderRunMarkdown(spoilt(report, spoil)),
  ];
  for (const rendered of [text, markdown]) expect(rendered).not.toMatch(/[\u001b\r\u202e]/);
  const headings = (lines: string) => lines.split("\n").filter((line) => /^#+ /.test(line)).length;
  expect(headings(markdown)).toBe(headings(renderRunMarkdown(report)));
  const columns = (lines: string) =>
    lines
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .map((line) => line.match(/(?<!\\)\|/g)?.length);
  expect(columns(markdown)).toEqual(columns(renderRunMarkdown(report)));
});
