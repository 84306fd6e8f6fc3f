// A document → `label: value` lines for screen readers: one fact a line, a block for each part, no columns and no symbols.
import { plainLine } from "./plain-text.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Where nothing is a fact by itself; any other fact that is absent is left out. */
const absent: Readonly<Record<string, string>> = { itl: "none", served: "not fetched" };
/** For machines only. */
const unread = new Set(["fingerprint"]);

const symbols: readonly (readonly [RegExp, string])[] = [
  [/→/g, "to"],
  [/…/g, "..."],
  [/[“”]/g, '"'],
  [/[‘’]/g, "'"],
  [/\s*[•✔✖]\s*/g, " "],
];

/** Text of one line without the signs that are read out as noise. */
export function plainWords(text: string): string {
  return plainLine(symbols.reduce((said, [sign, word]) => said.replace(sign, word), text));
}

/** `signerSerial` → `signer serial`. */
function labelOf(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
}

/** `nodes` → `node`, `taken entries` → `taken entry`; `dns` is one already. */
function singular(label: string): string {
  return label.replace(/ies$/, "y").replace(/(?<=[^s])(?<!\bdn)s$/, "");
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function said(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return plainWords(String(value));
}

interface Part {
  /** `label: value`. */
  readonly facts: readonly string[];
  /** What stands in blocks of its own below them. */
  readonly blocks: readonly string[];
}

function partOf(key: string, value: unknown, prefix: string, place: string): Part {
  const label = `${prefix}${labelOf(key)}`;
  const facts = (...lines: string[]): Part => ({ facts: lines, blocks: [] });
  if (unread.has(key)) return facts();
  if (value === null || value === undefined || value === "") {
    return absent[key] === undefined ? facts() : facts(`${label}: ${absent[key]}`);
  }
  if (isFields(value)) return partsOf(value, `${label} `, place);
  if (!Array.isArray(value)) return facts(`${label}: ${said(value)}`);
  const items: readonly unknown[] = value.flat(Infinity);
  if (items.length === 0) return facts(`${label}: none`);
  if (!items.some(isFields)) return facts(...items.map((each) => `${singular(label)}: ${said(each)}`));
  const blocks = items.map((each, at) => {
    const title = `${place}${singular(label)} ${at + 1} of ${items.length}`;
    return isFields(each) ? renderBlock(title, each) : `${title}: ${said(each)}`;
  });
  return { facts: [], blocks };
}

function partsOf(fields: Fields, prefix: string, place: string): Part {
  const parts = Object.entries(fields).map(([key, value]) => partOf(key, value, prefix, place));
  return { facts: parts.flatMap(({ facts }) => facts), blocks: parts.flatMap(({ blocks }) => blocks) };
}

function renderBlock(title: string, fields: Fields): string {
  const { facts, blocks } = partsOf(fields, "", title === "" ? "" : `${title}, `);
  const head = [...(title === "" ? [] : [title]), ...facts].join("\n");
  return [...(head === "" ? [] : [head]), ...blocks].join("\n\n");
}

/** Lines are not wrapped: whoever reads them out, or the terminal, does that. */
export function renderPlainDocument(document: object): string {
  return renderBlock("", { ...document });
}
