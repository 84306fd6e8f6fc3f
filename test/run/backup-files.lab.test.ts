// backup export and import: out of the vault into a file, and from a file that was kept by hand into the vault.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import type { BackupRecord } from "../../src/run/journal-entry.ts";
import { loadInventory } from "../../src/inventory/load-inventory.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { pruneBackups } from "../../src/run/backup/prune-backups.ts";
import { backupIdOf } from "../../src/vault/manifest.ts";
import { type BackupCli, changeInventory, openBackupCli } from "../support/backup-cli.ts";
import type { CliWorld } from "../support/run-cli.ts";
import { sampleBackup } from "../vault/backup-samples.ts";

let cli: BackupCli;

afterEach(async () => {
  expect(cli.lab.complaints).toEqual([]);
  expect(cli.vault.opened.closed).toBe(cli.vault.opened.count);
  await cli.close();
});

const errorOf = (result: Awaited<ReturnType<BackupCli["backup"]>>) =>
  result.json<{ error: { code: string; hint: string } }>().error;

/** The inventory names no password any more that could open the key. */
const forget = () =>
  changeInventory(cli.inventory, (cluster) => {
    delete (cluster["credentials"] as Record<string, unknown>)["security"];
    delete cluster["recoveryKey"];
  });

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
  forget();
  const file = cli.write("key.p12", cli.lab.cluster().recoveryFile());
  const closed = await cli.backup(["import", file, "--cluster", "east"]);
  expect(closed.exit).toBe(3);
  expect(closed.json<{ backup: BackupRecord }>().backup).toMatchObject({
    proof: "unopened",
    certificateSerial: null,
  });
  expect((await cli.backup(["import", file])).exit).toBe(2);
});

test("what was kept unopened is stored again once more is proven of it, and once only", async () => {
  cli = await openBackupCli({ release: "11.5" });
  const full = readFileSync(cli.inventory, "utf8");
  forget();
  const file = cli.write("key.p12", cli.lab.cluster().recoveryFile());
  const take = async () => {
    const { backup, isNew } = (await cli.backup(["import", file, "--cluster", "east"])).json<{
      backup: BackupRecord;
      isNew: boolean;
    }>();
    return [backup.proof, isNew];
  };
  expect([await take(), await take()]).toEqual([
    ["unopened", true],
    ["unopened", false],
  ]);
  writeFileSync(cli.inventory, full, { mode: 0o600 });
  await cli.lab.clock.advance(60_000);
  expect([await take(), await take()]).toEqual([
    ["opened", true],
    ["opened", false],
  ]);
  await cli.lab.clock.advance(60_000);
  const run = (await cli.backup(["run", "east"])).json<RunDocument>();
  expect(run).toMatchObject({ outcome: "done", backup: { proof: "matched" } });
  forget();
  const again = (await cli.backup(["run", "east"])).json<RunDocument>();
  expect(again.backup?.id).toBe(run.backup?.id);
  expect((await cli.vault.list("east")).backups).toHaveLength(3);
});

test("a file that a run could not open claims no serial, and is known for another key once it opens", async () => {
  cli = await openBackupCli({ release: "11.5" });
  const full = readFileSync(cli.inventory, "utf8");
  forget();
  const cluster = cli.lab.cluster();
  const named = cluster.publisher.certificates.get("ITLRecovery")?.serial.toString("hex").toUpperCase();
  const served = named?.replaceAll(/(..)(?=.)/g, "$1:") ?? "?";
  cluster.replaceCertificate(cluster.publisher, "ITLRecovery");
  const { backup } = (await cli.backup(["run", "east"])).json<RunDocument>();
  expect(backup).toMatchObject({ proof: "unopened", certificateSerial: null });
  expect(backup?.id).toContain("-unknown-");
  expect(backup?.proofNote).toContain(`the lists served then name serial ${served}`);
  const [stored] = (await cli.vault.list("east")).backups;
  expect(stored?.manifest).toMatchObject({ notBefore: null, notAfter: null, listedSerials: [served] });
  writeFileSync(cli.inventory, full, { mode: 0o600 });
  const verified = await cli.backup(["verify"]);
  expect(verified.json()).toMatchObject({ backups: [{ intact: true, provenNow: "opened", note: null }] });
  // What was written before the serial of the lists was no claim any more.
  if (stored === undefined) throw new Error("no backup");
  const facts = { ...stored.manifest, certificateSerial: served, takenAt: "2025-01-01T00:00:00Z" };
  const files = [
    { name: "ITLRecovery.p12", bytes: await cli.vault.read(stored, "ITLRecovery.p12") },
    ...(await Promise.all(
      facts.lists.map(async ({ file }) => ({ name: file, bytes: await cli.vault.read(stored, file) })),
    )),
  ];
  const old = { ...facts, id: backupIdOf(facts) };
  await cli.vault.publish(old, files);
  const then = (await cli.backup(["verify", old.id])).json<{
    backups: { note: string; intact: boolean }[];
  }>();
  expect(then.backups[0]?.intact).toBe(true);
  expect(then.backups[0]?.note).toMatch(new RegExp(`^its manifest assumed serial ${served}; it is `));
});

test("another cluster's vault that cannot be asked is in nobody's way where an id is given", async () => {
  cli = await openBackupCli({
    clusters: [
      { name: "east", release: "11.5" },
      { name: "west", release: "11.5" },
    ],
  });
  const id = (await cli.backup(["run", "east"])).json<RunDocument>().backup?.id ?? "";
  changeInventory(cli.inventory, (cluster, name) => {
    if (name === "west") cluster["vault"] = { kind: "directory", path: "./down" };
  });
  const down = new OperatorError("vault-unreachable", "nobody answers", { hint: "Look at it." });
  const world: CliWorld = {
    openVault: (settings, tools) => {
      if (settings.kind === "directory" && settings.path.endsWith("down")) throw down;
      return cli.vault.openVault(settings, tools);
    },
  };
  const out = join(cli.folder, "out.p12");
  for (const args of [
    ["export", id, "--out", out],
    ["verify", id],
  ]) {
    const result = await cli.backup(args, world);
    expect([args, result.exit]).toEqual([args, 0]);
    expect(result.stderr).toContain("the vault of west was not searched: nobody answers");
  }
  expect(readFileSync(out)).toEqual(cli.lab.cluster().recoveryFile());
  for (const args of [["export", "2099", "--out", `${out}2`], ["verify", "2099"], ["verify"]]) {
    const result = await cli.backup(args, world);
    expect([args, result.exit, errorOf(result).code]).toEqual([args, 13, "vault-unreachable"]);
  }
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

test("prune takes no proven copy away on the strength of one that nobody opened", async () => {
  cli = await openBackupCli({ release: "11.5" });
  const put = (day: number, text: string, proof: "matched" | "unopened") => {
    const { manifest, files } = sampleBackup({ proof }, { day, text });
    return cli.vault.publish(manifest, files);
  };
  await put(0, "one", "matched");
  const best = await put(1, "two", "matched");
  await put(2, "three", "unopened");
  cli.vault.tamper(best, "ITLRecovery.p12", Buffer.from("TWO"));
  const { clusters } = loadInventory(cli.inventory);
  const east = clusters[0];
  if (east === undefined) throw new Error("no cluster");
  const cluster = { ...east, keep: { last: 1, daily: 0, weekly: 0, monthly: 0 } };
  const { backups } = await cli.vault.list("east");
  const options = { protectedSerials: [], isDryRun: false };
  const nowMs = Date.parse("2026-12-01T00:00:00Z");
  const pruned = await pruneBackups({ cluster, vault: cli.vault, nowMs }, backups, options);
  expect(pruned.map(({ isKept, reasons }) => [isKept, reasons[0]])).toEqual([
    [true, "no other kept copy of its key that proves as much can be read whole"],
    [true, "the best proven copy of its key"],
    [true, "the newest copy of its key"],
  ]);
});
