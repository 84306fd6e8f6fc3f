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
