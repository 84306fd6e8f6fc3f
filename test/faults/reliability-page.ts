// docs/reliability.md: the part between two markers, read or written.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../../docs/reliability.md", import.meta.url));
const begin = (name: string) => `<!-- fault table: ${name} -->\n`;
const end = (name: string) => `\n<!-- end of fault table: ${name} -->`;

/** The table as it stands in the page; throws where its markers are missing. */
export function readPart(name: string): string {
  return splitPage(name).part;
}

/** Puts the table in; in one go, so that other tables written at the same time are kept. */
export function writePart(name: string, part: string): void {
  const { before, after } = splitPage(name);
  writeFileSync(page, `${before}${part}${after}`);
}

function splitPage(name: string): { before: string; part: string; after: string } {
  const text = readFileSync(page, "utf8");
  const [from, to] = [text.indexOf(begin(name)), text.indexOf(end(name))];
  if (from < 0 || to < 0) throw new Error(`docs/reliability.md has no markers for ${name}`);
  const start = from + begin(name).length;
  return { before: text.slice(0, start), part: text.slice(start, to), after: text.slice(to) };
}
