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
  scan(bytes: Buffer, length: number, isLast: boolean): CsvRow[];
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

/**
 * A quote inside an unquoted cell is a character like others, and so is what stands between closing quotes and the
 * delimiter. Where `leastCells` is given, a LF without CR ends a row only behind so many cells: in a file whose lines end
 * with CR LF it is mostly part of a text that has no quotes.
 */
export function openRowScanner(
  { delimiter, lineEnd }: CsvForm,
  firstLine: number,
  leastCells = 0,
): RowScanner {
  const cellEnds: number[] = [];
  /** Where the next call goes on. */
  const kept = { at: 0, rowStart: 0, rowLine: firstLine, line: firstLine, quoteLine: firstLine };
  let isOpenQuoted = false;
  let isAtCellStart = true;
  /** Cells before this one are of rows that were given. */
  let rowCell = 0;

  return {
    cellEnds,
    scan(bytes, length, isLast) {
      const rows: CsvRow[] = [];
      if (rowCell > 0) cellEnds.splice(0, rowCell);
      // Locals, and Node's own search: cells are long, and this is a large part of all work.
      let { at, rowStart, rowLine, line, quoteLine } = kept;
      let isQuoted = isOpenQuoted;
      let isCellStart = isAtCellStart;
      let firstCell = 0;
      const searched = bytes.subarray(0, length);
      let nextDelimiter = -1;
      let nextLineEnd = -1;
      while (at < length) {
        if (isQuoted) {
          const from = at;
          at = placeOf(searched, quote, at);
          if (nextLineEnd < from) nextLineEnd = placeOf(searched, lineEnd, from);
          for (; nextLineEnd < at; nextLineEnd = placeOf(searched, lineEnd, nextLineEnd + 1)) line += 1;
          if (at >= length || (at + 1 >= length && !isLast)) break;
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
        if (nextDelimiter < at) nextDelimiter = placeOf(searched, delimiter, at);
        if (nextLineEnd < at) nextLineEnd = placeOf(searched, lineEnd, at);
        at = Math.min(nextDelimiter, nextLineEnd) + 1;
        if (at > length) {
          at = length;
          break;
        }
        if (nextDelimiter < nextLineEnd) {
          cellEnds.push(nextDelimiter);
          isCellStart = true;
        } else {
          line += 1;
          const hasReturn = lineEnd === lf && at - 2 >= rowStart && bytes[at - 2] === cr;
          if (!hasReturn && cellEnds.length - firstCell + 1 < leastCells && at - 1 > rowStart) continue;
          isCellStart = true;
          const end = hasReturn ? at - 2 : at - 1;
          cellEnds.push(end);
          const cells = cellEnds.length - firstCell;
          rows.push({ start: rowStart, end, next: at, firstCell, cells, line: rowLine });
          firstCell = cellEnds.length;
          rowStart = at;
          rowLine = line;
        }
      }
      if (isLast && !isQuoted && rowStart < length) {
        cellEnds.push(length);
        const cells = cellEnds.length - firstCell;
        rows.push({ start: rowStart, end: length, next: length, firstCell, cells, line: rowLine });
        firstCell = cellEnds.length;
        rowStart = length;
      }
      Object.assign(kept, { at, rowStart, rowLine, line, quoteLine });
      isOpenQuoted = isQuoted;
      isAtCellStart = isCellStart;
      rowCell = firstCell;
      return rows;
    },
    shift(consumed) {
      kept.at -= consumed;
      kept.rowStart -= consumed;
      for (let index = rowCell; index < cellEnds.length; index += 1)
        cellEnds[index] = (cellEnds[index] ?? 0) - consumed;
    },
    openQuotes: () => (isOpenQuoted ? kept.quoteLine : null),
    openCells: () => cellEnds.length - rowCell,
  };
}

/** Where the byte comes next; the length where it does not. */
function placeOf(bytes: Buffer, byte: number, from: number): number {
  const found = bytes.indexOf(byte, from);
  return found < 0 ? bytes.length : found;
}
