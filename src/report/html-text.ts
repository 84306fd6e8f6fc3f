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

/**
 * A table; the cells are HTML already, the first of a row names it. On a narrow page each row is a card whose cells carry
 * their heads; the roles keep it a table for those who hear it.
 */
export function htmlTable(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  look: "" | "even" = "",
): string {
  const head = heads.map((cell) => `<th scope="col" role="columnheader">${htmlLine(cell)}</th>`).join("");
  const body = rows.map(([first = "", ...rest]) => {
    const cells = rest.map(
      (cell, index) => `<td role="cell" data-head="${htmlLine(heads[index + 1] ?? "")}">${cell}</td>`,
    );
    return `<tr role="row"><th scope="row" role="rowheader">${first}</th>${cells.join("")}</tr>`;
  });
  return [
    `<table role="table"${look === "" ? "" : ` class="${look}"`}>`,
    `<caption>${htmlLine(caption)}</caption>`,
    `<thead role="rowgroup"><tr role="row">${head}</tr></thead>`,
    `<tbody role="rowgroup">${body.join("\n")}</tbody>`,
    "</table>",
  ].join("\n");
}

/** Pairs of a name and HTML. */
export function htmlFacts(facts: readonly (readonly [string, string])[], look: "" | "facts" = ""): string {
  const pairs = facts.map(([name, value]) => `<div><dt>${htmlLine(name)}</dt><dd>${value}</dd></div>`);
  return `<dl${look === "" ? "" : ` class="${look}"`}>${pairs.join("\n")}</dl>`;
}

/** What a machine reads or is told: a digest, a path, a command. */
export function htmlCode(text: string): string {
  return `<code>${htmlLine(text)}</code>`;
}

/** A sentence of ours on one line; what stands in `backticks` is a command. */
export function htmlProse(text: string): string {
  return plainLine(text)
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? `<code>${escaped(part)}</code>` : escaped(part)))
    .join("");
}

/** A serial number or a subject name: broken at its own signs before it is broken anywhere else. */
export function htmlName(text: string): string {
  return plainLine(text)
    .split(/(?<=[:;])/)
    .map(escaped)
    .join("<wbr/>");
}

/** An ISO 8601 UTC time, with a blank where it may break; whoever shows it says that it is UTC. */
export function htmlTime(at: string): string {
  return `<time datetime="${htmlLine(at)}">${htmlLine(timeWords(at))}</time>`;
}

/** `2026-11-20T22:14:03.000Z` → `2026-11-20 22:14:03`; anything else as it is. */
export function timeWords(at: string): string {
  return at.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, "$1 $2");
}

/** A word with the colour of its meaning; the word alone says it too. */
export function htmlWord(word: string, tone: Tone): string {
  return `<span class="word ${tone}">${htmlLine(word)}</span>`;
}

/** `good`: as it should be; `open`: somebody has to look; `bad`: it is not as it should be. */
export type Tone = "good" | "open" | "bad";

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
