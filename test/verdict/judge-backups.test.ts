// What is wrong with the backups of a cluster: none, the wrong key, too old, and the node's own alarm.
import { describe, expect, test } from "vitest";
import { parseBackupAlarms } from "../../src/facts/backup-alarm.ts";
import { type BackupFacts, judgeBackups } from "../../src/verdict/judge-backups.ts";
import type { Finding } from "../../src/verdict/verdict.ts";
import { transcript } from "../facts/transcript-text.ts";

const nowMs = Date.parse("2026-03-10T02:00:00Z");
const thresholds = {
  backupAgeMs: 2 * 86_400_000,
  certificateDays: 180,
  nowMs,
  requireProof: "matched",
} as const;
const fresh = {
  id: "fresh",
  takenAt: "2026-03-09T02:00:00Z",
  origin: "run",
  proof: "matched",
  certificateSerial: "C1:F2",
  notAfter: "2036-01-01T00:00:00Z",
} as const;
const healthy: BackupFacts = {
  cluster: "east",
  publisher: "pub",
  backups: [fresh],
  lastGoodRun: null,
  records: [{ serial: "C1:F2" }, { serial: "C1:F2" }],
  alarms: { count: 0, lastRaisedAt: null, undated: 0 },
  clockSkewMs: 0,
};
const judge = (parts: Partial<BackupFacts>, others: readonly Finding[] = []) =>
  judgeBackups({ ...healthy, ...parts }, thresholds, others);
const codes = (parts: Partial<BackupFacts>) => judge(parts).map(({ code }) => code);

test("a fresh backup of the served key is good", () => {
  expect(judge({})).toEqual([]);
  expect(judge({ alarms: null, clockSkewMs: null })).toEqual([]);
});

test("none at all is missing, and nothing else", () => {
  expect(codes({ backups: [] })).toEqual(["backup-missing"]);
});

describe("stale", () => {
  test("is a backup of another key, however fresh", () => {
    const [finding, ...others] = judge({ backups: [{ ...fresh, certificateSerial: "AA" }] });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: "backup-stale", severity: "warn", node: null });
    expect(finding?.message).toContain("serial C1:F2");
    expect(finding?.message).toContain("fresh, is of serial AA");
  });

  test("is one key too few, where the lists name two", () => {
    expect(codes({ records: [{ serial: "C1:F2" }, { serial: "BB" }] })).toEqual(["backup-stale"]);
    const two = [fresh, { ...fresh, certificateSerial: "BB" }];
    expect(codes({ records: [{ serial: "C1:F2" }, { serial: "BB" }], backups: two })).toEqual([]);
  });

  test("is a backup of a key that nobody saw", () => {
    expect(codes({ backups: [{ ...fresh, certificateSerial: null }] })).toEqual(["backup-stale"]);
  });

  test("is a backup that nobody opened, but where the inventory takes such: then the lists beside it speak for it", () => {
    const closed = {
      ...fresh,
      proof: "unopened",
      certificateSerial: null,
      listedSerials: ["C1:F2"],
    } as const;
    const [finding] = judge({ backups: [closed] });
    expect(finding?.code).toBe("backup-stale");
    expect(finding?.message).toContain("was not opened, so whose key it is was not seen");
    const accepted = (parts: Partial<BackupFacts>) =>
      judgeBackups({ ...healthy, ...parts }, { ...thresholds, requireProof: "unopened" }).map(
        ({ code }) => code,
      );
    expect(accepted({ backups: [closed] })).toEqual([]);
    expect(accepted({ backups: [{ ...closed, listedSerials: ["AA"] }] })).toEqual(["backup-stale"]);
    expect(accepted({ backups: [{ ...closed, origin: "import" }] })).toEqual(["backup-stale"]);
    const { listedSerials: _unread, ...before } = { ...closed, certificateSerial: "C1:F2" };
    expect(codes({ backups: [before] })).toEqual(["backup-stale"]);
    expect(accepted({ backups: [before] })).toEqual([]);
    const old = { ...closed, takenAt: "2025-01-01T00:00:00Z" };
    expect(accepted({ backups: [old] })).toEqual(["backup-stale"]);
    const lastGoodRun = { at: "2026-03-09T02:00:00Z", certificateSerial: null };
    expect(accepted({ backups: [old], lastGoodRun })).toEqual([]);
  });

  test.each<[string, string, string[]]>([
    ["two days", "2026-03-08T02:00:00Z", []],
    ["a second more", "2026-03-08T01:59:59Z", ["backup-stale"]],
    ["a time that cannot be read", "long ago", ["backup-stale"]],
  ])("is one older than the threshold: %s", (_title, takenAt, expected) => {
    expect(codes({ backups: [{ ...fresh, takenAt }] })).toEqual(expected);
  });

  test("is not an old one that a run found unchanged yesterday", () => {
    const old = { ...fresh, takenAt: "2025-01-01T00:00:00Z" };
    const at = "2026-03-09T02:00:00Z";
    expect(codes({ backups: [old] })).toEqual(["backup-stale"]);
    expect(codes({ backups: [old], lastGoodRun: { at, certificateSerial: "c1f2" } })).toEqual([]);
    expect(codes({ backups: [old], lastGoodRun: { at, certificateSerial: "AA" } })).toEqual(["backup-stale"]);
  });

  test("is not made fresh by a newer backup of another key", () => {
    const backups = [
      { ...fresh, takenAt: "2026-01-01T00:00:00Z" },
      { ...fresh, certificateSerial: "AA" },
    ];
    expect(judge({ backups })[0]?.message).toContain("the last good backup was 68 days ago");
  });

  test("names the newest of the backups that are of another key", () => {
    const of = (id: string, takenAt: string) => ({ ...fresh, id, takenAt, certificateSerial: id });
    const [a, b, c] = [
      of("0A", "2026-01-01T00:00:00Z"),
      of("0B", "2026-03-01T00:00:00Z"),
      of("0C", "long ago"),
    ];
    for (const backups of [
      [a, b, c],
      [c, b, a],
      [b, c, a],
    ])
      expect(judge({ backups })[0]?.message).toContain("the newest, 0B, is of serial 0B");
  });

  test("is not made fresh by a file that nobody opened and that no run delivered", () => {
    const imported = { ...fresh, proof: "unopened", origin: "import", certificateSerial: null } as const;
    const old = { ...fresh, takenAt: "2025-01-01T00:00:00Z" };
    const taking = { ...thresholds, requireProof: "unopened" } as const;
    const found = judgeBackups({ ...healthy, backups: [imported, old] }, taking);
    expect(found.map(({ code }) => code)).toEqual(["backup-stale"]);
  });

  test("is not a run's unopened file of which the lists beside it name one key of several", () => {
    const listedSerials = ["AA", "C1:F2"];
    const closed = { ...fresh, proof: "unopened", certificateSerial: null, listedSerials } as const;
    const taking = { ...thresholds, requireProof: "unopened" } as const;
    expect(judgeBackups({ ...healthy, backups: [closed] }, taking)).toEqual([]);
  });

  test("is not made fresh by a run that saw no serial, or another, where backups are to be opened", () => {
    const old = { ...fresh, takenAt: "2025-01-01T00:00:00Z" };
    const run = (certificateSerial: string | null) => ({
      ...healthy,
      backups: [old],
      lastGoodRun: { at: "2026-03-09T02:00:00Z", certificateSerial },
    });
    const taking = { ...thresholds, requireProof: "unopened" } as const;
    expect(judgeBackups(run(null), thresholds)).toHaveLength(1);
    expect(judgeBackups(run("AA"), taking)).toHaveLength(1);
    expect(judgeBackups(run(null), taking)).toEqual([]);
    expect(judgeBackups(run("C1F2"), taking)).toEqual([]);
  });

  test.each([
    ["2026-03-08T20:00:00Z", 24, "30 h ago (2026-03-08T20:00:00Z), more than 24 h"],
    ["2026-03-08T02:00:00Z", 47, "2 days ago (2026-03-08T02:00:00Z), more than 47 h"],
    ["2026-03-05T02:00:00Z", 48, "5 days ago (2026-03-05T02:00:00Z), more than 2 days"],
    ["long ago", 48, "longer than known ago (never), more than 2 days"],
  ])("says how old it is: %s beside %i hours", (takenAt, hours, words) => {
    const backups = [{ ...fresh, takenAt }];
    const [finding] = judgeBackups(
      { ...healthy, backups },
      { ...thresholds, backupAgeMs: hours * 3_600_000 },
    );
    expect(finding?.message).toBe(`east: the last good backup was ${words}`);
  });

  test("is told by age alone where no list could be read", () => {
    expect(codes({ records: [], backups: [{ ...fresh, certificateSerial: "AA" }] })).toEqual([]);
    expect(codes({ records: [], backups: [{ ...fresh, takenAt: "2026-01-01T00:00:00Z" }] })).toEqual([
      "backup-stale",
    ]);
  });
});

describe("the alarm", () => {
  const raised = (lastRaisedAt: string | null, undated = 0) => ({
    alarms: { count: 3, lastRaisedAt, undated },
  });

  test("is active where it was raised after the newest backup, and not before it", () => {
    expect(codes(raised("2026-03-09T01:59:59Z"))).toEqual([]);
    expect(codes(raised("2026-03-09T02:00:00Z"))).toEqual([]);
    const [finding] = judge(raised("2026-03-09T21:38:10Z"));
    expect(finding).toMatchObject({ code: "backup-alarm-active", severity: "warn", node: "pub" });
    expect(finding?.message).toContain("last raised at 2026-03-09T21:38:10Z");
  });

  test("is held against the last run that found its file unchanged", () => {
    const lastGoodRun = { at: "2026-03-09T22:00:00Z", certificateSerial: "C1:F2" };
    expect(codes({ ...raised("2026-03-09T21:38:10Z"), lastGoodRun })).toEqual([]);
  });

  test("is dated by our clock: the node's may be ahead or behind", () => {
    expect(codes({ ...raised("2026-03-09T02:04:00Z"), clockSkewMs: 300_000 })).toEqual([]);
    expect(codes({ ...raised("2026-03-09T01:56:00Z"), clockSkewMs: -300_000 })).toEqual([
      "backup-alarm-active",
    ]);
    expect(codes({ ...raised("2026-03-09T02:04:00Z"), clockSkewMs: null })).toEqual(["backup-alarm-active"]);
  });

  test("is not quieted by an import: the node was not asked", () => {
    const imported = { ...fresh, origin: "import" } as const;
    expect(codes({ ...raised("2026-01-01T00:00:00Z"), backups: [imported] })).toEqual([
      "backup-alarm-active",
    ]);
  });

  test("without a time that can be read is active", () => {
    const [finding] = judge(raised(null, 3));
    expect(finding?.message).toContain("at a time that cannot be read");
  });

  test("of which only some have a time is active, at a time that cannot be read", () => {
    const [finding] = judge(raised("2026-01-01T00:00:00Z", 1));
    expect(finding?.message).toContain("last raised at a time that cannot be read");
    expect(codes({ ...raised(null), backups: [] })).toEqual(["backup-missing", "backup-alarm-active"]);
  });

  test("says which backup it came after, or that there is none", () => {
    const message = (backups: BackupFacts["backups"]) =>
      judge({ ...raised("2026-03-09T21:38:10Z"), backups }).at(-1)?.message;
    expect(message([fresh])).toMatch(/; the newest backup is of 2026-03-09T02:00:00Z$/);
    expect(message([])).toMatch(/; no backup was taken from it$/);
    expect(message([{ ...fresh, origin: "import" }])).toMatch(/; no backup was taken from it$/);
  });

  test("comes beside a missing backup", () => {
    expect(codes({ backups: [], ...raised("2014-01-01T00:00:00Z") })).toEqual([
      "backup-missing",
      "backup-alarm-active",
    ]);
  });

  test("of tac-08 is read and judged", () => {
    const alarms = parseBackupAlarms(transcript("tac-08"));
    const before = [{ ...fresh, takenAt: "2014-02-17T21:38:09Z" }];
    const after = [{ ...fresh, takenAt: "2014-02-17T21:38:11Z" }];
    expect(codes({ alarms, backups: before })).toContain("backup-alarm-active");
    expect(codes({ alarms, backups: after })).not.toContain("backup-alarm-active");
  });
});

describe("the end of the kept key's certificate", () => {
  const ending = (notAfter: string | null) => ({ backups: [{ ...fresh, notAfter }] });

  test("is told inside the threshold", () => {
    expect(codes(ending("2026-09-06T03:00:00Z"))).toEqual([]);
    expect(judge(ending("2026-09-06T01:00:00Z"))[0]?.message).toContain("expires on 2026-09-06T01:00:00Z");
    expect(judge(ending("2026-03-01T00:00:00Z"))[0]?.message).toContain("expired on");
    expect(codes(ending(null))).toEqual([]);
  });

  test("is told once, and of the served key only", () => {
    const other = { code: "recovery-certificate-expiring", severity: "warn", node: "pub" } as const;
    expect(judge(ending("2026-03-11T00:00:00Z"), [{ ...other, message: "", advice: "" }])).toEqual([]);
    const old = { ...fresh, certificateSerial: "AA", notAfter: "2026-03-11T00:00:00Z" };
    expect(codes({ backups: [old, fresh] })).toEqual([]);
    expect(codes({ backups: [fresh, old] })).toEqual([]);
    const others = [{ ...other, code: "recovery-key-weak", message: "", advice: "" }] as const;
    expect(judge(ending("2026-03-11T00:00:00Z"), others)).toHaveLength(1);
  });

  test("is not told on the first day outside, and is told by a backup whose end is known", () => {
    expect(codes(ending("2026-09-06T02:00:00Z"))).toEqual([]);
    expect(codes(ending("2026-09-06T01:59:59Z"))).toEqual(["recovery-certificate-expiring"]);
    expect(judge(ending("2026-03-10T02:00:00Z"))[0]?.message).toContain("expires on");
    const unread = { ...fresh, notAfter: null };
    expect(codes({ backups: [{ ...fresh, notAfter: "2026-03-11T00:00:00Z" }, unread] })).toEqual([
      "recovery-certificate-expiring",
    ]);
  });
});
