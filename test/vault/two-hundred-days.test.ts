// Two hundred nights of backups with three changes of the key, pruned every night: what stays on the disk, and why.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDirectoryVault } from "../../src/vault/directory-vault.ts";
import { judgeRetention, type RetentionVerdict } from "../../src/vault/retention.ts";
import type { Vault } from "../../src/vault/vault.ts";
import { sampleBackup } from "./backup-samples.ts";
import { vaultTools } from "./vault-tools.ts";

const dayMs = 86_400_000;
const firstNight = Date.parse("2026-03-02T04:15:00Z");
const keep = { last: 3, daily: 7, weekly: 4, monthly: 12 };

/** Nights on which each key was the cluster's, both ends included; the platform writes the file anew each time it is asked. */
const keys = [
  { key: "A", serial: "6E:3F:00:00:00:00:00:0A", from: 1, to: 60 },
  { key: "B", serial: "6E:3F:00:00:00:00:00:0B", from: 61, to: 110 },
  { key: "C", serial: "6E:3F:00:00:00:00:00:0C", from: 111, to: 165 },
  { key: "D", serial: "6E:3F:00:00:00:00:00:0D", from: 166, to: 200 },
] as const;

const timeOf = (night: number) => firstNight + (night - 1) * dayMs;
const keyOf = (night: number) => keys.find(({ from, to }) => from <= night && night <= to);

let folder = "";
let vault: Vault;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-nights-"));
  vault = openDirectoryVault({ kind: "directory", path: folder, receiver: null }, vaultTools());
});
afterEach(async () => {
  await vault.close();
  rmSync(folder, { recursive: true, force: true });
});

async function backUp(night: number): Promise<void> {
  const { manifest, files } = sampleBackup(
    {
      takenAt: new Date(timeOf(night)).toISOString().replace(".000Z", "Z"),
      certificateSerial: keyOf(night)?.serial ?? null,
    },
    { text: `the file of night ${night}` },
  );
  await vault.publish(manifest, files);
}

/** `protectedSerials`: of the lists that the history has of the year before `nowMs`. */
async function prune(
  nowMs: number,
  protectedSerials: readonly string[],
): Promise<readonly RetentionVerdict[]> {
  const { backups } = await vault.list("east");
  const verdicts = judgeRetention(backups, { keep, protectedSerials, nowMs });
  for (const { backup, keep: stays } of verdicts) if (!stays) await vault.remove(backup);
  return verdicts.filter(({ keep: stays }) => stays);
}

/** Serials of the lists seen in the year before, where every night's look is in the history. */
const seenInTheYearBefore = (nowMs: number) =>
  keys
    .filter(({ from, to }) => timeOf(from) <= nowMs && timeOf(to) > nowMs - 365 * dayMs)
    .map(({ serial }) => serial);

/** `night  day  key  why it stays`. */
function table(kept: readonly RetentionVerdict[]): string[] {
  return kept.map(({ backup: { manifest }, reasons }) => {
    const night = Math.round((Date.parse(manifest.takenAt) - firstNight) / dayMs) + 1;
    const key = keys.find(({ serial }) => serial === manifest.certificateSerial)?.key ?? "?";
    return `${String(night).padStart(3)}  ${manifest.takenAt.slice(0, 10)}  ${key}  ${reasons.join("; ")}`;
  });
}

async function onDisk(): Promise<readonly string[]> {
  return (await vault.list("east")).backups.map(({ manifest }) => manifest.takenAt);
}

const times = (kept: readonly RetentionVerdict[]) => kept.map(({ backup }) => backup.manifest.takenAt);

describe("two hundred nights", () => {
  test("without a history of lists, each key is thinned by itself and keeps its newest copies", async () => {
    let kept: readonly RetentionVerdict[] = [];
    for (let night = 1; night <= 200; night += 1) {
      await backUp(night);
      kept = await prune(timeOf(night), []);
    }
    expect(await onDisk()).toEqual(times(kept));
    expect(table(kept)).toMatchInlineSnapshot(`
      [
        " 30  2026-03-31  A  monthly 2 of 12: 2026-03",
        " 42  2026-04-12  A  weekly 4 of 4: 2026-W15",
        " 49  2026-04-19  A  weekly 3 of 4: 2026-W16",
        " 54  2026-04-24  A  daily 7 of 7: 2026-04-24",
        " 55  2026-04-25  A  daily 6 of 7: 2026-04-25",
        " 56  2026-04-26  A  daily 5 of 7: 2026-04-26; weekly 2 of 4: 2026-W17",
        " 57  2026-04-27  A  daily 4 of 7: 2026-04-27",
        " 58  2026-04-28  A  last 3 of 3; daily 3 of 7: 2026-04-28",
        " 59  2026-04-29  A  last 2 of 3; daily 2 of 7: 2026-04-29",
        " 60  2026-04-30  A  the newest copy of its key; last 1 of 3; daily 1 of 7: 2026-04-30; weekly 1 of 4: 2026-W18; monthly 1 of 12: 2026-04",
        " 91  2026-05-31  B  weekly 4 of 4: 2026-W22; monthly 2 of 12: 2026-05",
        " 98  2026-06-07  B  weekly 3 of 4: 2026-W23",
        "104  2026-06-13  B  daily 7 of 7: 2026-06-13",
        "105  2026-06-14  B  daily 6 of 7: 2026-06-14; weekly 2 of 4: 2026-W24",
        "106  2026-06-15  B  daily 5 of 7: 2026-06-15",
        "107  2026-06-16  B  daily 4 of 7: 2026-06-16",
        "108  2026-06-17  B  last 3 of 3; daily 3 of 7: 2026-06-17",
        "109  2026-06-18  B  last 2 of 3; daily 2 of 7: 2026-06-18",
        "110  2026-06-19  B  the newest copy of its key; last 1 of 3; daily 1 of 7: 2026-06-19; weekly 1 of 4: 2026-W25; monthly 1 of 12: 2026-06",
        "121  2026-06-30  C  monthly 3 of 12: 2026-06",
        "147  2026-07-26  C  weekly 4 of 4: 2026-W30",
        "152  2026-07-31  C  monthly 2 of 12: 2026-07",
        "154  2026-08-02  C  weekly 3 of 4: 2026-W31",
        "159  2026-08-07  C  daily 7 of 7: 2026-08-07",
        "160  2026-08-08  C  daily 6 of 7: 2026-08-08",
        "161  2026-08-09  C  daily 5 of 7: 2026-08-09; weekly 2 of 4: 2026-W32",
        "162  2026-08-10  C  daily 4 of 7: 2026-08-10",
        "163  2026-08-11  C  last 3 of 3; daily 3 of 7: 2026-08-11",
        "164  2026-08-12  C  last 2 of 3; daily 2 of 7: 2026-08-12",
        "165  2026-08-13  C  the newest copy of its key; last 1 of 3; daily 1 of 7: 2026-08-13; weekly 1 of 4: 2026-W33; monthly 1 of 12: 2026-08",
        "182  2026-08-30  D  weekly 4 of 4: 2026-W35",
        "183  2026-08-31  D  monthly 2 of 12: 2026-08",
        "189  2026-09-06  D  weekly 3 of 4: 2026-W36",
        "194  2026-09-11  D  daily 7 of 7: 2026-09-11",
        "195  2026-09-12  D  daily 6 of 7: 2026-09-12",
        "196  2026-09-13  D  daily 5 of 7: 2026-09-13; weekly 2 of 4: 2026-W37",
        "197  2026-09-14  D  daily 4 of 7: 2026-09-14",
        "198  2026-09-15  D  last 3 of 3; daily 3 of 7: 2026-09-15",
        "199  2026-09-16  D  last 2 of 3; daily 2 of 7: 2026-09-16",
        "200  2026-09-17  D  the newest copy of its key; last 1 of 3; daily 1 of 7: 2026-09-17; weekly 1 of 4: 2026-W38; monthly 1 of 12: 2026-09",
      ]
    `);
  }, 120_000);

  test("with the history that the backups themselves keep, nothing goes while a list of the last year carries the key", async () => {
    for (let night = 1; night <= 200; night += 1) await backUp(night);
    for (const night of [60, 110, 165, 200]) {
      await prune(timeOf(night), seenInTheYearBefore(timeOf(night)));
    }
    expect(await onDisk()).toHaveLength(200);
    const later = Date.parse("2027-07-01T04:15:00Z");
    expect(seenInTheYearBefore(later)).toEqual([keys[2].serial, keys[3].serial]);
    const kept = await prune(later, seenInTheYearBefore(later));
    expect(await onDisk()).toEqual(times(kept));
    const rows = table(kept);
    expect(rows.filter((row) => / [CD] {2}a list of the last year carries its key/.test(row))).toHaveLength(
      90,
    );
    expect(rows.filter((row) => / [AB] {2}/.test(row))).toMatchInlineSnapshot(`
      [
        " 30  2026-03-31  A  monthly 2 of 12: 2026-03",
        " 42  2026-04-12  A  weekly 4 of 4: 2026-W15",
        " 49  2026-04-19  A  weekly 3 of 4: 2026-W16",
        " 54  2026-04-24  A  daily 7 of 7: 2026-04-24",
        " 55  2026-04-25  A  daily 6 of 7: 2026-04-25",
        " 56  2026-04-26  A  daily 5 of 7: 2026-04-26; weekly 2 of 4: 2026-W17",
        " 57  2026-04-27  A  daily 4 of 7: 2026-04-27",
        " 58  2026-04-28  A  last 3 of 3; daily 3 of 7: 2026-04-28",
        " 59  2026-04-29  A  last 2 of 3; daily 2 of 7: 2026-04-29",
        " 60  2026-04-30  A  the newest copy of its key; last 1 of 3; daily 1 of 7: 2026-04-30; weekly 1 of 4: 2026-W18; monthly 1 of 12: 2026-04",
        " 91  2026-05-31  B  weekly 4 of 4: 2026-W22; monthly 2 of 12: 2026-05",
        " 98  2026-06-07  B  weekly 3 of 4: 2026-W23",
        "104  2026-06-13  B  daily 7 of 7: 2026-06-13",
        "105  2026-06-14  B  daily 6 of 7: 2026-06-14; weekly 2 of 4: 2026-W24",
        "106  2026-06-15  B  daily 5 of 7: 2026-06-15",
        "107  2026-06-16  B  daily 4 of 7: 2026-06-16",
        "108  2026-06-17  B  last 3 of 3; daily 3 of 7: 2026-06-17",
        "109  2026-06-18  B  last 2 of 3; daily 2 of 7: 2026-06-18",
        "110  2026-06-19  B  the newest copy of its key; last 1 of 3; daily 1 of 7: 2026-06-19; weekly 1 of 4: 2026-W25; monthly 1 of 12: 2026-06",
      ]
    `);
  }, 120_000);
});
