// What became of an export → the document of `compliance decrypt-csv`, and what a person reads.
import type { ArchiveKey } from "../compliance/archive-key.ts";
import { mostTold, type CsvTally, type LeftCell } from "../compliance/csv-tally.ts";
import type { OpenedExport } from "../compliance/decrypt-export.ts";
import { type ClosedReason, closedReasons } from "../compliance/open-rows.ts";
import type { Paint } from "./paint.ts";
import { plainLine } from "./plain-text.ts";
import { renderTable, wrapText } from "./text-table.ts";

/** `compliance decrypt-csv --json`; `out` and `report` are absolute. */
export interface OpenedExportDocument {
  readonly file: string;
  readonly out: string;
  readonly report: string | null;
  readonly bytes: number;
  readonly encoding: string;
  readonly delimiter: string;
  /** As the header spells them. */
  readonly columns: readonly string[];
  readonly missingColumns: readonly string[];
  readonly keyColumn: string;
  readonly rows: CsvTally["rows"];
  readonly keys: readonly { readonly file: string; readonly keyFingerprint: string; readonly rows: number }[];
  readonly closedCells: number;
  readonly byReason: CsvTally["byReason"];
  /** The first hundred; all of them stand in the file of --report. */
  readonly left: readonly LeftCell[];
  /** Rows with more or fewer cells than the header. */
  readonly unevenRows: number;
  readonly firstUnevenLine: number | null;
}

const mostShown = 20;

const meanings: Readonly<Record<ClosedReason, string>> = {
  cut: "no encrypted value has this length; export the whole column again",
  spoiled: "characters stand in it that Base64 does not have; export it again",
  "no-key": "opened by none of the keys; find the key of that time",
  "wrong-iv": "opened but for the first 16 bytes; compare the line `iv =` of its key",
  "other-shape": "it opened to text that its column would not hold; read it with `compliance decrypt`",
  damaged: "not opened by the key of its row; compare it with the database",
};

export function exportDocument(
  { facts, tally, bytes }: OpenedExport,
  call: {
    readonly file: string;
    readonly out: string;
    readonly report: string | null;
    readonly keys: readonly ArchiveKey[];
  },
): OpenedExportDocument {
  const { encoding, delimiter, columns, missing, keyColumn } = facts;
  const { rows, rowsOfKeys, closedCells, byReason, left, uneven } = tally;
  const keys = call.keys.map(({ file, keyFingerprint }, nth) => ({
    ...{ file, keyFingerprint },
    rows: rowsOfKeys[nth] ?? 0,
  }));
  const { file, out, report } = call;
  return {
    ...{ file, out, report, bytes, encoding, delimiter, columns, missingColumns: missing, keyColumn },
    ...{ rows, keys, closedCells, byReason, left },
    ...{ unevenRows: uneven.rows, firstUnevenLine: uneven.firstLine },
  };
}

export function renderExportText(
  document: OpenedExportDocument,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const { closedCells, report } = document;
  const say = (text: string) => wrapText(plainLine(text), width, "  ");
  return [
    `${paint(closedCells === 0 ? "green" : "yellow", "opened")}: ${plainLine(document.out)}`,
    "",
    ...countLines(document, width),
    ...notesOf(document).map((note) => `\n${say(note)}`),
    ...(closedCells === 0 ? [] : ["", ...closedLines(document, say)]),
    ...(report === null
      ? []
      : [
          "",
          say(
            `${closedCells === 0 ? "No cell stays closed: only the header" : "Every cell that stays closed"} is in ${report}`,
          ),
        ]),
  ].join("\n");
}

function countLines({ rows, keys }: OpenedExportDocument, width: number): string[] {
  const places = String(rows.total).length;
  const count = (value: number) => String(value).padStart(places);
  const table = [
    ["rows", count(rows.total)],
    ["  plain", count(rows.plain)],
    ["  opened", count(rows.opened)],
    ["  partly closed", count(rows.partlyClosed)],
    ["  closed", count(rows.closed)],
    ["rows opened with"],
    ...keys.map(({ file, rows: opened, keyFingerprint }) => [
      `  ${plainLine(file)}`,
      count(opened),
      keyFingerprint,
    ]),
  ];
  return [renderTable(table, width)];
}

function notesOf({ missingColumns, unevenRows, firstUnevenLine }: OpenedExportDocument): string[] {
  return [
    ...(missingColumns.length === 0 ? [] : [`Not in the header: ${missingColumns.join(", ")}.`]),
    ...(unevenRows === 0
      ? []
      : [
          `${unevenRows === 1 ? "1 row has" : `${unevenRows} rows have`} more or fewer cells than the header, the first on line ${firstUnevenLine}: texts without quotes around them were cut at delimiters or line ends. Export it again with every text in quotes.`,
        ]),
  ];
}

function closedLines(
  { byReason, closedCells, left, report }: OpenedExportDocument,
  say: (text: string) => string,
): string[] {
  const reasons = closedReasons.flatMap((reason) => {
    const count = byReason[reason] ?? 0;
    return count === 0 ? [] : [say(`${count} ${reason}: ${meanings[reason]}`)];
  });
  const shown = linesOf(left).slice(0, mostShown);
  const more = closedCells - shown.reduce((sum, { columns }) => sum + columns.length, 0);
  const rest = report !== null ? "" : ` (--report FILE writes all of them; --json has the first ${mostTold})`;
  return [
    say(closedCells === 1 ? "1 cell stays as it was:" : `${closedCells} cells stay as they were:`),
    ...reasons,
    "",
    ...shown.map(({ line, row, columns, reason }) =>
      say(`line ${line} (row ${row}), ${reason}: ${columns.join(", ")}`),
    ),
    ...(more === 0 ? [] : [say(`and ${more} cells more${rest}`)]),
  ];
}

/** Cells of one row that stay closed for the same reason make one line. */
function linesOf(left: readonly LeftCell[]): (Omit<LeftCell, "column"> & { readonly columns: string[] })[] {
  const lines: (Omit<LeftCell, "column"> & { readonly columns: string[] })[] = [];
  for (const { row, line, column, reason } of left) {
    const last = lines.at(-1);
    if (last?.row === row && last.reason === reason) last.columns.push(column);
    else lines.push({ row, line, reason, columns: [column] });
  }
  return lines;
}
