// backup prune: what `keep:` no longer asks for.
import type { PrunedBackup } from "../../run/backup/prune-backups.ts";
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import { withKeptBackups } from "../vault-visits.ts";

const yearMs = 366 * 86_400_000;

export const backupPrune: Command = {
  name: "backup prune",
  summary: "remove the backups that `keep:` no longer asks for",
  description: [
    "Counts the newest (last), and the newest of each day, week and month, for each recovery key by itself: a key that changed loses none of its own copies to the next one's.",
    "Never removes the newest copy of a key, the best proven one, or a copy of a key that some list of the last year carries (`itl history`); nor any, where no copy that stays proves as much and can be read whole. Phones that were off for months hold old lists.",
  ],
  arguments: [
    { name: "[cluster...]", description: "names of the inventory; all that have a vault without one" },
  ],
  options: [{ flags: "--dry-run", description: "say what would go, and remove nothing" }],
  examples: ["itlctl backup prune --dry-run", "itlctl backup prune east --json"],
  exits: [10, 11, 12, 13],
  async run(context, input) {
    const [
      { backupRecordOf },
      { pruneBackups },
      { serialsSeenSince },
      { openListHistory },
      { renderPruneText },
    ] = await Promise.all([
      import("../../run/backup/backup-record.ts"),
      import("../../run/backup/prune-backups.ts"),
      import("../../run/backup/seen-records.ts"),
      import("../../served/list-history.ts"),
      import("../../report/backups-as-text.ts"),
    ]);
    const isDryRun = input.isSet("dryRun");
    const nowMs = context.world.clock.now();
    const history = openListHistory(context.settings.stateFolder);
    return withKeptBackups(context, input.words, async ({ clusters, backups }) => {
      const pruned: PrunedBackup[] = [];
      for (const cluster of clusters) {
        const own = backups.filter((one) => one.cluster === cluster);
        const [first] = own;
        if (first === undefined) continue;
        const protectedSerials = [...serialsSeenSince(history, cluster.name, nowMs - yearMs)];
        const stored = own.map((one) => one.stored);
        const options = { protectedSerials, isDryRun };
        pruned.push(...(await pruneBackups({ cluster, vault: first.vault, nowMs }, stored, options)));
      }
      const told = pruned.map(({ stored, isKept, isRemoved, reasons }) => {
        return { ...backupRecordOf(stored), kept: isKept, removed: isRemoved, reasons };
      });
      await answer(context, { backups: told, dryRun: isDryRun }, (look) =>
        renderPruneText(told, isDryRun, look),
      );
      return 0;
    });
  },
};
