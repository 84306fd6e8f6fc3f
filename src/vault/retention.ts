// The backups of a vault and the inventory's `keep:` → which stay and why, recovery key by recovery key.
import { normalSerial } from "../base/serial.ts";
import type { BackupManifest, BackupProof, StoredBackup } from "./vault.ts";

/** How many are kept of the newest, and of the newest of each UTC day, ISO week and month that has any. */
export interface Keep {
  readonly last: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

/** `reasons` say why it stays, or why it may go; never empty. */
export interface RetentionVerdict {
  readonly backup: StoredBackup;
  readonly keep: boolean;
  readonly reasons: readonly string[];
}

/** `protectedSerials`: of every key that a list of the last year carries. */
export interface RetentionRules {
  readonly keep: Keep;
  readonly protectedSerials: readonly string[];
  readonly nowMs: number;
}

const dayMs = 86_400_000;
const proofs: readonly BackupProof[] = ["unopened", "opened", "matched"];

/** Judges each backup, in the order given. A second judgement of those that stay lets all of them stay. */
export function judgeRetention(
  backups: readonly StoredBackup[],
  { keep, protectedSerials, nowMs }: RetentionRules,
): readonly RetentionVerdict[] {
  const shielded = new Set(protectedSerials.map((serial) => normalSerial(serial) ?? serial));
  const reasons = new Map<StoredBackup, string[]>(backups.map((backup) => [backup, []]));
  const give = (backup: StoredBackup | undefined, reason: string) => {
    if (backup !== undefined) reasons.get(backup)?.push(reason);
  };
  for (const backup of backups) {
    const serial = backup.manifest.certificateSerial;
    if (serial !== null && shielded.has(normalSerial(serial) ?? serial))
      give(backup, "a list of the last year carries its key");
    if (isAhead(backup, nowMs)) give(backup, "its time lies ahead of now");
  }
  for (const copies of copiesByKey(backups)) {
    const past = copies.filter((backup) => !isAhead(backup, nowMs));
    give(copies[0], copies.length === 1 ? "the only copy of its key" : "the newest copy of its key");
    const best = bestProven(copies);
    if (best !== copies[0]) give(best, "the best proven copy of its key");
    for (const [at, backup] of past.slice(0, keep.last).entries())
      give(backup, `last ${at + 1} of ${keep.last}`);
    for (const [what, count, period] of periods(keep)) {
      for (const [at, backup] of newestOfEach(past, period, count).entries())
        give(backup, `${what} ${at + 1} of ${count}: ${period(backup.manifest.takenAt)}`);
    }
  }
  return backups.map((backup) => {
    const why = reasons.get(backup) ?? [];
    if (why.length > 0) return { backup, keep: true, reasons: why };
    return {
      backup,
      keep: false,
      reasons: ["other copies of its key are kept, and no rule asks for this one"],
    };
  });
}

function isAhead({ manifest }: StoredBackup, nowMs: number): boolean {
  return Date.parse(manifest.takenAt) > nowMs + dayMs;
}

/** Copies of each key, the newest first; a key that could not be read is known by its file alone. */
function copiesByKey(backups: readonly StoredBackup[]): StoredBackup[][] {
  const groups = new Map<string, StoredBackup[]>();
  for (const backup of backups) {
    const name = keyOf(backup.manifest);
    groups.set(name, [...(groups.get(name) ?? []), backup]);
  }
  return [...groups.values()].map((copies) => copies.toSorted(newestFirst));
}

function keyOf({ cluster, certificateSerial, sha256 }: BackupManifest): string {
  const key = certificateSerial === null ? sha256 : (normalSerial(certificateSerial) ?? certificateSerial);
  return `${cluster} ${key}`;
}

function newestFirst(one: StoredBackup, other: StoredBackup): number {
  const later = Date.parse(other.manifest.takenAt) - Date.parse(one.manifest.takenAt);
  if (later !== 0) return later;
  return one.manifest.id < other.manifest.id ? 1 : -1;
}

function bestProven(copies: readonly StoredBackup[]): StoredBackup | undefined {
  const rank = ({ manifest }: StoredBackup) => proofs.indexOf(manifest.proof);
  const highest = Math.max(...copies.map(rank));
  return copies.find((backup) => rank(backup) === highest);
}

type Period = (takenAt: string) => string;

function periods(keep: Keep): readonly (readonly [what: string, count: number, period: Period])[] {
  return [
    ["daily", keep.daily, dayOf],
    ["weekly", keep.weekly, isoWeekOf],
    ["monthly", keep.monthly, (takenAt) => dayOf(takenAt).slice(0, 7)],
  ];
}

function newestOfEach(copies: readonly StoredBackup[], period: Period, count: number): StoredBackup[] {
  const newest = new Map<string, StoredBackup>();
  for (const backup of copies) {
    const name = period(backup.manifest.takenAt);
    if (!newest.has(name)) newest.set(name, backup);
  }
  return [...newest.values()].slice(0, count);
}

const dayOf: Period = (takenAt) => new Date(takenAt).toISOString().slice(0, 10);

/** `2026-W47`: a week belongs to the year of its Thursday. */
const isoWeekOf: Period = (takenAt) => {
  const day = new Date(`${dayOf(takenAt)}T00:00:00Z`);
  const thursdayMs = day.getTime() + (4 - (day.getUTCDay() || 7)) * dayMs;
  const year = new Date(thursdayMs).getUTCFullYear();
  const week = Math.floor((thursdayMs - Date.UTC(year, 0, 1)) / (7 * dayMs)) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
};
