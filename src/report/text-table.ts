// Rows of plain cells → a table that fits the width it is given, and paragraphs that do.

/** Cuts to `width` with an ellipsis as the last character. */
function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Breaks at blanks, keeps those at the start; the lines after the first begin with `indent`. A word longer than the line stays whole. */
export function wrapText(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? "";
  const start = line;
  for (const word of text.trimStart().split(/ +/)) {
    const joined = line === "" || line === start ? line + word : `${line} ${word}`;
    const room = width - (lines.length === 0 ? 0 : indent.length);
    if (line !== "" && joined.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = joined;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}

const gap = "  ";

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const count = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
}

/** Takes the overhang off the widest columns, none below six characters. */
function shrunk(widths: readonly number[], total: number): number[] {
  const result = [...widths];
  let overhang = result.reduce((sum, width) => sum + width + gap.length, -gap.length) - total;
  while (overhang > 0) {
    const widest = Math.max(...result);
    if (widest <= 6) break;
    result[result.indexOf(widest)] = widest - 1;
    overhang -= 1;
  }
  return result;
}

/** Cells must be plain and of one line. `paint` may colour a padded cell; it must not change its visible length. */
export function renderTable(
  rows: readonly (readonly string[])[],
  width: number,
  paint: (cell: string, row: number, column: number) => string = (cell) => cell,
): string {
  const widths = shrunk(widthsOf(rows), width);
  return rows
    .map((row, rowAt) =>
      row
        .map((cell, at) => {
          const fitted = cut(cell, widths[at] ?? 0);
          const padding = at === row.length - 1 ? "" : " ".repeat((widths[at] ?? 0) - fitted.length);
          return paint(fitted, rowAt, at) + padding;
        })
        .join(gap),
    )
    .join("\n");
}
