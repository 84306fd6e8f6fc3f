// backup run, on every profile: from the vault's check to the published copy, and what it says of itself.
import { afterEach, describe, expect, test } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type BackupCli, openBackupCli } from "../support/backup-cli.ts";

let cli: BackupCli;

afterEach(async () => {
  expect(cli.lab.complaints).toEqual([]);
  expect(cli.vault.openCount).toBe(0);
  expect(cli.vault.opened.closed).toBe(cli.vault.opened.count);
  await cli.close();
});

const releases: readonly LabRelease[] = ["10.0", "11.5", "12.5", "15"];

describe.each(releases)("release %s", (release) => {
  test("a backup is delivered, matched, and published with its lists", async () => {
    cli = await openBackupCli({ release });
    const result = await cli.backup(["run", "east"]);
    const document = result.json<RunDocument>();
    expect(document).toMatchObject({
      outcome: "done",
      error: null,
      playbook: "recovery-key-backup",
      findings: [],
    });
    expect(result.exit).toBe(0);
    expect(document.writes).toEqual([]);
    expect(document.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual(["backup done"]);
    const key = cli.lab.cluster().recoveryFile();
    const { backups } = await cli.vault.list("east");
    expect(backups).toHaveLength(1);
    const [stored] = backups;
    if (stored === undefined) throw new Error("nothing was published");
    expect(document.backup).toMatchObject({
      cluster: "east",
      proof: "matched",
      proofNote: null,
      sizeBytes: key.length,
    });
    expect(stored.manifest).toMatchObject({ publisher: "pub", origin: "run", proof: "matched", version: 1 });
    expect(await cli.vault.read(stored, "ITLRecovery.p12")).toEqual(key);
    expect(stored.manifest.lists.map(({ node }) => node)).toEqual(
      cli.lab
        .cluster()
        .activeTftpNodes()
        .map(({ name }) => name),
    );
    for (const { node, file } of stored.manifest.lists) {
      expect(await cli.vault.read(stored, file)).toEqual(cli.lab.cluster().node(node).servedFile);
    }
    expect(cli.vault.incoming).toEqual([]);
    expect(cli.lab.cluster().isRecoveryKeySaved).toBe(true);
    expect(Object.values(cli.attempts()).every((count) => count <= 1)).toBe(true);
  });
});

test("a key that is kept already is checked, and not stored twice", async () => {
  cli = await openBackupCli({ release: "11.5" });
  const first = await cli.backup(["run", "east"]);
  await cli.lab.clock.advance(86_400_000);
  const second = await cli.backup(["run", "east"]);
  expect(second.exit).toBe(0);
  expect(second.json<RunDocument>()).toMatchObject({
    outcome: "done",
    backup: first.json<RunDocument>().backup,
  });
  expect(second.json<RunDocument>().steps[0]?.detail).toMatch(/^unchanged since /);
  expect((await cli.vault.list("east")).backups).toHaveLength(1);
});

test("a kept copy that was damaged since is not taken for one: the key is stored again", async () => {
  cli = await openBackupCli({ release: "11.5" });
  await cli.backup(["run", "east"]);
  const [stored] = (await cli.vault.list("east")).backups;
  if (stored === undefined) throw new Error("nothing was published");
  cli.vault.tamper(stored, "ITLRecovery.p12", Buffer.from("0"));
  await cli.lab.clock.advance(86_400_000);
  expect((await cli.backup(["run", "east"])).exit).toBe(0);
  expect((await cli.vault.list("east")).backups).toHaveLength(2);
  const verified = await cli.backup(["verify"]);
  expect(verified.exit).toBe(16);
  expect(
    verified.json<{ backups: { intact: boolean; proof: string }[] }>().backups.map(({ intact }) => intact),
  ).toEqual([false, true]);
});

test("list and verify tell what is kept", async () => {
  cli = await openBackupCli({
    clusters: [
      { name: "east", release: "11.5" },
      { name: "west", release: "15" },
    ],
  });
  const none = await cli.backup(["list"]);
  expect(none.json()).toEqual({ backups: [], damaged: [] });
  const runs = await cli.backup(["run"]);
  expect(runs.exit).toBe(0);
  const documents = runs.json<{ runs: RunDocument[] }>().runs;
  expect(documents.map(({ cluster, outcome }) => `${cluster} ${outcome}`)).toEqual([
    "east done",
    "west done",
  ]);
  const listed = await cli.backup(["list"]);
  expect(listed.exit).toBe(0);
  expect(listed.json<{ backups: object[] }>().backups).toMatchObject(documents.map(({ backup }) => backup));
  const verified = await cli.backup(["verify", documents[0]?.backup?.id ?? ""]);
  expect(verified.exit).toBe(0);
  expect(verified.json<{ backups: object[] }>().backups).toMatchObject([
    { ...documents[0]?.backup, intact: true, provenNow: "matched", note: null },
  ]);
  const text = await cli.run(["backup", "list", "east"]);
  expect(text.stdout).toMatch(
    /^cluster +backup +age +proof +serial +ends\neast +\S+ +\dh +matched +[0-9a-f]{8} +20\d\d-/,
  );
});
