// backup export and import: out of the vault into a file, and from a file that was kept by hand into the vault.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { BackupRecord } from "../../src/run/journal-entry.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type BackupCli, changeInventory, openBackupCli } from "../support/backup-cli.ts";

let cli: BackupCli;

afterEach(async () => {
  expect(cli.lab.complaints).toEqual([]);
  expect(cli.vault.opened.closed).toBe(cli.vault.opened.count);
  await cli.close();
});

const errorOf = (result: Awaited<ReturnType<BackupCli["backup"]>>) =>
  result.json<{ error: { code: string; hint: string } }>().error;

test("export writes the file for its owner only, and overwrites nothing", async () => {
  cli = await openBackupCli({ release: "12.5" });
  const id = (await cli.backup(["run", "east"])).json<RunDocument>().backup?.id ?? "";
  const out = join(cli.folder, "out.p12");
  const result = await cli.backup(["export", id, "--out", out]);
  expect(result.exit).toBe(0);
  expect(result.json()).toMatchObject({ file: out, backup: { id } });
  expect(readFileSync(out)).toEqual(cli.lab.cluster().recoveryFile());
  expect(statSync(out).mode & 0o777).toBe(0o600);
  const again = await cli.backup(["export", id, "--out", out]);
  expect([again.exit, errorOf(again).code]).toEqual([2, "usage"]);
  expect((await cli.backup(["export", "nothing", "--out", `${out}2`])).exit).toBe(2);
  const [stored] = (await cli.vault.list("east")).backups;
  if (stored === undefined) throw new Error("no backup");
  cli.vault.tamper(stored, "ITLRecovery.p12", Buffer.from("damaged"));
  const damaged = await cli.backup(["export", id, "--out", `${out}2`]);
  expect(damaged.exit).toBe(16);
  expect(() => statSync(`${out}2`)).toThrow();
});

test("import proves a file against the lists that were seen, and says of an old key when it was served", async () => {
  cli = await openBackupCli({ release: "11.5" });
  const cluster = cli.lab.cluster();
  const old = cli.write("old.p12", cluster.recoveryFile());
  const unseen = await cli.backup(["import", old, "--cluster", "east"]);
  expect(unseen.exit).toBe(0);
  expect(unseen.json<{ backup: BackupRecord }>().backup).toMatchObject({ proof: "opened", cluster: "east" });
  await cli.run(["status"]);
  cluster.replaceCertificate(cluster.publisher, "ITLRecovery");
  for (const node of cluster.activeTftpNodes()) cluster.rebuildList(node);
  const now = cli.write("now.p12", cluster.recoveryFile());
  await cli.lab.clock.advance(60_000);
  await cli.run(["status"]);
  const present = await cli.backup(["import", now, "--cluster", "east"]);
  expect(present.json<{ backup: BackupRecord }>().backup).toMatchObject({
    proof: "matched",
    proofNote: null,
  });
  const again = await cli.backup(["import", old, "--cluster", "east"]);
  expect(again.json()).toMatchObject({ isNew: false });
  expect((await cli.backup(["verify"])).exit).toBe(0);
  const [first] = (await cli.vault.list("east")).backups;
  if (first === undefined) throw new Error("no backup");
  await cli.vault.remove(first);
  const third = await cli.backup(["import", old, "--cluster", "east"]);
  expect(third.json<{ backup: BackupRecord }>().backup).toMatchObject({
    proof: "opened",
    proofNote: expect.stringMatching(/was seen to serve a list with a certificate of this serial until 20/),
  });
});

test("import refuses what is no recovery key, and says less than proven where it cannot be opened", async () => {
  cli = await openBackupCli({ release: "11.5" });
  const junk = await cli.backup(["import", cli.write("junk.p12", "not a p12"), "--cluster", "east"]);
  expect([junk.exit, errorOf(junk).code]).toEqual([16, "recovery-key-unusable"]);
  changeInventory(cli.inventory, (cluster) => {
    delete (cluster["credentials"] as Record<string, unknown>)["security"];
    delete cluster["recoveryKey"];
  });
  const file = cli.write("key.p12", cli.lab.cluster().recoveryFile());
  const closed = await cli.backup(["import", file, "--cluster", "east"]);
  expect(closed.exit).toBe(3);
  expect(closed.json<{ backup: BackupRecord }>().backup).toMatchObject({
    proof: "unopened",
    certificateSerial: null,
  });
  expect((await cli.backup(["import", file])).exit).toBe(2);
});

test("without a vault every command says what to add", async () => {
  cli = await openBackupCli({ release: "11.5" });
  changeInventory(cli.inventory, (cluster) => {
    delete cluster["vault"];
  });
  const file = cli.write("key.p12", "x");
  for (const args of [["run"], ["run", "east"], ["list", "east"], ["import", file, "--cluster", "east"]]) {
    const result = await cli.backup(args);
    expect([args, result.exit, errorOf(result).hint]).toEqual([
      args,
      10,
      expect.stringContaining("Add `vault:`"),
    ]);
  }
  for (const args of [["list"], ["verify"]]) {
    const result = await cli.backup(args);
    expect([args, result.exit, result.json()]).toEqual([args, 0, { backups: [], damaged: [] }]);
    expect(result.stderr).toContain("Add `vault:`");
  }
});

test("prune keeps what the rules ask for, every key's newest, and whatever phones may still need", async () => {
  cli = await openBackupCli({
    release: "11.5",
    change: (cluster) => {
      cluster["keep"] = { last: 1, daily: 0, weekly: 0, monthly: 0 };
    },
  });
  const cluster = cli.lab.cluster();
  const day = 86_400_000;
  const changePassword = (text: string) => {
    cluster.securityPassword = text;
    return {
      environment: { ...cli.lab.environment, LAB_EAST_RECOVERY_KEY_PASSWORD: cluster.recoveryPassphrase() },
    };
  };
  const runs = [];
  for (const text of ["Security-1a", "Security-2b", "Security-3c"]) {
    runs.push((await cli.backup(["run", "east"], changePassword(text))).exit);
    await cli.lab.clock.advance(day);
  }
  expect(runs).toEqual([0, 0, 0]);
  const dry = await cli.backup(["prune", "--dry-run"]);
  const kept = (result: typeof dry) =>
    result.json<{ backups: { kept: boolean }[] }>().backups.map((one) => one.kept);
  // A list of the last year carries this key.
  expect(kept(dry)).toEqual([true, true, true]);
  await cli.lab.clock.advance(400 * day);
  expect(kept(await cli.backup(["prune", "--dry-run"]))).toEqual([false, false, true]);
  expect((await cli.vault.list("east")).backups).toHaveLength(3);
  const newest = (await cli.vault.list("east")).backups[2];
  if (newest === undefined) throw new Error("no backup");
  const bytes = await cli.vault.read(newest, "ITLRecovery.p12");
  cli.vault.tamper(newest, "ITLRecovery.p12", Buffer.from("damaged"));
  expect(kept(await cli.backup(["prune"]))).toEqual([true, true, true]);
  cli.vault.tamper(newest, "ITLRecovery.p12", bytes);
  const pruned = await cli.backup(["prune"]);
  expect(pruned.exit).toBe(0);
  expect(kept(pruned)).toEqual([false, false, true]);
  expect((await cli.vault.list("east")).backups.map(({ manifest }) => manifest.id)).toEqual([
    newest.manifest.id,
  ]);
});
