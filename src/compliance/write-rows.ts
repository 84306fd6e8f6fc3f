// Opened rows and the bytes they came from → rows of the new file: opened cells replaced, all others as they were, and which key it was.
import type { CsvHeader } from "./csv-header.ts";
import { openCsvOutput } from "./csv-output.ts";
import { quote } from "./csv-rows.ts";
import { keysOf } from "./csv-tally.ts";
import type { OpenedRow } from "./open-rows.ts";

export interface RowWriter {
  /** `bytes` begins with the header. */
  header(bytes: Buffer, keyColumn: string, hasMark: boolean): void;
  /** Every row of `bytes[0..consumed)`; what stands between them is copied. */
  rows(bytes: Buffer, rows: readonly OpenedRow[], cellEnds: readonly number[], consumed: number): void;
  /** What was written since the last `take`; good until the `take` after the next one. */
  take(): Buffer;
}

const mark = Buffer.from("\ufeff");
const closedMark = Buffer.from("closed");

/** `keyFiles` as they stand in the column; `isSafe`: no cell is a formula to a spreadsheet. */
export function openRowWriter(header: CsvHeader, keyFiles: readonly string[], isSafe: boolean): RowWriter {
  const output = openCsvOutput(header.form, isSafe);
  const { delimiter } = header.form;
  const keyCells = keyFiles.map((file) => Buffer.from(file));

  const keyCellOf = ({ opened, closed }: OpenedRow): Buffer | null => {
    if (opened.length === 0) return closed.length === 0 ? null : closedMark;
    const keys = keysOf(opened);
    const only = keys.length === 1 ? keyCells[keys[0] ?? 0] : undefined;
    if (only !== undefined && closed.length === 0) return only;
    const names = keys.map((key) => keyFiles[key] ?? "").join(" + ");
    return Buffer.from(closed.length === 0 ? names : `${names} (partly)`);
  };
  const writeCells = ({ row, opened }: OpenedRow, bytes: Buffer) => {
    let at = row.start;
    for (const { from, to, text, textFrom, textTo } of opened) {
      output.copy(bytes, at, from);
      output.value(text, textFrom, textTo, bytes[from] === quote);
      at = to;
    }
    output.copy(bytes, at, row.end);
  };
  const writeSafeCells = ({ row, opened }: OpenedRow, bytes: Buffer, cellEnds: readonly number[]) => {
    let at = row.start;
    let next = 0;
    for (let nth = 0; nth < row.cells; nth += 1) {
      const to = cellEnds[row.firstCell + nth] ?? at;
      const cell = opened[next];
      if (nth > 0) output.byte(delimiter);
      if (cell?.column.index === nth) {
        output.value(cell.text, cell.textFrom, cell.textTo, bytes[at] === quote);
        next += 1;
      } else output.safeCell(bytes, at, to);
      at = to + 1;
    }
  };
  return {
    header(bytes, keyColumn, hasMark) {
      const name = Buffer.from(keyColumn);
      if (hasMark || isSafe) output.copy(mark, 0, mark.length);
      output.copy(bytes, 0, header.end);
      output.byte(delimiter);
      output.value(name, 0, name.length, false);
      output.copy(bytes, header.end, header.next);
    },
    rows(bytes, rows, cellEnds, consumed) {
      let done = 0;
      for (const each of rows) {
        const { row } = each;
        output.copy(bytes, done, row.start);
        if (isSafe) writeSafeCells(each, bytes, cellEnds);
        else writeCells(each, bytes);
        for (let cells = row.cells; cells < header.names.length; cells += 1) output.byte(delimiter);
        output.byte(delimiter);
        const keyCell = keyCellOf(each);
        if (keyCell !== null) output.value(keyCell, 0, keyCell.length, false);
        output.copy(bytes, row.end, row.next);
        done = row.next;
      }
      output.copy(bytes, done, consumed);
    },
    take: () => output.take(),
  };
}
