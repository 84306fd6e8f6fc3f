// Bytes of a CSV file in a growing window → where its rows and cells begin and end. Nothing is copied or unquoted.

/** Cells of a row: `cellEnds[firstCell..firstCell+cells)`; each begins behind the delimiter before it. `end` is before the line end, `next` behind it. */
export interface CsvRow {
  readonly start: number;
  readonly end: number;
  readonly next: number;
  readonly firstCell: number;
  readonly cells: number;
  /** The line of the file that the row begins on, from 1. */
  readonly line: number;
}

/** `lineEnd`: the byte that ends a line outside quotes; a CR before a LF belongs to the line end. */
export interface CsvForm {
  readonly delimiter: number;
  readonly lineEnd: number;
}

export interface RowScanner {
  /** Where each cell of the rows given by the last `scan` ends. */
  readonly cellEnds: number[];
  /** Goes on where it stopped: the whole rows of `bytes[0..length)`. With `isLast` what is left is a row too. */
  scan(bytes: Uint8Array, length: number, isLast: boolean): CsvRow[];
  /** Says that the bytes before `consumed` are gone and all others moved down by so many. */
  shift(consumed: number): void;
  /** The line on which quotes were opened that are still open; null outside of quotes. */
  openQuotes(): number | null;
  /** Cells of the row that has no end yet. */
  openCells(): number;
}

export const quote = 0x22;
export const lf = 0x0a;
export const cr = 0x0d;

/** A quote inside an unquoted cell is a character like others, and so is what stands between closing quotes and the delimiter. */
export function openRowScanner({ delimiter, lineEnd }: CsvForm, firstLine: number): RowScanner {
  const cellEnds: number[] = [];
  let at = 0;
  let rowStart = 0;
  let rowCell = 0;
  let isQuoted = false;
  let isCellStart = true;
  let line = firstLine;
  let rowLine = firstLine;
  let quoteLine = firstLine;

  return {
    cellEnds,
    scan(bytes, length, isLast) {
      const rows: CsvRow[] = [];
      // Cells of rows that were given before are no longer asked for.
      if (rowCell > 0) {
        cellEnds.splice(0, rowCell);
        rowCell = 0;
      }
      const close = (end: number, next: number) => {
        cellEnds.push(end);
        const cells = cellEnds.length - rowCell;
        rows.push({ start: rowStart, end, next, firstCell: rowCell, cells, line: rowLine });
        rowCell = cellEnds.length;
        rowStart = next;
        isCellStart = true;
        rowLine = line;
      };
      while (at < length) {
        if (isQuoted) {
          let byte = 0;
          while (at < length && (byte = bytes[at] ?? 0) !== quote) {
            if (byte === lineEnd) line += 1;
            at += 1;
          }
          if (at >= length) break;
          if (at + 1 >= length && !isLast) break;
          const isDoubled = at + 1 < length && bytes[at + 1] === quote;
          if (!isDoubled) isQuoted = false;
          at += isDoubled ? 2 : 1;
          continue;
        }
        if (isCellStart) {
          isCellStart = false;
          if (bytes[at] === quote) {
            isQuoted = true;
            quoteLine = line;
            at += 1;
            continue;
          }
        }
        let byte = 0;
        while (at < length && (byte = bytes[at] ?? 0) !== delimiter && byte !== lineEnd) at += 1;
        if (at >= length) break;
        at += 1;
        if (byte === delimiter) {
          cellEnds.push(at - 1);
          isCellStart = true;
        } else {
          line += 1;
          const hasReturn = lineEnd === lf && at - 2 >= rowStart && bytes[at - 2] === cr;
          close(hasReturn ? at - 2 : at - 1, at);
        }
      }
      if (isLast && !isQuoted && rowStart < length) close(length, length);
      return rows;
    },
    shift(consumed) {
      at -= consumed;
      rowStart -= consumed;
      for (let index = rowCell; index < cellEnds.length; index += 1)
        cellEnds[index] = (cellEnds[index] ?? 0) - consumed;
    },
    openQuotes: () => (isQuoted ? quoteLine : null),
    openCells: () => cellEnds.length - rowCell,
  };
}
