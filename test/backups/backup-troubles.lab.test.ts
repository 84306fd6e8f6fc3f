// Each trouble of a backup, carried out: exit code, what is published, what is left; and the table of docs/reliability.md from it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { readBackupsPart, renderBackupsTable, type TroubleRow, writeBackupsPart } from "./backups-table.ts";
import { backupTroubles } from "./backup-troubles.ts";
import { type BackupStage, openBackupStage, vaultPassword } from "./backup-world.ts";

const releases: readonly LabRelease[] = ["11.5", "15"];
const rows = new Map<string, TroubleRow[]>(releases.map((release) => [release, []]));

describe.each(releases)("release %s", (release) => {
  let stage: BackupStage;
  beforeAll(async () => {
    stage = await openBackupStage(release);
  });
  afterAll(() => stage.close());

  test.each(backupTroubles)("$vault: $label", async (trouble) => {
    const cluster = stage.cli.lab.cluster();
    cluster.truthFaults.http.clear();
    cluster.truthFaults.corruptServed.clear();
    const seen = await stage.carryOut(trouble.vault, trouble.arrange, trouble.isSilent);
    const { result, written, isListening, ...ending } = seen;
    expect({
      ...ending,
      told: seen.error === null ? null : seen.result.json<{ error: object }>().error,
    }).toMatchObject({
      exit: trouble.exit,
      error: trouble.error,
      published: trouble.published === null ? [] : [expect.stringContaining(trouble.published)],
      left: trouble.left ?? [],
      findings: trouble.findings ?? [],
    });
    expect(isListening).toBe(false);
    expect(cluster.faults.pending()).toEqual([]);
    expect(stage.cli.lab.complaints).toEqual([]);
    const printed = `${result.stdout}${result.stderr}${written}`;
    for (const secret of [vaultPassword, cluster.securityPassword, cluster.recoveryPassphrase()])
      expect(printed).not.toContain(secret);
    const { label, vault } = trouble;
    const { exit, outcome, error, published, left } = ending;
    rows.get(release)?.push({ vault, label, exit, outcome, error, published, left });
  });
});

test("the table of docs/reliability.md says what was seen, on both releases the same", () => {
  const [first = [], second = []] = [...rows.values()];
  expect(first.length).toBe(backupTroubles.length);
  expect(second).toEqual(first);
  const table = renderBackupsTable(first);
  if (process.env["ITLCTL_WRITE_DOCS"] === "1") writeBackupsPart(table);
  expect(readBackupsPart(), "docs/reliability.md is old: run with ITLCTL_WRITE_DOCS=1").toBe(table);
});
