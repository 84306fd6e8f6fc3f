// For any backups and any rules: every key keeps a copy, a second prune takes nothing, and order does not matter.
import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeRetention } from "../../src/vault/retention.ts";
import type { StoredBackup } from "../../src/vault/vault.ts";
import { sampleBackup } from "./backup-samples.ts";

const start = Date.UTC(2026, 0, 1);
const serials = [null, "01", "02", "AB:CD"];
const nowMs = start + 400 * 86_400_000;

const backup = fc
  .record({
    hour: fc.integer({ min: 0, max: 9600 }),
    certificateSerial: fc.constantFrom(...serials),
    cluster: fc.constantFrom("east", "west"),
    proof: fc.constantFrom("unopened" as const, "opened" as const, "matched" as const),
    digit: fc.constantFrom("a", "b"),
  })
  .map(({ hour, digit, ...facts }): StoredBackup => {
    const takenAt = new Date(start + hour * 3_600_000).toISOString();
    const { manifest } = sampleBackup({ ...facts, takenAt, sha256: digit.repeat(64) });
    return { manifest, path: `${manifest.cluster}/${manifest.id}` };
  });
const backups = fc.uniqueArray(backup, { maxLength: 60, selector: ({ path }) => path });
const count = fc.integer({ min: 0, max: 8 });
const rules = fc.record({
  keep: fc.record({ last: count, daily: count, weekly: count, monthly: count }),
  protectedSerials: fc.subarray(["01", "02"]),
  nowMs: fc.constant(nowMs),
});
const keyOf = ({ manifest }: StoredBackup) =>
  `${manifest.cluster} ${manifest.certificateSerial ?? manifest.sha256}`;
const stays = (all: readonly StoredBackup[], by: Parameters<typeof judgeRetention>[1]) =>
  judgeRetention(all, by)
    .filter(({ keep }) => keep)
    .map((verdict) => verdict.backup);

test("every key keeps a copy, and every verdict has a reason", () => {
  fc.assert(
    fc.property(backups, rules, (all, by) => {
      expect(new Set(stays(all, by).map(keyOf))).toEqual(new Set(all.map(keyOf)));
      for (const { reasons } of judgeRetention(all, by)) expect(reasons.length).toBeGreaterThan(0);
    }),
  );
});

test("a second prune takes nothing away", () => {
  fc.assert(
    fc.property(backups, rules, (all, by) => {
      const once = stays(all, by);
      expect(stays(once, by)).toEqual(once);
    }),
  );
});

test("the order of the backups does not matter", () => {
  fc.assert(
    fc.property(backups, rules, (all, by) => {
      const paths = (some: readonly StoredBackup[]) => some.map(({ path }) => path).sort();
      expect(paths(stays(all.toReversed(), by))).toEqual(paths(stays(all, by)));
    }),
  );
});

test("the newest so many of a key and its protected copies stay", () => {
  fc.assert(
    fc.property(backups, rules, (all, by) => {
      const kept = stays(all, by);
      for (const one of all) {
        const newer = all.filter(
          (other) => keyOf(other) === keyOf(one) && other.manifest.takenAt > one.manifest.takenAt,
        );
        const same = all.filter(
          (other) => keyOf(other) === keyOf(one) && other.manifest.takenAt === one.manifest.takenAt,
        );
        const isLast = same.length === 1 && newer.length < by.keep.last;
        const isProtected = by.protectedSerials.includes(one.manifest.certificateSerial ?? "");
        if (isLast || isProtected) expect(kept).toContain(one);
      }
    }),
  );
});
