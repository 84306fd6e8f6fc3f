// Which backups stay: by count, day, week and month of each key, never the last copy, never a key that phones may still need.
import { describe, expect, test } from "vitest";
import { judgeRetention, type Keep, type RetentionRules } from "../../src/vault/retention.ts";
import type { BackupManifest, StoredBackup } from "../../src/vault/vault.ts";
import { sampleBackup } from "./backup-samples.ts";

const none: Keep = { last: 0, daily: 0, weekly: 0, monthly: 0 };

function stored(takenAt: string, change: Partial<BackupManifest> = {}): StoredBackup {
  const { manifest } = sampleBackup({ takenAt, ...change });
  return { manifest, path: `${manifest.cluster}/${manifest.id}` };
}

/** The times of those that stay, in the order given. */
function kept(backups: readonly StoredBackup[], keep: Partial<Keep>, rules: Partial<RetentionRules> = {}) {
  const nowMs = Date.parse("2027-06-01T00:00:00Z");
  return judgeRetention(backups, { keep: { ...none, ...keep }, protectedSerials: [], nowMs, ...rules })
    .filter((verdict) => verdict.keep)
    .map(({ backup }) => backup.manifest.takenAt);
}

const daily = (from: string, count: number, change: Partial<BackupManifest> = {}) =>
  Array.from({ length: count }, (_, day) =>
    stored(new Date(Date.parse(from) + day * 86_400_000).toISOString().replace(".000Z", "Z"), change),
  );

describe("how many stay", () => {
  test("the newest of a key stays when nothing else is asked for", () => {
    const backups = daily("2026-11-01T02:00:00Z", 3);
    expect(kept(backups, {})).toEqual(["2026-11-03T02:00:00Z"]);
  });

  test("last counts backups, however close", () => {
    const backups = ["02:00:00", "02:00:01", "02:00:02"].map((time) => stored(`2026-11-01T${time}Z`));
    expect(kept(backups, { last: 2 })).toEqual(["2026-11-01T02:00:01Z", "2026-11-01T02:00:02Z"]);
  });

  test("daily keeps the newest of each day in UTC, and days without a backup do not count", () => {
    const backups = [
      "2026-11-01T10:00:00Z",
      "2026-11-01T23:59:59Z",
      "2026-11-05T00:00:00Z",
      "2026-11-06T08:00:00Z",
    ].map((time) => stored(time));
    expect(kept(backups, { daily: 3 })).toEqual(backups.slice(1).map(({ manifest }) => manifest.takenAt));
    expect(kept(backups, { daily: 2 })).toEqual(backups.slice(2).map(({ manifest }) => manifest.takenAt));
  });

  test("weekly keeps the newest of each ISO week, from Monday to Sunday, over the turn of the year", () => {
    // 2026-12-28 is a Monday; its week is the 53rd of 2026 and ends on Sunday, 2027-01-03.
    const backups = daily("2026-12-26T02:00:00Z", 11);
    expect(kept(backups, { weekly: 3 })).toEqual([
      "2026-12-27T02:00:00Z",
      "2027-01-03T02:00:00Z",
      "2027-01-05T02:00:00Z",
    ]);
    const verdicts = judgeRetention(backups, {
      keep: { ...none, weekly: 3 },
      protectedSerials: [],
      nowMs: Date.parse("2027-02-01T00:00:00Z"),
    });
    expect(verdicts[8]?.reasons).toEqual(["weekly 2 of 3: 2026-W53"]);
  });

  test("monthly keeps the newest of each month", () => {
    const backups = daily("2027-01-30T02:00:00Z", 33);
    expect(kept(backups, { monthly: 2 })).toEqual(["2027-02-28T02:00:00Z", "2027-03-03T02:00:00Z"]);
  });

  test("rules add up", () => {
    const backups = daily("2026-11-01T02:00:00Z", 60);
    expect(kept(backups, { last: 2, daily: 3, weekly: 2, monthly: 2 })).toEqual([
      "2026-11-30T02:00:00Z",
      "2026-12-27T02:00:00Z",
      "2026-12-28T02:00:00Z",
      "2026-12-29T02:00:00Z",
      "2026-12-30T02:00:00Z",
    ]);
  });
});

describe("recovery key by recovery key", () => {
  const old = "61:40:52:1F:00:00:00:01";
  const young = "61:40:52:1F:00:00:00:02";

  test("each key has its own counts", () => {
    const backups = [
      ...daily("2026-11-01T02:00:00Z", 3, { certificateSerial: old }),
      ...daily("2026-11-04T02:00:00Z", 3, { certificateSerial: young }),
    ];
    expect(kept(backups, { last: 2 })).toEqual([
      "2026-11-02T02:00:00Z",
      "2026-11-03T02:00:00Z",
      "2026-11-05T02:00:00Z",
      "2026-11-06T02:00:00Z",
    ]);
  });

  test("the last copy of an old key stays for ever", () => {
    const backups = [
      stored("2016-01-01T00:00:00Z", { certificateSerial: old }),
      ...daily("2026-11-01T02:00:00Z", 9, { certificateSerial: young }),
    ];
    expect(kept(backups, { last: 1 })).toEqual(["2016-01-01T00:00:00Z", "2026-11-09T02:00:00Z"]);
  });

  test("the same serial in two clusters is two keys", () => {
    const backups = [stored("2026-11-01T02:00:00Z"), stored("2026-11-02T02:00:00Z", { cluster: "west" })];
    expect(kept(backups, {})).toHaveLength(2);
  });

  test("a key that could not be read is known by its file", () => {
    const one = { certificateSerial: null, sha256: "a".repeat(64) };
    const backups = [
      stored("2026-11-01T02:00:00Z", one),
      stored("2026-11-02T02:00:00Z", one),
      stored("2026-11-02T03:00:00Z", { certificateSerial: null, sha256: "b".repeat(64) }),
    ];
    expect(kept(backups, {})).toEqual(["2026-11-02T02:00:00Z", "2026-11-02T03:00:00Z"]);
  });

  test("every copy of a key that a list of the last year carries stays, however its serial is spelt", () => {
    const backups = [
      ...daily("2026-11-01T02:00:00Z", 3, { certificateSerial: old }),
      ...daily("2026-11-04T02:00:00Z", 3, { certificateSerial: young }),
    ];
    const protectedSerials = ["006140521f00000001"];
    expect(kept(backups, { last: 1 }, { protectedSerials })).toEqual([
      "2026-11-01T02:00:00Z",
      "2026-11-02T02:00:00Z",
      "2026-11-03T02:00:00Z",
      "2026-11-06T02:00:00Z",
    ]);
  });

  test("the best proven copy stays where the newest shows less", () => {
    const backups = [
      stored("2026-11-01T02:00:00Z"),
      stored("2026-11-02T02:00:00Z"),
      stored("2026-11-03T02:00:00Z", { proof: "opened" }),
      stored("2026-11-04T02:00:00Z", { proof: "unopened" }),
    ];
    expect(kept(backups, {})).toEqual(["2026-11-02T02:00:00Z", "2026-11-04T02:00:00Z"]);
  });

  test("what a wrong clock dated ahead stays, and takes no other's place", () => {
    const backups = [...daily("2026-11-01T02:00:00Z", 3), stored("2036-01-01T00:00:00Z")];
    const nowMs = Date.parse("2026-11-03T12:00:00Z");
    expect(kept(backups, { last: 1 }, { nowMs })).toEqual(["2026-11-03T02:00:00Z", "2036-01-01T00:00:00Z"]);
  });
});
