// What a sweep counted → its part of docs/reliability.md, between two markers; the rest of the page is somebody else's.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { SweepCount } from "./kill-sweep.ts";

const page = fileURLToPath(new URL("../../docs/reliability.md", import.meta.url));
const [begin, end] = ["<!-- kills: begin -->", "<!-- kills: end -->"];

const places: Readonly<Record<SweepCount["place"], string>> = {
  after: "after the line's flush",
  unflushed: "line written, not flushed",
  torn: "half the line written",
  heard: "while a write runs",
};

/** The part as Markdown. */
function renderKillsTable(counts: readonly SweepCount[]): string {
  const sum = (of: (count: SweepCount) => number) => counts.reduce((total, count) => total + of(count), 0);
  const rows = counts.map((count) => {
    const ends = Object.entries(count.ends).map(([outcome, runs]) => `${outcome} ${runs}`);
    const cells = [count.release, count.key, places[count.place], count.lines, count.runs, count.kills];
    return `| ${[...cells, count.holds, count.processes, ends.join(", ")].join(" | ")} |`;
  });
  const profiles = new Set(counts.map(({ release }) => release)).size;
  return [
    "## Killed at every journal line",
    "",
    `${sum(({ kills }) => kills)} kills in ${sum(({ runs }) => runs)} runs on ${profiles} profiles, ${sum(({ processes }) => processes)} processes of the built tool against the lab over SSH.`,
    "In run N every process, `recover` and each `resume --confirm`, ends itself with SIGKILL at the Nth line that it writes to the journal; the next one is a plain `resume --yes --no-wait` (`recover` where no first line was finished).",
    "Each run must end as the one that nobody kills, with the same lists served and the same answers of the phones, one reset and one restart a node as the lab counts them, no journal refused, every lock taken over, and no password in the state folder or in what was printed.",
    "*Holds*: a write was intended and nothing known of its end, so `resume` said until when it may still be at work and sent it only after that.",
    "",
    "| release | key | killed | journal lines | runs | kills | holds | processes | ended |",
    "|---|---|---|--:|--:|--:|--:|--:|---|",
    ...rows,
    "",
    "A process killed between write and flush leaves the very file that one killed after the flush leaves: only a machine that dies can lose an unflushed line, and nothing is sent before the flush.",
    "A journal cut off behind a whole line cannot be told from one whose process died there; what is resumed then looks at every node before it acts, as always.",
  ].join("\n");
}

/** Puts the part into the page, which is made where there is none. */
export function writeKillsTable(counts: readonly SweepCount[]): void {
  const known = existsSync(page) ? readFileSync(page, "utf8") : `# Reliability\n\n${begin}\n${end}\n`;
  const text = known.includes(begin) ? known : `${known.trimEnd()}\n\n${begin}\n${end}\n`;
  const [before, after] = [text.slice(0, text.indexOf(begin)), text.slice(text.indexOf(end) + end.length)];
  writeFileSync(page, `${before}${begin}\n${renderKillsTable(counts)}\n${end}${after}`);
}
