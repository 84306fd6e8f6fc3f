// Swept cases → the table of docs/reliability.md: neighbours and releases with equal results drawn together.
import type { LabRelease } from "../../mocks/lab/model.ts";
import type { CaseResult } from "./carry-case.ts";
import type { SweptCase } from "./sweep.ts";

/** Cases of one release that follow each other and ended alike. */
interface Stretch {
  readonly trouble: string;
  readonly places: readonly (string | null)[];
  readonly result: CaseResult;
}

/** The rows of one table as Markdown, under a sentence with its counts. */
export function renderFaultTable(swept: readonly SweptCase[]): string {
  const releases = [...new Set(swept.map(({ release }) => release))];
  const told = swept.map((one) => endedWell(one, swept));
  const rows = new Map<string, { stretch: Stretch; releases: LabRelease[] }>();
  for (const release of releases) {
    for (const stretch of stretchesOf(told.filter((one) => one.release === release))) {
      const key = JSON.stringify([stretch.trouble, placesText(stretch.places), stretch.result]);
      const row = rows.get(key);
      if (row === undefined) rows.set(key, { stretch, releases: [release] });
      else row.releases.push(release);
    }
  }
  const order = [...new Set(swept.map(({ trouble }) => trouble))];
  const sorted = [...rows.values()].sort(
    (a, b) => order.indexOf(a.stretch.trouble) - order.indexOf(b.stretch.trouble),
  );
  const twice = swept.filter(({ result }) => result.isSentAgain).length;
  const carried = swept.filter(({ result }) => result.final !== null).length;
  return [
    `${swept.length} cases on ${releases.join(" and ")}, drawn together to ${sorted.length} rows; ${carried} of them were carried on to the end of the run. The line was sent a second time in ${twice} cases, never before the baseline was seen unchanged and its settling time had passed.`,
    "",
    "| trouble | where | release | at first | looked | `resume` | the line was sent, took effect | end of the run |",
    "|---|---|---|---|---|---|---|---|",
    ...sorted.map((row) => renderRow(row.stretch, row.releases)),
  ].join("\n");
}

/** How the release's run without trouble ended stands as `ended well`: weak keys of 10.0 alone are a warning. */
function endedWell(one: SweptCase, all: readonly SweptCase[]): SweptCase {
  const clean = all.find(({ release, place }) => release === one.release && place === null)?.result.final;
  if (clean === undefined || clean === null) return one;
  const told = (text: string) => text.replaceAll(clean, "ended well");
  const { first, resumes, final } = one.result;
  const result = { first: told(first), resumes: told(resumes), final: final === null ? null : told(final) };
  return { ...one, result: { ...one.result, ...result } };
}

function renderRow({ trouble, places, result }: Stretch, releases: readonly string[]): string {
  const { first, looks, resumes, sent, took, final } = result;
  const cells = [
    ...[
      trouble,
      placesText(places),
      releases.join(", "),
      first,
      looks === null ? "-" : looks ? "yes" : "no",
      resumes,
    ],
    ...[`${sent}, ${took}`, final ?? "as above"],
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Runs of equal results in the order of the dialogue; a case that was not carried on goes with either neighbour. */
function stretchesOf(swept: readonly SweptCase[]): Stretch[] {
  const stretches: { trouble: string; places: (string | null)[]; result: CaseResult }[] = [];
  for (const { trouble, place, result } of swept) {
    const last = stretches.at(-1);
    if (last !== undefined && last.trouble === trouble && isAlike(last.result, result)) {
      last.places.push(place);
      if (last.result.final === null) last.result = result;
    } else stretches.push({ trouble, places: [place], result });
  }
  return stretches;
}

function isAlike(a: CaseResult, b: CaseResult): boolean {
  const final = a.final === null || b.final === null ? null : a.final === b.final;
  return final !== false && JSON.stringify({ ...a, final: null }) === JSON.stringify({ ...b, final: null });
}

/** `lines 3 to 9, question ccm-password`, node by node. */
function placesText(places: readonly (string | null)[]): string {
  const words: string[] = [];
  let run: { prefix: string; from: number; to: number } | null = null;
  const close = () => {
    if (run === null) return;
    const { prefix, from, to } = run;
    words.push(from === to ? `${prefix}line ${from}` : `${prefix}lines ${from} to ${to}`);
    run = null;
  };
  for (const place of places) {
    if (place === null) continue;
    const match = /^(.*?)line (\d+)$/.exec(place);
    if (match === null) {
      close();
      words.push(place);
      continue;
    }
    const [prefix, line] = [match[1] ?? "", Number(match[2])];
    const open = run as { prefix: string; from: number; to: number } | null;
    if (open?.prefix === prefix && open.to === line - 1) open.to = line;
    else {
      close();
      run = { prefix, from: line, to: line };
    }
  }
  close();
  return words.length === 0 ? "-" : words.join(", ");
}
