// backup verify: every copy read again and proven again.
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import {
  findKeptBackups,
  type KeptBackup,
  type KeptBackups,
  openingPasswordsOf,
  withKeptBackups,
} from "../vault-visits.ts";

export const backupVerify: Command = {
  name: "backup verify",
  summary: "read every kept backup again and prove it again",
  description: [
    "Reads each copy whole, compares it with its manifest, opens it with the passwords that the inventory names now, and holds its certificate against the lists that are kept beside it.",
    "`intact` is false where a byte differs, or where the manifest says more than can be proven. A copy that only today's passwords do not open is intact; the note says so.",
  ],
  arguments: [
    {
      name: "[id...]",
      description: "ids of `backup list`, or beginnings that only one has; all without one",
    },
  ],
  options: [],
  examples: ["itlctl backup verify", "itlctl backup verify 20261120T221403Z-61405212-9f86d081 --json"],
  exits: [10, 12, 13, 16],
  async run(context, input) {
    const [{ backupRecordOf }, { verifyBackup }, { renderBackupVerifyText }] = await Promise.all([
      import("../../run/backup/backup-record.ts"),
      import("../../run/backup/verify-backup.ts"),
      import("../../report/backups-as-text.ts"),
    ]);
    const ids = input.words;
    const work = async (kept: KeptBackups) => {
      const { backups, damaged, clusters } = kept;
      const wanted = ids.length === 0 ? backups : await findKeptBackups(context, kept, ids);
      const verified = await Promise.all(
        clusters.map(async (cluster) => {
          const own = wanted.filter((one) => one.cluster === cluster);
          const passwords = own.length === 0 ? [] : await openingPasswordsOf(cluster, context);
          const results = [];
          for (const { vault, stored } of own) results.push(await verifyBackup(vault, stored, passwords));
          return results;
        }),
      );
      const told = inOrder(wanted, verified.flat()).map(({ stored, isIntact, provenNow, note }) => {
        return { ...backupRecordOf(stored), intact: isIntact, provenNow, note };
      });
      const broken = ids.length === 0 ? damaged : [];
      await answer(context, { backups: told, damaged: broken }, (look) =>
        renderBackupVerifyText(told, broken, look),
      );
      return told.every(({ intact }) => intact) && broken.length === 0 ? 0 : 16;
    };
    return withKeptBackups(context, [], work, ids.length > 0);
  },
};

function inOrder<Verified extends { readonly stored: KeptBackup["stored"] }>(
  wanted: readonly KeptBackup[],
  verified: readonly Verified[],
): readonly Verified[] {
  return wanted.flatMap(({ stored }) => verified.filter((one) => one.stored === stored));
}
