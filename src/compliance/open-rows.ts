// Rows of an export and keys → which cells open with which key, and what each row is: plain, opened, in part, or closed.
import type { ArchiveColumn } from "./csv-columns.ts";
import type { CsvRow } from "./csv-rows.ts";
import { endOfText, judgePlain } from "./judge-plain.ts";
import { blockBytes, type KeyOpener } from "./key-opener.ts";
import { type CellLook, lookAtCell } from "./sealed-cell.ts";

/** Why a cell stays closed. */
export const closedReasons = ["cut", "spoiled", "no-key", "wrong-iv", "other-shape", "damaged"] as const;
export type ClosedReason = (typeof closedReasons)[number];

export interface OpenedCell {
  readonly column: ArchiveColumn;
  /** The raw cell in the window. */
  readonly from: number;
  readonly to: number;
  /** Index of the key, and where its text is. */
  readonly key: number;
  readonly text: Buffer;
  readonly textFrom: number;
  readonly textTo: number;
}

export interface ClosedCell {
  readonly column: ArchiveColumn;
  readonly reason: ClosedReason;
}

/** `opened` in the order of the columns. A row with neither opened nor closed cells is plain. */
export interface OpenedRow {
  readonly row: CsvRow;
  readonly opened: readonly OpenedCell[];
  readonly closed: readonly ClosedCell[];
}

interface Cell {
  readonly column: ArchiveColumn;
  readonly from: number;
  readonly to: number;
  readonly look: CellLook;
  readonly at: number;
  readonly length: number;
  key: number;
  /** What it opens to, by the key that fits or, if none does, the first that gives text of another shape. */
  isFitting: boolean;
  text: Buffer | null;
  textTo: number;
  textFrom: number;
  hasOtherIv: boolean;
}

interface Facts {
  readonly row: CsvRow;
  readonly cells: readonly Cell[];
  /** A JID or a packet stands there in plain text. */
  readonly isKnownPlain: boolean;
}

export interface RowWindow {
  readonly bytes: Buffer;
  readonly rows: readonly CsvRow[];
  readonly cellEnds: readonly number[];
}

/** Remembers from one call to the next which key fitted last. */
export function openRowOpener(
  columns: readonly ArchiveColumn[],
  openers: readonly KeyOpener[],
): (window: RowWindow) => OpenedRow[] {
  const sorted = columns.toSorted((a, b) => a.index - b.index);
  let room = Buffer.alloc(1 << 20);
  let order = openers.map((_opener, index) => index);
  return (window) => {
    const most = window.bytes.length + blockBytes * window.rows.length * sorted.length + blockBytes;
    if (room.length < most) room = Buffer.alloc(most);
    const facts = lookAtRows(window, sorted, room);
    let closed = facts.flatMap(({ cells }) => cells.filter(({ look }) => look === "sealed"));
    let last = order[0] ?? 0;
    for (const key of order) {
      const opener = openers[key];
      if (closed.length === 0 || opener === undefined) break;
      const before = closed.length;
      tryKey(opener, key, closed, room);
      closed = closed.filter((cell) => !cell.isFitting);
      if (closed.length < before) last = key;
    }
    order = [last, ...order.filter((key) => key !== last)];
    return facts.map(settle);
  };
}

function lookAtRows({ bytes, rows, cellEnds }: RowWindow, columns: readonly ArchiveColumn[], room: Buffer) {
  let at = 0;
  return rows.map((row): Facts => {
    const cells: Cell[] = [];
    let isKnownPlain = false;
    for (const column of columns) {
      if (column.index >= row.cells) break;
      const nth = row.firstCell + column.index;
      const from = column.index === 0 ? row.start : (cellEnds[nth - 1] ?? 0) + 1;
      const to = cellEnds[nth] ?? from;
      const { look, length } = lookAtCell(bytes, [from, to], column.shape, room, at + blockBytes);
      if (look === "plain" || look === "word") isKnownPlain ||= column.shape !== "text";
      if (look === "empty" || look === "plain") continue;
      const tried = { key: -1, isFitting: false, text: null, textFrom: 0, textTo: 0, hasOtherIv: false };
      cells.push({ column, from, to, look, at, length, ...tried });
      if (look === "sealed") at += blockBytes + length;
    }
    return { row, cells, isKnownPlain };
  });
}

/** Opens every cell with this key, and marks those that fit. What stands between them in `room` is opened along with them, unread. */
function tryKey(opener: KeyOpener, key: number, cells: readonly Cell[], room: Buffer): void {
  const [first, last] = [cells[0], cells.at(-1)];
  if (first === undefined || last === undefined) return;
  const begin = first.at;
  const starts = cells.map(({ at }) => at - begin);
  const text = opener.decrypt(room.subarray(begin, last.at + blockBytes + last.length), starts);
  for (const cell of cells) {
    const from = cell.at - begin + blockBytes;
    const end = endOfText(text, from, from + cell.length);
    if (end < 0) continue;
    const verdict = judgePlain(text, from, end, cell.column.shape);
    if (verdict === "first-block") cell.hasOtherIv = true;
    if (verdict !== "fits" && (verdict !== "other-shape" || cell.text !== null)) continue;
    cell.key = key;
    cell.isFitting = verdict === "fits";
    cell.text = text;
    cell.textFrom = from;
    cell.textTo = end;
  }
}

/** One cell whose shape proves a key proves it for its row: what is text there is then right without its shape. */
function settle({ row, cells, isKnownPlain }: Facts): OpenedRow {
  const proofs = cells.filter(({ column, isFitting }) => isFitting && column.shape !== "text");
  const isProven = proofs.length > 0;
  const opened: OpenedCell[] = [];
  const closed: ClosedCell[] = [];
  for (const cell of cells) {
    const { column, from, to, key, text, textFrom, textTo } = cell;
    const isTextOnly = column.shape === "text";
    if (isTextOnly && isKnownPlain && !isProven) continue;
    if (column.isDoubtful && !isProven) continue;
    const isRight = cell.isFitting || proofs.some((proof) => proof.key === key);
    if (text !== null && isRight) opened.push({ column, from, to, key, text, textFrom, textTo });
    else {
      const reason = reasonOf(cell, isProven);
      if (reason !== null && !column.isDoubtful) closed.push({ column, reason });
    }
  }
  return { row, opened, closed };
}

function reasonOf({ look, text, hasOtherIv, column }: Cell, isProven: boolean): ClosedReason | null {
  switch (look) {
    case "cut":
      return "cut";
    case "spoiled":
      return isProven || column.shape === "jid" ? "spoiled" : null;
    case "word":
      return isProven ? "cut" : null;
    case "sealed":
      if (isProven) return "damaged";
      return hasOtherIv ? "wrong-iv" : text === null ? "no-key" : "other-shape";
    case "empty":
    case "plain":
      return null;
  }
}
