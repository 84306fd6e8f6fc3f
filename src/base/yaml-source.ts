// YAML text of one file → its value and where each part stands, or its problems as `file:line:column path: what is wrong`.
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  type Scalar,
  visit,
  type YAMLMap,
  YAMLParseError,
} from "yaml";
import type { z } from "zod";
import { schemaComplaints } from "./schema-complaint.ts";
import { duplicateComplaint, isNestedTooDeeply, syntaxComplaint } from "./yaml-syntax.ts";

/** One thing that is wrong in a file; `path` as `clusters.east.nodes[0].name`, empty for the file as a whole. */
export interface SourceProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

/** A path into the value: keys and list positions. */
export type SourcePath = readonly PropertyKey[];

/** One parsed file. With `problems` there, `value` is undefined and `checkAgainst` hands the problems on. */
export interface YamlSource {
  readonly file: string;
  readonly value: unknown;
  readonly problems: readonly SourceProblem[];
  /** The problem at a path: at its value, or at its key; where the path leads nowhere, at the last part that exists. */
  problemAt(path: SourcePath, message: string, at?: "key" | "value"): SourceProblem;
}

/** What `checkAgainst` found; `"problems" in checked` tells the two apart as well. */
export type Checked<Value> =
  | { readonly kind: "valid"; readonly value: Value }
  | { readonly kind: "invalid"; readonly problems: readonly SourceProblem[] };

const mostCharacters = 1_048_576;

/**
 * Reads one YAML document. Duplicate keys, tabs as indentation, anchors, aliases, unknown tags, a second document,
 * deep nesting and more than 1 MiB become problems. Never throws; no text of the file but key names is repeated.
 */
export function readYamlSource(file: string, text: string): YamlSource {
  const whole = (message: string) => brokenSource(file, message);
  if (text.length > mostCharacters) return whole("is larger than 1 MiB");
  const lines = new LineCounter();
  // The tokens are made once, for the depth and for the document: this is half of the time of a large inventory.
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  if (isNestedTooDeeply(tokens)) return whole("is nested more than 32 levels deep");
  const composer = new Composer({ stringKeys: true, uniqueKeys: false });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (document === undefined) throw new Error("the reader of YAML gave no document");
  const place = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (second !== undefined) {
    const at = second.range[0];
    document.errors.push(new YAMLParseError([at, at], "MULTIPLE_DOCS", "a second document"));
  }
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    ...place(error.pos[0]),
    path: "",
    message: syntaxComplaint(error),
  }));
  const brokenLines = new Set(problems.map(({ line }) => line));
  for (const refused of refusedNodes(document)) {
    const problem = { ...place(refused.offset), path: "", message: refused.message };
    if (!brokenLines.has(problem.line)) problems.push(problem);
  }
  return {
    file,
    value: problems.length > 0 ? undefined : (document.toJS() as unknown),
    problems: inOrder(problems),
    problemAt(path, message, at = "value") {
      return { ...place(offsetOf(document, path, at)), path: pathText(path), message };
    },
  };
}

/** A source that could not be read at all: one problem at its first line. */
export function brokenSource(file: string, message: string): YamlSource {
  const problemAt = (path: SourcePath, text: string) => ({
    file,
    line: 1,
    column: 1,
    path: pathText(path),
    message: text,
  });
  return { file, value: undefined, problems: [problemAt([], message)], problemAt };
}

/** The source's value by a schema (zod), or every problem with its position, in the order of the file. */
export function checkAgainst<Value>(source: YamlSource, schema: z.ZodType<Value>): Checked<Value> {
  if (source.problems.length > 0) return { kind: "invalid", problems: source.problems };
  const judged = schemaComplaints(source.value, schema);
  if (judged.kind === "valid") return judged;
  const problems = judged.complaints.map(({ path, message, at }) => source.problemAt(path, message, at));
  return { kind: "invalid", problems: inOrder(problems) };
}

const mostLines = 100;

/** One line per problem: `file:line:column path: what is wrong`; after a hundred lines only how many more there are. */
export function renderProblems(problems: readonly SourceProblem[]): string {
  const lines = problems.slice(0, mostLines).map(renderProblem);
  const rest = problems.length - lines.length;
  return (rest > 0 ? [...lines, `and ${rest} more`] : lines).join("\n");
}

function renderProblem({ file, line, column, path, message }: SourceProblem): string {
  const where = `${file}:${line}:${column}`;
  const text = path === "" ? `${where}: ${message}` : `${where} ${path}: ${message}`;
  // A line break in the name of a file or a field is not the end of a problem.
  return text.replace(/[\n\r]/g, (sign) => (sign === "\n" ? "\\n" : "\\r"));
}

/** Problems of one or several files sorted by file, line and column, the same one only once. */
export function inOrder(problems: readonly SourceProblem[]): SourceProblem[] {
  const sorted = problems.toSorted(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
  const seen = new Set<string>();
  return sorted.filter((problem) => {
    const line = renderProblem(problem);
    return seen.has(line) ? false : seen.add(line);
  });
}

function pathText(path: SourcePath): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += `${text === "" ? "" : "."}${plainKey(String(part))}`;
  }
  return text;
}

function plainKey(key: string): string {
  return /^[\w-]{1,80}$/.test(key) ? key : JSON.stringify(key.slice(0, 80));
}

function offsetOf(document: Document, path: SourcePath, at: "key" | "value"): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, part] of path.entries()) {
    if (isMap(node)) {
      const pair = pairsOf(node).get(String(part));
      if (pair === undefined) return offset;
      const wantsKey = index < path.length - 1 || at === "key";
      offset = (wantsKey ? startOf(pair.key) : startOf(pair.value)) ?? startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === "number") {
      node = node.items[part];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

const pairsByKey = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** The pairs of a mapping by key, the first of each: kept, as a file of a hundred thousand unknown keys asks as often. */
function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known = pairsByKey.get(map);
  if (known !== undefined) return known;
  const keyed = map.items.flatMap((pair) =>
    isScalar(pair.key) ? [[String(pair.key.value), pair] as const] : [],
  );
  const pairs = new Map(keyed.toReversed());
  pairsByKey.set(map, pairs);
  return pairs;
}

function startOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}

/** Keys that stand in a mapping already; asked here because the reader's own check takes time by the square of the keys. */
function keysTwice(map: YAMLMap): Scalar[] {
  const seen = new Set<string>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const isTwice = seen.has(String(key.value));
    seen.add(String(key.value));
    return isTwice ? [key] : [];
  });
}

const plainTag = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/;

function refusedNodes(document: Document): { offset: number; message: string }[] {
  const refused: { offset: number; message: string }[] = [];
  const refuse = (node: Node, message: string) => refused.push({ offset: node.range?.[0] ?? 0, message });
  visit(document, (_, node) => {
    if (isPair(node)) {
      if (isScalar(node.key) && node.key.value === "__proto__")
        refuse(node.key, "__proto__ is not allowed as a key");
    } else if (isAlias(node)) {
      refuse(node, "aliases (*name) are not read here: write the value out");
    } else if (isNode(node)) {
      if (isMap(node)) for (const key of keysTwice(node)) refuse(key, duplicateComplaint(String(key.value)));
      if ("anchor" in node && node.anchor)
        refuse(node, "anchors (&name) are not read here: write the value out");
      if (node.tag && !plainTag.test(node.tag)) refuse(node, "tags (!name) are not read here");
    }
  });
  return refused;
}
