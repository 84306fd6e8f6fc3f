// Text from elsewhere → text that is safe between tags and inside quoted attributes of HTML and SVG.
import { plainLine, plainText } from "./plain-text.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** On one line; what would steer a terminal or turn the reading direction is spelled out. */
export function htmlLine(text: string): string {
  return escaped(plainLine(text));
}

/** As `htmlLine`, with the line ends kept: for `pre`. */
export function htmlBlock(text: string): string {
  return escaped(plainText(text));
}

/** A table; the cells are HTML already. The first cell of a row names it. */
export function htmlTable(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const head = heads.map((cell) => `<th scope="col">${htmlLine(cell)}</th>`).join("");
  const body = rows.map(([first = "", ...rest]) => {
    return `<tr><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  return [
    `<div class="wide" tabindex="0" role="region" aria-label="${htmlLine(caption)}"><table>`,
    `<caption>${htmlLine(caption)}</caption>`,
    `<thead><tr>${head}</tr></thead>`,
    `<tbody>${body.join("\n")}</tbody>`,
    "</table></div>",
  ].join("\n");
}

/** Where a long word (a digest, a serial number) may break. */
export function htmlCode(text: string): string {
  return `<code>${htmlLine(text)}</code>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
