// The schema of playbooks → docs/playbook.schema.json and the reference part of docs/playbooks.md, between two markers.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { playbookSchemaJson } from "../../src/playbook/playbook-schema.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = `${root}docs/playbooks.md`;
const schemaFile = `${root}docs/playbook.schema.json`;
const [begin, end] = ["<!-- reference: begin -->", "<!-- reference: end -->"];

interface Schema {
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | false;
}

/** The part as Markdown: the file, its parameters, the window, then every verb with its fields. */
export function renderReference(): string {
  const file = playbookSchemaJson() as Schema;
  const verbs = part(file, "steps").items?.oneOf ?? [];
  const types = (part(file, "parameters").additionalProperties || {}).oneOf ?? [];
  const always = ["id", "verb", "fromRelease", "belowRelease", "onlyIn"];
  const [first = {}] = types;
  return [
    "### The file",
    ...fieldTable(file),
    "### A parameter",
    ...fieldTable(first, ["type"]),
    "`type` is one of:",
    "",
    "| type | a value of it |",
    "|---|---|",
    ...types.map((type) => `| \`${part(type, "type").const}\` | ${type.description} |`),
    "",
    "### `window`",
    ...fieldTable(part(file, "window")),
    "### Every step",
    "`id` and `verb` are required. `preflight` has no releases, as it is what finds the release out.",
    ...fieldTable(verbs.find((verb) => "fromRelease" in (verb.properties ?? {})) ?? {}, ["verb"], always),
    ...verbs.flatMap((verb) => {
      const own = Object.keys(verb.properties ?? {}).filter((name) => !always.includes(name));
      const head = [`### \`${part(verb, "verb").const}\``, "", verb.description ?? ""];
      return own.length === 0 ? [...head, ""] : [...head, ...fieldTable(verb, [], own)];
    }),
  ]
    .join("\n")
    .trimEnd();
}

function part(schema: Schema, name: string): Schema {
  return schema.properties?.[name] ?? {};
}

function fieldTable(
  schema: Schema,
  without: readonly string[] = [],
  only: readonly string[] = Object.keys(schema.properties ?? {}),
): string[] {
  const names = only.filter((name) => name in (schema.properties ?? {}) && !without.includes(name));
  const rows = names.map((name) => {
    const field = part(schema, name);
    const isRequired = schema.required?.includes(name) === true;
    return `| \`${name}\` | ${isRequired ? "yes" : "no"} | ${kindOf(field, name)} | ${field.description ?? ""} |`;
  });
  return ["", "| field | required | value | |", "|---|---|---|---|", ...rows, ""];
}

function kindOf(schema: Schema, name = ""): string {
  if (name === "default") return "a value of its type";
  const own = schema.anyOf?.[0] ?? schema;
  if (own.enum !== undefined) return own.enum.map((word) => `\`${word}\``).join(", ");
  if (own.type === "array") return own.items?.enum === undefined ? "list" : `list of ${kindOf(own.items)}`;
  if (own.type === "object") return "mapping";
  if (own.type === "string") return "text";
  return own.type === "boolean" ? "`true` or `false`" : (own.type ?? "any");
}

/** The part as it stands in the page; empty where there is none. */
export function readReference(): string {
  const text = readFileSync(page, "utf8");
  return text.slice(text.indexOf(begin) + begin.length + 1, text.indexOf(end) - 1);
}

/** Schema file as it stands. */
export function readSchemaFile(): unknown {
  return JSON.parse(readFileSync(schemaFile, "utf8"));
}

/** Writes both anew. */
export function writeReference(): void {
  const text = readFileSync(page, "utf8");
  const [before, after] = [text.slice(0, text.indexOf(begin)), text.slice(text.indexOf(end) + end.length)];
  writeFileSync(page, `${before}${begin}\n${renderReference()}\n${end}${after}`);
  writeFileSync(schemaFile, `${JSON.stringify(playbookSchemaJson(), null, 2)}\n`);
  execFileSync("npx", ["biome", "format", "--write", schemaFile], { cwd: root, stdio: "ignore" });
}
