// compliance decrypt-csv: an export of a message archive, of any size, with its texts opened.
import { resolve } from "node:path";
import { OperatorError } from "../../base/errors.ts";
import type { OpenedExportDocument } from "../../report/compliance-export-as-text.ts";
import { answer } from "../answer.ts";
import type { Command, CommandInput } from "../command.ts";
import { loadArchiveKeys } from "../compliance-archive-keys.ts";
import { refuseIfThere } from "../write-new-file.ts";

export const complianceDecryptCsv: Command = {
  name: "compliance decrypt-csv",
  summary: "opens a CSV export of a message archive",
  description: [
    "Reads an export of the table jm (UTF-8 or UTF-16; comma, semicolon, tab or bar) and writes the same rows with their encrypted cells opened, whatever its size. Each row may be plain or encrypted, with any of the keys; a cell counts as opened only when its padding is right, it is text, and a JID or packet of its row looks like one. What does not open stays as it was and is told by line and column.",
    "A column archive_key is added: the key file that opened the row, `closed` for an encrypted row that none opened, nothing for a plain one. The new file is readable by its owner only, never overwrites, and has no name until it is whole: a call that is interrupted or killed leaves nothing to read.",
  ],
  arguments: [{ name: "<file>", description: "the export, with its header; a pipe will do" }],
  options: [
    {
      flags: "--key-file <FILE>",
      description: "what `open-key --out` wrote (once a key)",
      isRepeatable: true,
    },
    { flags: "--out <FILE>", description: "the file to write (needed)" },
    {
      flags: "--columns <NAMES>",
      description:
        "open these instead (default to_jid,from_jid,body_string,message_string and, where they open, body_text, message_text, subject, thread_id)",
    },
    { flags: "--report <FILE>", description: "write every cell that stays closed there, as CSV" },
    {
      flags: "--spreadsheet-safe",
      description: "no cell becomes a formula: ' before = + - @ tab, and a byte order mark",
    },
  ],
  examples: [
    "itlctl compliance decrypt-csv jm.csv --key-file 2026-11-key.txt --out jm-opened.csv",
    "itlctl compliance decrypt-csv jm.csv --key-file old.txt --key-file new.txt --out opened.csv --report closed.csv --json",
  ],
  exits: [3, 11, 15, 20],
  async run(context, input) {
    const { world, output, settings } = context;
    const [named = ""] = input.words;
    const out = fileOf(input, "out", world.cwd);
    if (out === null) {
      throw new OperatorError("usage", "compliance decrypt-csv needs --out FILE", {
        hint: "Read `itlctl compliance decrypt-csv --help`",
      });
    }
    const report = fileOf(input, "report", world.cwd);
    if (report === out) {
      throw new OperatorError("usage", "--out and --report name the same file", {
        hint: "Name another file with --report",
      });
    }
    for (const file of [out, report]) if (file !== null) refuseIfThere(file);
    const columns = columnsOf(input.text("columns"));
    const keys = await loadArchiveKeys("compliance decrypt-csv", input, context);
    const [{ decryptExport }, { openExportProgress }, { exportDocument, renderExportText }] =
      await Promise.all([
        import("../../compliance/decrypt-export.ts"),
        import("../../report/compliance-progress.ts"),
        import("../../report/compliance-export-as-text.ts"),
        // Between the file's name and the answer nothing is waited for.
        import("../../report/document-as-plain.ts"),
      ]);
    const progress = openExportProgress({
      now: () => world.clock.now(),
      draw: output.draw,
      say: (line) => output.note(line),
      width: world.stderr.columns ?? 80,
    });
    const opened = await decryptExport({
      ...{ file: resolve(world.cwd, named), out, report, keys, columns },
      isSpreadsheetSafe: input.isSet("spreadsheetSafe"),
      signal: context.signal,
      onProgress: progress.tell,
    });
    const document: OpenedExportDocument = exportDocument(opened, { file: named, out, report, keys });
    progress.end();
    await answer(context, document, (look) => renderExportText(document, { ...look, width: settings.width }));
    return document.closedCells === 0 ? 0 : 3;
  },
};

function fileOf(input: CommandInput, name: string, cwd: string): string | null {
  const text = input.text(name);
  return text === null || text === "" ? null : resolve(cwd, text);
}

function columnsOf(text: string | null): readonly string[] | null {
  if (text === null) return null;
  const names = text.split(",").map((name) => name.trim());
  if (!names.includes("")) return names;
  throw new OperatorError("usage", "--columns has an empty name", {
    hint: "Give names of the header with a comma between, as in --columns to_jid,body_string",
  });
}
