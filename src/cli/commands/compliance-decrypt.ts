// compliance decrypt: single values of a message archive as text.
import { basename, dirname, join, resolve } from "node:path";
import { messageOf, OperatorError } from "../../base/errors.ts";
import type { ArchiveKey } from "../../compliance/archive-key.ts";
import type { OpenedMessage, OpenedMessagesDocument } from "../../report/compliance-messages-as-text.ts";
import { answer } from "../answer.ts";
import type { Command, CommandContext } from "../command.ts";
import { loadArchiveKeys } from "../compliance-archive-keys.ts";
import { exitOfError } from "../exit-codes.ts";
import { loadBytes } from "../load-bytes.ts";
import { makeOutFolder } from "../make-out-folder.ts";
import { refuseIfThere, writeNewFile } from "../write-new-file.ts";

export const complianceDecrypt: Command = {
  name: "compliance decrypt",
  summary: "opens single values of a message archive",
  description: [
    "Opens files that hold one encrypted value each: Base64 as it stands in a column, hex, or the bytes themselves. A value counts as opened only when its padding is right and what comes out is text; which of the keys that was is found by trying.",
    "The text goes to stdout, or to FILE.txt in the folder of --out-dir (made where it is missing), readable by its owner only and never overwritten. Where one of several files does not open, the others still do.",
  ],
  arguments: [{ name: "<file...>", description: "one value each: Base64, hex or binary" }],
  options: [
    {
      flags: "--key-file <FILE>",
      description: "what `open-key --out` wrote (once a key)",
      isRepeatable: true,
    },
    { flags: "--out-dir <DIR>", description: "write each text to a file there" },
  ],
  examples: [
    "itlctl compliance decrypt message.b64 --key-file 2026-11-key.txt",
    "itlctl compliance decrypt a.bin b.bin --key-file old.txt --key-file new.txt --out-dir opened",
  ],
  exits: [11, 15, 20],
  async run(context, input) {
    const keys = await loadArchiveKeys("compliance decrypt", input, context);
    const outDir = input.text("outDir");
    const outs = outDir === null ? null : outFilesOf(input.words, resolve(context.world.cwd, outDir));
    const { renderMessagesText } = await import("../../report/compliance-messages-as-text.ts");
    const messages: OpenedMessage[] = [];
    const failed: { file: string; error: OperatorError }[] = [];
    for (const [nth, file] of input.words.entries()) {
      try {
        messages.push(await openFile(file, outs?.[nth] ?? null, keys, context));
      } catch (error) {
        const isSingle = input.words.length === 1;
        if (isSingle || !(error instanceof OperatorError) || error.code === "state-not-writable") throw error;
        failed.push({ file, error });
      }
    }
    const document: OpenedMessagesDocument = {
      messages,
      failed: failed.map(({ file, error }) => ({
        file,
        code: error.code,
        message: messageOf(error),
        hint: error.hint,
      })),
    };
    await answer(context, document, (look) => renderMessagesText(document, look));
    return Math.max(0, ...failed.map(({ error }) => exitOfError(error.code)));
  },
};

/** Named after the whole name of the input, so that message.bin and message.hex do not meet. */
function outFilesOf(files: readonly string[], folder: string): string[] {
  const outs = files.map((file) => join(folder, `${basename(file)}.txt`));
  const twice = outs.find((out, nth) => outs.indexOf(out) !== nth);
  if (twice !== undefined) {
    throw new OperatorError("usage", `two of the files would be written to ${twice}`, {
      hint: "Open them in two calls, with another --out-dir each",
    });
  }
  for (const out of outs) refuseIfThere(out);
  return outs;
}

async function openFile(
  file: string,
  out: string | null,
  keys: readonly ArchiveKey[],
  context: CommandContext,
): Promise<OpenedMessage> {
  const { openValue } = await import("../../compliance/open-value.ts");
  const opened = openValue(await loadBytes(resolve(context.world.cwd, file), context), keys);
  const place = { file };
  switch (opened.kind) {
    case "opened":
      if (out !== null) {
        // Only now: where nothing opens, no empty folder is left.
        makeOutFolder(dirname(out), "--out-dir");
        writeNewFile(out, Buffer.from(opened.text));
      }
      return { file, text: out === null ? opened.text : null, keyFile: opened.key.file, out };
    case "damaged":
      throw new OperatorError("file-unreadable", `${file} holds no whole value: ${opened.reason}`, {
        hint: "Copy the value again from the database; a column that is shown cut is not the whole value",
        place,
      });
    case "plain":
      throw new OperatorError("file-unreadable", `${file} is not encrypted: ${opened.reason}`, {
        hint: "Read it as it is; rows from before encryption was enabled are plain. A CSV file is for `compliance decrypt-csv`",
        place,
      });
    case "wrong-iv":
      throw new OperatorError(
        "wrong-key",
        `${file} opens with ${opened.key.file} but for its first 16 bytes: the key fits, its IV does not`,
        { hint: "Open the downloaded key again, and compare the line `iv =`", place },
      );
    case "no-key":
      throw new OperatorError(
        "wrong-key",
        `${file} opens with ${keys.map((key) => key.file).join(", ")} to no text`,
        {
          hint: "Give the key of the time in which it was archived; an archive has a new one after each enabling",
          place,
        },
      );
  }
}
