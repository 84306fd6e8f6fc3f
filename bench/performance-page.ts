// What was measured in; the tables of docs/performance.md out, and the page with its old tables replaced.
import type { BenchResult, ComplianceResult, SweepResult } from "./bench-result.ts";

const begin = "<!-- written by npm run bench -- --write -->";
const end = "<!-- end -->";

/** Throws where the page has lost the marks between which the tables stand. */
export function withTables(page: string, result: BenchResult): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} ... ${end}`);
  return `${page.slice(0, from)}${begin}\n\n${renderPerformance(result)}\n${page.slice(to)}`;
}

/** Markdown; ends with a line end. */
export function renderPerformance(result: BenchResult): string {
  const { startUp, recovery, backup, compliance, hold, rates, sweeps } = result;
  const large = sweeps.at(-1);
  return [
    `\`${result.command}\`, ${result.at}, on ${result.machine}. Lab: ${seconds(result.promptMs)} to the prompt, ${seconds(result.answerMs)} an answer.`,
    "",
    ...table(
      ["`status` of", "floor", "itlctl", "bare ssh2", "expect", "to floor", "to ssh2", "to expect", "peak"],
      sweeps.map(sweepRow),
    ),
    "",
    ...table(
      ["what", "measured", "target"],
      [
        ...sweeps
          .slice(0, 1)
          .map((sweep) => [`${sweep.nodes} nodes side by side, to the floor`, ratio(sweep.toFloor), "1.10"]),
        ...sweeps
          .slice(0, 1)
          .map((sweep) => [`${sweep.nodes} nodes side by side, to bare ssh2`, ratio(sweep.toBare), "1.05"]),
        [`peak memory with ${large?.nodes ?? 0} nodes`, mebibytes(large?.peakMiB ?? null), "150 MiB"],
        [
          `\`--version\` over \`node -e 0\` (${whole(startUp.toolMs)} and ${whole(startUp.nodeMs)} ms, medians of ${startUp.times})`,
          `${whole(startUp.ownMs)} ms`,
          "120 ms",
        ],
        [
          `own share of a recovery (${recovery.nodes} nodes, ${recovery.commands} lines, two processes; the lab computed ${whole(recovery.labMs)} ms of it)`,
          seconds(recovery.wallMs),
          "0.5 s",
        ],
        [
          `own share of a backup (${backup.commands} lines; the lab computed ${whole(backup.labMs)} ms of it)`,
          seconds(backup.ownMs),
          "1 s",
        ],
        [
          `${backup.clusters} clusters backed up side by side, to the slowest alone (${seconds(backup.promptMs)} to the prompt and ${seconds(backup.answerMs)} an answer on the fastest, ${backup.slowestTimes} times that on the slowest: ${seconds(backup.aloneMs)} alone; the lab computed ${seconds(backup.labSideMs)} meanwhile)`,
          ratio(backup.toAlone),
          "1.10",
        ],
        [
          `hold of ${seconds(hold.holdMs)} between two regenerations on one node: overshoot`,
          seconds(hold.overshootMs),
          "1 s",
        ],
      ],
    ),
    "",
    ...complianceTable(compliance),
    "",
    ...table(
      ["work in one process", "bytes", "a second"],
      rates.map(({ what, bytes, perSecond }) => [what, String(bytes), whole(perSecond)]),
    ),
    "",
  ].join("\n");
}

function complianceTable(measured: ComplianceResult): string[] {
  const { bytes, rows, values, opensslSample, opensslPerValueMs, opensslWholeMs } = measured;
  const rate = (ms: number) => `${(bytes / 1e3 / ms).toFixed(0)} MB/s`;
  return table(
    [
      `an export of ${whole(bytes / 1e6)} MB (${rows} rows, ${values} encrypted values, 3 keys, ${measured.closedCells} cells that nothing opens)`,
      "time",
      "rate",
      "peak",
    ],
    [
      [
        "`compliance decrypt-csv`",
        seconds(measured.wallMs),
        rate(measured.wallMs),
        mebibytes(measured.peakMiB),
      ],
      ["a copy (`cp`, `sync`)", seconds(measured.copyMs), rate(measured.copyMs), ""],
      opensslWholeMs === null || opensslPerValueMs === null
        ? ["`openssl enc` for each value", "not run", "", ""]
        : [
            `\`openssl enc\` for each value, drawn from ${opensslSample} of them (${opensslPerValueMs.toFixed(1)} ms each; reading and writing the CSV not counted)`,
            `${(opensslWholeMs / 3_600_000).toFixed(1)} h`,
            "",
            "",
          ],
    ],
  );
}

function sweepRow(sweep: SweepResult): string[] {
  return [
    `${sweep.nodes} nodes, ${sweep.parallel} at once (${sweep.commands} lines, at most ${sweep.mostCommands} a node)`,
    ...[seconds(sweep.floorMs), seconds(sweep.toolMs), seconds(sweep.bareMs)],
    sweep.opensshMs === null ? "not run" : seconds(sweep.opensshMs),
    ...[ratio(sweep.toFloor), ratio(sweep.toBare)],
    sweep.toOpenSsh === null ? "" : ratio(sweep.toOpenSsh),
    mebibytes(sweep.peakMiB),
  ];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(heads),
    `|${heads.map((_head, index) => (index === 0 ? "---" : "---:")).join("|")}|`,
    ...rows.map(line),
  ];
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const ratio = (value: number) => value.toFixed(2);
const whole = (value: number) => value.toFixed(0);
const mebibytes = (value: number | null) => (value === null ? "unknown" : `${value.toFixed(0)} MiB`);
