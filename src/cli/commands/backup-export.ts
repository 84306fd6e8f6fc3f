// backup export: one kept recovery key as a file of its own.
import { resolve } from "node:path";
import { OperatorError } from "../../base/errors.ts";
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import { findKeptBackups, type KeptBackups, withKeptBackups } from "../vault-visits.ts";
import { writeNewFile } from "../write-new-file.ts";

export const backupExport: Command = {
  name: "backup export",
  summary: "write one kept recovery key to a file",
  description: [
    "Reads the backup whole, compares it with its manifest, and writes ITLRecovery.p12 to the file, readable by its owner only. A file that is there already is never overwritten.",
    "Whoever has this file and the cluster's security password can make phones trust anything: keep it as you keep that password.",
  ],
  arguments: [{ name: "<id>", description: "an id of `backup list`, or a beginning that only it has" }],
  options: [{ flags: "--out <FILE>", description: "the file to write (needed)" }],
  examples: ["itlctl backup export 20261120T221403Z-61405212-9f86d081 --out ITLRecovery.p12"],
  exits: [10, 11, 12, 13, 16],
  async run(context, input) {
    const out = input.text("out");
    if (out === null || out === "") {
      throw new OperatorError("usage", "backup export needs --out FILE", {
        hint: "Read `itlctl backup export --help`",
      });
    }
    const file = resolve(context.world.cwd, out);
    const [{ backupRecordOf }, { readIntact }] = await Promise.all([
      import("../../run/backup/backup-record.ts"),
      import("../../run/backup/keep-key.ts"),
    ]);
    const work = async (kept: KeptBackups) => {
      const [found] = await findKeptBackups(context, kept, [input.words[0] ?? ""]);
      if (found === undefined) throw new Error("an id was looked up and not found");
      const { vault, stored } = found;
      writeNewFile(file, await readIntact(vault, stored));
      const backup = backupRecordOf(stored);
      await answer(context, { backup, file }, () =>
        [
          `${backup.id} of ${backup.cluster} (${backup.proof}) written to ${file}`,
          `It needs ${stored.manifest.securityPasswordNote}.`,
        ].join("\n"),
      );
      return 0;
    };
    return withKeptBackups(context, [], work, true);
  },
};
