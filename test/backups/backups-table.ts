// What backups in trouble ended in → their part of docs/reliability.md, between two markers; the rest of the page is somebody else's.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../../docs/reliability.md", import.meta.url));
const [begin, end] = ["<!-- backups: begin -->", "<!-- backups: end -->"];

export interface TroubleRow {
  readonly vault: "sftp" | "directory";
  readonly label: string;
  readonly exit: number;
  readonly outcome: string;
  readonly error: string | null;
  readonly published: readonly string[];
  readonly left: readonly string[];
}

/** The part as Markdown. */
export function renderBackupsTable(rows: readonly TroubleRow[]): string {
  const cells = rows.map(({ vault, label, exit, outcome, error, published, left }) => {
    const how = error === null ? outcome : `${outcome} (${error})`;
    return `| ${[vault, label, exit, how, published.join(", ") || "-", left.join(", ") || "-"].join(" | ")} |`;
  });
  return [
    "## Backups in trouble",
    "",
    `${rows.length} troubles of \`backup run\`, each carried out on 11.5 and on 15 with the same end, over SSH and SFTP against the lab; *sftp* is a vault on`,
    "an SFTP server, *directory* one in a folder with itlctl's own receiver. After each, nothing listens any more, and no password is in what was printed.",
    "*Published* is the proof that the manifest says; it never says more than was proven. *Left* is what lies in `incoming` afterwards.",
    "",
    "| vault | trouble | exit | ended | published | left |",
    "|---|---|--:|---|---|---|",
    ...cells,
    "",
    "A byte that was changed inside what only the password opens cannot be told from a password that does not open it: such a file is kept as `unopened`,",
    "with a warning, and nothing more is said of it.",
  ].join("\n");
}

/** The part as it stands in the page; empty where there is none. */
export function readBackupsPart(): string {
  const text = readFileSync(page, "utf8");
  return text.includes(begin)
    ? text.slice(text.indexOf(begin) + begin.length + 1, text.indexOf(end) - 1)
    : "";
}

/** Puts the part into the page, at its end where there is none yet. */
export function writeBackupsPart(part: string): void {
  const known = readFileSync(page, "utf8");
  const text = known.includes(begin) ? known : `${known.trimEnd()}\n\n${begin}\n${end}\n`;
  const [before, after] = [text.slice(0, text.indexOf(begin)), text.slice(text.indexOf(end) + end.length)];
  writeFileSync(page, `${before}${begin}\n${part}\n${end}${after}`);
}
