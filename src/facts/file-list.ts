// The answer of `file list ... detail` in; files and folders out.
import { answerLines } from "./answer-lines.ts";
import { answerNotUnderstood } from "./not-understood.ts";

/** `sizeBytes` is null for a folder; `modified` is the platform's own text. */
export interface FileListEntry {
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly modified: string;
}

/** `missing`: nothing fits what was asked for. */
export type FileList =
  | { readonly kind: "listed"; readonly entries: readonly FileListEntry[] }
  | { readonly kind: "missing" };

const command = "file list";

/** Entries have to agree with the counts of the closing line; any other text is answer-not-understood. */
export function parseFileList(text: string): FileList {
  const lines = answerLines(text, command).map((line) => line.trim());
  if (lines.length === 1 && /^no such file or directory can be found\.?$/i.test(lines[0] ?? ""))
    return { kind: "missing" };
  const counts = /^dir count = (\d{1,9}), file count = (\d{1,9})$/.exec(lines.pop() ?? "");
  if (!counts) throw answerNotUnderstood(command, text, "it does not end with its counts");
  const entries = lines.map((line) => {
    const entry = /^(\d{1,2} [A-Z][a-z]{2},\s?\d{4} \d{2}:\d{2}:\d{2})\s+(<dir>|[\d,]{1,20})\s+(\S.*)$/.exec(
      line,
    );
    if (!entry) throw answerNotUnderstood(command, text, `unknown line "${line.slice(0, 120)}"`);
    const [, modified = "", size = "", name = ""] = entry;
    return { name, sizeBytes: size === "<dir>" ? null : Number(size.replaceAll(",", "")), modified };
  });
  const folders = entries.filter(({ sizeBytes }) => sizeBytes === null).length;
  if (folders !== Number(counts[1]) || entries.length - folders !== Number(counts[2])) {
    throw answerNotUnderstood(command, text, "its entries are not as many as it counts");
  }
  return { kind: "listed", entries };
}
