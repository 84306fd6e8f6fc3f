// What a sweep counted → its rows in docs/reliability.md, between two markers; rows of sweeps that were not carried out now stay as they are.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { SweepCount } from "./kill-sweep.ts";

const page = fileURLToPath(new URL("../../docs/reliability.md", import.meta.url));
const [begin, end] = ["<!-- kills: begin -->", "<!-- kills: end -->"];

const places: Readonly<Record<SweepCount["place"], string>> = {
  after: "after the line's flush",
  unflushed: "line written, not flushed",
  torn: "half the line written",
  heard: "while a write runs",
  fresh: "after the line's flush",
};
const counted = ["lines", "struck", "runs", "kills", "holds", "asked", "processes"] as const;
const sweepCells = 4;

/** Cells of a row; the first four name the sweep. */
type Row = readonly string[];

function rowOf(count: SweepCount): Row {
  const { story, release, place, how = "once" } = count;
  const ends = Object.entries(count.ends).map(([outcome, runs]) => `${outcome} ${runs}`);
  const who = {
    ...{ once: "one process between two waits", always: "every process" },
    each: "every process, at a new line",
  }[how];
  return [
    ...[`${story.playbook}, ${story.about}`, release, places[place], who],
    ...counted.map((name) => (name === "struck" ? struckOf(count) : String(count[name]))),
    ends.join(", "),
  ];
}

function struckOf({ place, struck, missed }: SweepCount): string {
  if (place === "torn" || place === "heard") return "-";
  return missed.length === 0 ? `all ${struck}` : String(struck);
}

/** The part as Markdown. */
function renderKillsTable(rows: readonly Row[]): string {
  const sum = (name: (typeof counted)[number]) =>
    rows.reduce((total, row) => total + Number(row[sweepCells + counted.indexOf(name)]), 0);
  const profiles = new Set(rows.map(([, release]) => release)).size;
  return [
    "## Killed at every journal line",
    "",
    `${sum("kills")} kills in ${sum("runs")} runs on ${profiles} profiles, ${sum("processes")} processes of the built tool against the lab over SSH.`,
    "*One process between two waits*: in run N the first process after each wait (for a person, or for a hold) ends itself with SIGKILL at the Nth line that it writes to the journal, and those after it live.",
    "*Every process*: all of them die at their Nth line, at a later one where that alone brings the run no further. *At a new line*: each dies at its first line (by kind, step and node) that was nobody's last before, in one run at the intents of writes and in another at all other lines, with a hold of an hour, as so many kills take longer than five minutes. The next process is a plain `resume --yes --no-wait` (the first command where no first line was finished), 20 s later by the clock.",
    "Each run must end as the one that nobody kills, with the same lists served and the same answers of the phones, every line that writes carried out as often as in that one (a regeneration once) as the lab counts them, no journal refused, every lock taken over, and no password in the state folder or in what was printed.",
    "Where a hold ends a process, it ends 5 minutes (that hour) after the last regeneration of that node by the lab's clock (at most 4 s later, which holds the platform's own time), however often somebody was killed since; no two regenerations of a node are closer, and the platform never had one to refuse.",
    "",
    "*Struck*: how many of the journal's lines (told apart by kind, step and node) were some killed process's last (`-`: not counted). *Holds*: a process ended because of a hold, or because a write was intended and nothing known of its end, so that it said until when it may still be at work and sent it only after that.",
    "*Asked*: the restart of a service other than Cisco Tftp was intended and nothing known of its end; it is not sent again, and a person looked, restarted it by hand where it had not taken place, and said so.",
    "",
    "| playbook | release | killed | who | journal lines | struck | runs | kills | holds | asked | processes | ended |",
    "|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|---|",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
    "A process killed between write and flush leaves the very file that one killed after the flush leaves: only a machine that dies can lose an unflushed line, and nothing is sent before the flush.",
    "A journal cut off behind a whole line cannot be told from one whose process died there; what is resumed then looks at every node before it acts, as always.",
  ].join("\n");
}

/** Puts the sweep's row into the page, in the place of the one that it has there. */
export function writeKillsRow(count: SweepCount): void {
  const text = readFileSync(page, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < 0) throw new Error("docs/reliability.md has no markers for the kills");
  const known = rowsOf(text.slice(from, to));
  const row = rowOf(count);
  const name = nameOf(row);
  const at = known.findIndex((other) => nameOf(other) === name);
  const rows = at < 0 ? [...known, row] : known.with(at, row);
  writeFileSync(page, `${text.slice(0, from)}${begin}\n${renderKillsTable(rows)}\n${text.slice(to)}`);
}

const nameOf = (row: Row) => row.slice(0, sweepCells).join(" | ");

function rowsOf(part: string): Row[] {
  return part
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| playbook"))
    .map((line) => line.slice(2, -2).split(" | "));
}
