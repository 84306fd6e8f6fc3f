// backup import: a p12 file that was kept by hand, into the vault.
import { OperatorError } from "../../base/errors.ts";
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import { openingPasswordsOf } from "../vault-visits.ts";
import { vaultOpener } from "../vault-opener.ts";

export const backupImport: Command = {
  name: "backup import",
  summary: "put a recovery key that was kept by hand into the vault",
  description: [
    "Takes an ITLRecovery.p12 of any age through the proof of `backup run`: a whole PKCS#12 file, opened with the passwords that the inventory names, its key held against its certificate, and that against the lists last seen of the cluster (nothing is asked of the cluster).",
    "A key of former days is `opened` at best, for the cluster serves another one now; it may be the one that lost phones still hold.",
  ],
  arguments: [{ name: "<file>", description: "an ITLRecovery.p12 that `file get` once delivered" }],
  options: [{ flags: "--cluster <NAME>", description: "the cluster whose key it is (needed)" }],
  examples: ["itlctl backup import ITLRecovery-2019.p12 --cluster east"],
  exits: [3, 10, 11, 12, 13, 15, 16],
  async run(context, input) {
    const name = input.text("cluster");
    if (name === null) {
      throw new OperatorError("usage", "backup import needs --cluster NAME", {
        hint: "Read `itlctl backup import --help`",
      });
    }
    const [{ findCluster }, { noVault }, { loadBytes }, { importKey }, { openListHistory }] =
      await Promise.all([
        import("../../inventory/select-nodes.ts"),
        import("../../run/backup/no-vault.ts"),
        import("../load-bytes.ts"),
        import("../../run/backup/import-key.ts"),
        import("../../served/list-history.ts"),
      ]);
    const cluster = findCluster(await context.loadInventory(), name);
    const opener = vaultOpener(cluster, context, context.signal);
    if (opener === null) throw noVault(cluster);
    const bytes = await loadBytes(input.words[0] ?? "", context);
    const passwords = await openingPasswordsOf(cluster, context);
    const vault = await opener();
    try {
      const { masker, world, settings } = context;
      const history = openListHistory(settings.stateFolder);
      const kept = await importKey({ cluster, vault, history, clock: world.clock, masker }, bytes, passwords);
      const { backupRecordOf } = await import("../../run/backup/backup-record.ts");
      const backup = backupRecordOf(kept.stored);
      await answer(context, { backup, isNew: kept.isNew }, () => {
        const how = kept.isNew ? "kept as" : "kept already as";
        const note = backup.proofNote === null ? "" : `\n${backup.proof}: ${backup.proofNote}`;
        return `${how} ${backup.id} (${backup.proof}) in ${vault.name}${note}`;
      });
      return backup.proof === "unopened" ? 3 : 0;
    } finally {
      await vault.close();
    }
  },
};
