// A folder in; backups published and removed there without end, each told on stdout before and after, until the process is killed.
import { openLocalDisk } from "../../src/vault/local-disk.ts";
import { publishBackup, removeBackup } from "../../src/vault/publish-backup.ts";
import type { StoredBackup } from "../../src/vault/vault.ts";
import { sampleBackup } from "./backup-samples.ts";

const disk = openLocalDisk(process.argv[2] ?? "");
const kept: StoredBackup[] = [];
for (let day = 0; ; day += 1) {
  const sample = sampleBackup({}, { day });
  const stored = await publishBackup(disk, sample.manifest, sample.files);
  process.stdout.write(`published ${stored.path}\n`);
  kept.push(stored);
  const old = kept.length > 3 ? kept.shift() : undefined;
  if (old !== undefined) {
    process.stdout.write(`removing ${old.path}\n`);
    await removeBackup(disk, old);
  }
}
