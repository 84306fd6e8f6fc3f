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

/** A cell while keys are tried: what it opens to, by the key that fits or else the first that gives text of another shape. */
interface Cell {
  readonly column: ArchiveColumn;
  readonly from: number;
  readonly to: number;
  readonly look: CellLook;
  /** Where the room before its bytes begins, and how many they are. */
  readonly at: number;
  readonly length: number;
  /** -1: none. */
  key: number;
  isFitting: boolean;
  text: Buffer;
  textFrom: number;
  textTo: number;
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
  let room = Buffer.allocUnsafe(1 << 16);
  let order = openers.map((_opener, index) => index);
  return (window) => {
    const most = window.bytes.length + blockBytes * (window.rows.length * sorted.length + 1);
    if (room.length < most) room = Buffer.allocUnsafe(most);
    const sealed: Cell[] = [];
    const facts = window.rows.map((row) => lookAtRow(row, window, sorted, room, sealed));
    let closed = sealed;
    let last = order[0] ?? 0;
    for (const key of order) {
      const opener = openers[key];
      if (closed.length === 0 || opener === undefined) break;
      tryKey(opener, key, closed, room);
      const left = closed.filter((cell) => !cell.isFitting);
      if (left.length < closed.length) last = key;
      closed = left;
    }
    order = [last, ...order.filter((key) => key !== last)];
    return facts.map(settle);
  };
}

const nothing = Buffer.alloc(0);
const nobody: readonly Cell[] = [];

/** Adds the cells that look sealed to `sealed`, their bytes one behind the other in `room`. */
function lookAtRow(
  row: CsvRow,
  { bytes, cellEnds }: RowWindow,
  columns: readonly ArchiveColumn[],
  room: Buffer,
  sealed: Cell[],
): Facts {
  let cells: Cell[] | null = null;
  let isKnownPlain = false;
  const before = sealed.at(-1);
  let at = before === undefined ? 0 : before.at + blockBytes + before.length;
  const decoded = { bytes: 0 };
  for (const column of columns) {
    if (column.index >= row.cells) break;
    const nth = row.firstCell + column.index;
    const from = column.index === 0 ? row.start : (cellEnds[nth - 1] ?? 0) + 1;
    const to = cellEnds[nth] ?? from;
    const look = lookAtCell(bytes, from, to, column.shape, room, at + blockBytes, decoded);
    if (look === "plain" || look === "word") isKnownPlain ||= column.shape !== "text";
    if (look === "empty" || look === "plain") continue;
    const length = decoded.bytes;
    const cell: Cell = {
      column,
      from,
      to,
      look,
      at,
      length,
      key: -1,
      isFitting: false,
      text: nothing,
      textFrom: 0,
      textTo: 0,
      hasOtherIv: false,
    };
    cells ??= [];
    cells.push(cell);
    if (look !== "sealed") continue;
    sealed.push(cell);
    at += blockBytes + length;
  }
  return { row, cells: cells ?? nobody, isKnownPlain };
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
    if (verdict !== "fits" && (verdict !== "other-shape" || cell.key >= 0)) continue;
    cell.key = key;
    cell.isFitting = verdict === "fits";
    cell.text = text;
    cell.textFrom = from;
    cell.textTo = end;
  }
}

const noneOpened: readonly OpenedCell[] = [];
const noneClosed: readonly ClosedCell[] = [];

/** One cell whose shape proves a key proves it for its row: what is text there is then right without its shape. */
function settle({ row, cells, isKnownPlain }: Facts): OpenedRow {
  if (cells.length === 0) return { row, opened: noneOpened, closed: noneClosed };
  const isProven = cells.some(isProof);
  const opened: OpenedCell[] = [];
  let closed = noneClosed;
  for (const cell of cells) {
    const isLikelyPlain = isKnownPlain && cell.column.shape === "text" && !cell.isFitting;
    if (!isProven && (isLikelyPlain || cell.column.isDoubtful)) continue;
    if (cell.isFitting || (cell.key >= 0 && cells.some((other) => isProof(other) && other.key === cell.key)))
      opened.push(cell);
    else if (!cell.column.isDoubtful) {
      const reason = reasonOf(cell, isProven);
      if (reason !== null) closed = [...closed, { column: cell.column, reason }];
    }
  }
  return { row, opened, closed };
}

function isProof({ isFitting, column }: Cell): boolean {
  return isFitting && column.shape !== "text";
}

function reasonOf({ look, key, hasOtherIv, column }: Cell, isProven: boolean): ClosedReason | null {
  switch (look) {
    case "cut":
      return "cut";
    case "spoiled":
      return isProven || column.shape === "jid" ? "spoiled" : null;
    case "word":
      return isProven ? "cut" : null;
    case "sealed":
      if (isProven) return "damaged";
      return hasOtherIv ? "wrong-iv" : key < 0 ? "no-key" : "other-shape";
    case "empty":
    case "plain":
      return null;
  }
}
