// Source text in, its imports and comment-free code out: read without the compiler, so that the walls rest on nothing else.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path/posix";
import { fileURLToPath } from "node:url";

/** One import, export-from, dynamic import or require; `line` counts from 1, `to` is the text as written. */
export interface Import {
  readonly to: string;
  readonly line: number;
  readonly isTypeOnly: boolean;
}

/** A TypeScript file by its path from the project's root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** The project's root, with a slash at its end. */
export const projectRoot = fileURLToPath(new URL("../../", import.meta.url));

/** Every `.ts` file below the folders, sorted by path. */
export function loadSourceFiles(folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(projectRoot, path), text: readFileSync(path, "utf8") }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The code with comments blanked and every line and column kept; strings and regular expressions stay as they are. */
export function withoutComments(text: string): string {
  const piece =
    /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|(?<=[=(,:[!&|?{;\n]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replace(piece, (found) =>
    found.startsWith("//") || found.startsWith("/*") ? found.replace(/[^\n]/g, " ") : found,
  );
}

const forms: readonly { readonly pattern: RegExp; readonly hasClause: boolean }[] = [
  {
    pattern: /^[ \t]*(?:import|export)\s+(type\s)?\s*[\w\s{},*$]*?\s*from\s*["']([^"'\n]+)["']/gm,
    hasClause: true,
  },
  { pattern: /^[ \t]*import\s*["']([^"'\n]+)["']/gm, hasClause: false },
  { pattern: /\b(?:import|require)\s*\(\s*["'`]([^"'`\n]+)["'`]/g, hasClause: false },
];

/** Every import of a file. `import { type A }` counts as an import of values: it still runs the module. */
export function parseImports(text: string): Import[] {
  const code = withoutComments(text);
  const found = forms.flatMap(({ pattern, hasClause }) =>
    [...code.matchAll(pattern)].map((match) => {
      const to = (hasClause ? match[2] : match[1]) ?? "";
      const end = match.index + match[0].length;
      return {
        to,
        line: code.slice(0, end).split("\n").length,
        isTypeOnly: hasClause && match[1] !== undefined,
      };
    }),
  );
  return found.sort((a, b) => a.line - b.line);
}

/** Where an import leads: a path from the project's root, or null for a package or a part of Node. */
export function pathOf(file: SourceFile, to: string): string | null {
  return to.startsWith(".") ? join(dirname(file.path), to) : null;
}

/** `ssh2/lib/client.js` → `ssh2`, `@scope/name/x` → `@scope/name`; null for a path and for `node:fs`. */
export function packageOf(to: string): string | null {
  if (to.startsWith(".") || to.startsWith("/") || to.startsWith("node:")) return null;
  return to.split("/", to.startsWith("@") ? 2 : 1).join("/");
}
