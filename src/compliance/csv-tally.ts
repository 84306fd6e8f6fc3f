// Opened rows → how many of each kind there were, and which cells stayed closed and why: counts, and the first hundred.
import type { ClosedReason, OpenedRow } from "./open-rows.ts";

/** A cell that stayed as it was. `row` counts rows below the header from 1, `line` lines of the file. */
export interface LeftCell {
  readonly row: number;
  readonly line: number;
  readonly column: string;
  readonly reason: ClosedReason;
}

export interface RowCounts {
  readonly total: number;
  readonly plain: number;
  /** Every encrypted cell opened. */
  readonly opened: number;
  readonly partlyClosed: number;
  readonly closed: number;
}

export interface CsvTally {
  readonly rows: RowCounts;
  /** Rows in which a cell opened with this key, by the key's index. */
  readonly rowsOfKeys: readonly number[];
  readonly closedCells: number;
  readonly byReason: Readonly<Partial<Record<ClosedReason, number>>>;
  /** The first `mostTold` of them. */
  readonly left: readonly LeftCell[];
  /** Rows with more or fewer cells than the header: how many, and the line of the first. */
  readonly uneven: { readonly rows: number; readonly firstLine: number | null };
}

export const mostTold = 100;

export interface TallyKeeper {
  /** `onLeft` of the keeper is called for each closed cell, beyond the first hundred too. */
  add(opened: OpenedRow, headerCells: number): void;
  tally(): CsvTally;
}

export function openTally(keys: number, onLeft: (cell: LeftCell) => void): TallyKeeper {
  const rows = { total: 0, plain: 0, opened: 0, partlyClosed: 0, closed: 0 };
  const rowsOfKeys = Array.from({ length: keys }, () => 0);
  const byReason: Partial<Record<ClosedReason, number>> = {};
  const left: LeftCell[] = [];
  const uneven = { rows: 0, firstLine: null as number | null };
  let closedCells = 0;
  return {
    add({ row, opened, closed }, headerCells) {
      rows.total += 1;
      if (opened.length === 0) rows[closed.length === 0 ? "plain" : "closed"] += 1;
      else rows[closed.length === 0 ? "opened" : "partlyClosed"] += 1;
      for (const key of keysOf(opened)) rowsOfKeys[key] = (rowsOfKeys[key] ?? 0) + 1;
      for (const { column, reason } of closed) {
        const cell = { row: rows.total, line: row.line, column: column.name, reason };
        byReason[reason] = (byReason[reason] ?? 0) + 1;
        closedCells += 1;
        if (left.length < mostTold) left.push(cell);
        onLeft(cell);
      }
      if (row.cells === headerCells) return;
      uneven.rows += 1;
      uneven.firstLine ??= row.line;
    },
    tally: () => ({ rows, rowsOfKeys, closedCells, byReason, left, uneven }),
  };
}

/** Indexes of the keys that opened something, each once, in the order of the columns. */
export function keysOf(opened: OpenedRow["opened"]): number[] {
  const keys: number[] = [];
  for (const { key } of opened) if (!keys.includes(key)) keys.push(key);
  return keys;
}
