// backup list: what is kept, across clusters.
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import { withKeptBackups } from "../vault-visits.ts";

export const backupList: Command = {
  name: "backup list",
  summary: "the backups of recovery keys that are kept",
  description: [
    "Asks each cluster's vault, and nothing of the cluster: when each backup was taken, the serial of its certificate, what was proven of it (matched, opened or unopened), and when that certificate ends.",
    "A folder in a vault that is not a whole backup is told as damaged.",
  ],
  arguments: [
    { name: "[cluster...]", description: "names of the inventory; all that have a vault without one" },
  ],
  options: [],
  examples: ["itlctl backup list", "itlctl backup list east --json"],
  exits: [3, 10, 12, 13],
  async run(context, input) {
    const [{ backupRecordOf }, { renderBackupListText }] = await Promise.all([
      import("../../run/backup/backup-record.ts"),
      import("../../report/backups-as-text.ts"),
    ]);
    return withKeptBackups(context, input.words, async ({ backups, damaged }) => {
      const records = backups.map(({ stored }) => {
        const { notAfter, release, origin } = stored.manifest;
        return { ...backupRecordOf(stored), notAfter, release, origin };
      });
      const nowMs = context.world.clock.now();
      await answer(context, { backups: records, damaged }, (look) =>
        renderBackupListText(records, damaged, nowMs, look),
      );
      return damaged.length > 0 ? 3 : 0;
    });
  },
};
