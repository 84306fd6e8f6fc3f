// Decoded terminal text in, the lines a person would see out: ANSI dropped, backspace, bare CR and ESC[K applied. Any split is the same.

/** A one-line terminal: finished lines, and the line being written. */
export interface Screen {
  write(text: string): void;
  /** Finished lines since `reset`. */
  readonly lines: readonly string[];
  /** The line without its end yet. */
  readonly line: string;
  /** Column in `line` behind the last ESC[K: a prompt may stand there. */
  readonly erasedFrom: number;
  /** Characters kept. */
  readonly size: number;
  /** Takes a pager's text out of the line; blanks behind it go with the ESC[K that erases it on the wire. */
  cut(column: number): void;
  reset(): void;
}

const printable = /[^\x00-\x08\x0a-\x1f\x7f]+/y;
const csi = /^\x1b\[([\d;?]*)[ -/]*([@-~])$/;
const longestEscape = 256;
/** Nobody edits a longer line: from there on the cursor stays at its end, else every key would cost the whole line. */
const longestEdited = 8_192;

function isWholeEscape(escape: string): boolean {
  const second = escape[1];
  if (second === undefined) return false;
  if (second === "[") return escape.length > 2 && /[@-~]$/.test(escape);
  if (second === "]") return /(?:\x07|\x1b\\)$/.test(escape);
  return /[ -/]/.test(second) ? escape.length > 2 : true;
}

export function createScreen(): Screen {
  let lines: string[] = [];
  let finishedSize = 0;
  let line = "";
  let cursor = 0;
  let escape = "";
  let erasedFrom = 0;
  let cutAt: number | null = null;
  let hasJustErased = false;
  let hasJustBackspaced = false;

  const put = (run: string) => {
    line =
      cursor === line.length ? line + run : line.slice(0, cursor) + run + line.slice(cursor + run.length);
    cursor += run.length;
    hasJustErased = hasJustBackspaced && run === " " && cursor === line.length;
    hasJustBackspaced = false;
  };
  const backspace = () => {
    if (line.length > longestEdited) return;
    cursor = Math.max(0, cursor - 1);
    if (hasJustErased) line = line.slice(0, cursor);
    hasJustErased = false;
    hasJustBackspaced = true;
  };
  const finishLine = () => {
    lines.push(line);
    finishedSize += line.length + 1;
    line = "";
    cursor = 0;
    erasedFrom = 0;
    cutAt = null;
  };
  const eraseLine = (mode: string) => {
    if (mode === "1") {
      line = " ".repeat(cursor) + line.slice(cursor);
      return;
    }
    if (mode === "2") cursor = 0;
    if (cutAt !== null && cursor > cutAt) cursor = cutAt;
    line = line.slice(0, cursor);
    erasedFrom = cursor;
    cutAt = null;
  };
  const obey = (sequence: string) => {
    const match = line.length > longestEdited ? null : csi.exec(sequence);
    if (match === null) return;
    const [, parameters = "", final] = match;
    const count = Math.max(1, Number.parseInt(parameters, 10) || 1);
    if (final === "K" || final === "J") eraseLine(parameters);
    else if (final === "D") cursor = Math.max(0, cursor - count);
    else if (final === "C") cursor = Math.min(line.length, cursor + count);
    else if (final === "G") cursor = Math.min(line.length, count - 1);
    else if (final === "P") line = line.slice(0, cursor) + line.slice(cursor + count);
  };
  const control = (character: string) => {
    if (character === "\n") finishLine();
    else if (character === "\r") cursor = line.length > longestEdited ? line.length : 0;
    else if (character === "\b") backspace();
    else if (character === "\x1b") escape = character;
    if (character !== "\b") hasJustErased = hasJustBackspaced = false;
  };

  return {
    get lines() {
      return lines;
    },
    get line() {
      return line;
    },
    get erasedFrom() {
      return erasedFrom;
    },
    get size() {
      return finishedSize + line.length;
    },
    write(text) {
      let at = 0;
      while (at < text.length) {
        if (escape !== "") {
          escape += text[at] ?? "";
          at += 1;
          if (isWholeEscape(escape)) {
            obey(escape);
            escape = "";
          } else if (escape.length > longestEscape) escape = "";
          continue;
        }
        printable.lastIndex = at;
        const run = printable.exec(text)?.[0];
        if (run === undefined) {
          control(text[at] ?? "");
          at += 1;
        } else {
          put(run);
          at += run.length;
        }
      }
    },
    cut(column) {
      line = line.slice(0, column);
      cursor = column;
      cutAt = column;
    },
    reset() {
      lines = [];
      finishedSize = 0;
      line = "";
      cursor = 0;
      erasedFrom = 0;
      cutAt = null;
    },
  };
}
