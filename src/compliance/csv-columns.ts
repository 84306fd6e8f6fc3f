// Names of the header → which columns are opened, and what each must look like.
import type { Shape } from "./judge-plain.ts";

/** A column of the file that may hold encrypted values. */
export interface ArchiveColumn {
  /** As the header spells it. */
  readonly name: string;
  /** From 0. */
  readonly index: number;
  readonly shape: Shape;
  /** Nobody is known to encrypt it: what does not open in it is not told as closed. */
  readonly isDoubtful: boolean;
}

/** The four that the archiver is known to encrypt. */
export const encryptedColumns = ["to_jid", "from_jid", "body_string", "message_string"] as const;

/** Used above 4000 characters instead of `*_string`; whether they are encrypted is not documented. */
const longColumns = ["body_text", "message_text"];
const doubtfulColumns = ["subject", "thread_id"];

export interface FoundColumns {
  readonly columns: readonly ArchiveColumn[];
  /** Of those asked for. */
  readonly missing: readonly string[];
}

/** `asked` null: those of the archive. A name that the header has twice counts twice. */
export function findColumns(header: readonly string[], asked: readonly string[] | null): FoundColumns {
  const wanted = (asked ?? encryptedColumns).map(plainName);
  const also = asked === null ? [...longColumns, ...doubtfulColumns] : [];
  const names = header.map(plainName);
  const columns = names.flatMap((name, index): ArchiveColumn[] =>
    wanted.includes(name) || also.includes(name)
      ? [
          {
            name: header[index] ?? name,
            index,
            shape: shapeOf(name),
            isDoubtful: asked === null && doubtfulColumns.includes(name),
          },
        ]
      : [],
  );
  return { columns, missing: wanted.filter((name) => !names.includes(name)) };
}

/** `archive_key`, or with a number behind it where the header has that already. */
export function nameOfKeyColumn(header: readonly string[]): string {
  const names = new Set(header.map(plainName));
  let name = "archive_key";
  for (let number = 2; names.has(name); number += 1) name = `archive_key_${number}`;
  return name;
}

/** Case, blanks and brackets around a name do not count. */
function plainName(name: string): string {
  return name
    .trim()
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
}

function shapeOf(name: string): Shape {
  if (name.endsWith("_jid")) return "jid";
  return name === "message_string" || name === "message_text" ? "packet" : "text";
}
