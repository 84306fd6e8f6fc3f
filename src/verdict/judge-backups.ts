// The backups of one cluster's recovery key, the lists it serves now and the node's own alarm, to what is wrong with its backups.
import { normalSerial } from "../base/serial.ts";
import type { BackupAlarms } from "../facts/backup-alarm.ts";
import type { ItlRecord } from "../facts/itl-record.ts";
import type { BackupManifest, BackupProof } from "../vault/vault.ts";
import type { Finding } from "./verdict.ts";

/** What is known of one cluster. The vault could be read: else there is `vault-unreachable` and nothing to judge here. */
export interface BackupFacts {
  readonly cluster: string;
  /** Name of the publisher in the inventory. */
  readonly publisher: string;
  readonly backups: readonly Pick<
    BackupManifest,
    "id" | "takenAt" | "origin" | "proof" | "certificateSerial" | "notAfter" | "listedSerials"
  >[];
  /** The last good backup run, also one that found its file kept already; null: none is remembered here. */
  readonly lastGoodRun: { readonly at: string; readonly certificateSerial: string | null } | null;
  /** The ITLRecovery record of each list served now; none: the lists could not be read. */
  readonly records: readonly Pick<ItlRecord, "serial">[];
  /** Of the publisher's syslog; null: not read. */
  readonly alarms: BackupAlarms | null;
  /** The publisher's clock minus ours, which dates the alarms; null: not known. */
  readonly clockSkewMs: number | null;
}

export interface BackupThresholds {
  readonly backupAgeMs: number;
  readonly certificateDays: number;
  readonly nowMs: number;
  /** `unopened`: a run's file that nobody opened counts for the serials that the lists beside it name. */
  readonly requireProof: BackupProof;
}

type KnownBackup = BackupFacts["backups"][number];

/**
 * `backup-missing`, `backup-stale` (one finding at most), `backup-alarm-active`, and `recovery-certificate-expiring` of the key that is
 * kept for the served lists, unless `others` have that finding already. All of them warn.
 */
export function judgeBackups(
  facts: BackupFacts,
  thresholds: BackupThresholds,
  others: readonly Finding[] = [],
): Finding[] {
  return [
    ...(facts.backups.length === 0 ? [missing(facts)] : judgeStale(facts, thresholds)),
    ...judgeAlarm(facts),
    ...(others.some(({ code }) => code === "recovery-certificate-expiring")
      ? []
      : judgeExpiry(facts, thresholds)),
  ];
}

function missing({ cluster }: BackupFacts): Finding {
  return warning(
    "backup-missing",
    `${cluster}: its vault holds no backup of the recovery key: after a rebuild of the publisher no phone could be brought back`,
    `Run \`itlctl backup run ${cluster}\`.`,
  );
}

function judgeStale(facts: BackupFacts, { backupAgeMs, nowMs, requireProof }: BackupThresholds): Finding[] {
  const { cluster, backups, records } = facts;
  const served = new Set(records.map(serialOf));
  const serialsOf = (one: KnownBackup) => keyedAs(one, requireProof);
  const kept = new Set(backups.flatMap(serialsOf));
  const uncovered = [...served].filter((serial) => !kept.has(serial));
  const latest = backups.toSorted((one, other) => timeOf(one) - timeOf(other)).at(-1);
  if (uncovered.length > 0)
    return [
      warning(
        "backup-stale",
        `${cluster}: no backup is of the recovery key that the served lists name now (serial ${uncovered.map((serial) => serial ?? "unknown").join(", ")}); the newest, ${latest?.id}, ${keyText(latest)}`,
        `Run \`itlctl backup run ${cluster}\`; keep the older backups, phones that hold older lists need them.`,
      ),
    ];
  const seenMs = Math.max(
    ...lastSeen(facts, (one) => {
      if (served.size === 0) return true;
      if ("id" in one) return serialsOf(one).some((serial) => served.has(serial));
      // A run that saw no serial found a file unchanged that is spoken for: else there was a finding above.
      return served.has(serialOf(one)) || (one.certificateSerial === null && requireProof === "unopened");
    }),
  );
  if (nowMs - seenMs <= backupAgeMs) return [];
  return [
    warning(
      "backup-stale",
      `${cluster}: the last good backup was ${days(nowMs - seenMs)} ago (${isoOf(seenMs)}), more than ${days(backupAgeMs)}`,
      `Run \`itlctl backup run ${cluster}\`, and see why its schedule did not: \`itlctl schedule print\`.`,
    ),
  ];
}

function keyText(one: KnownBackup | undefined): string {
  if (one?.proof === "unopened") return "was not opened, so whose key it is was not seen";
  return `is of serial ${one?.certificateSerial ?? "unknown"}`;
}

/** The serials that a backup counts for. Older manifests name the one that the lists named also of a file that nobody opened. */
function keyedAs(one: KnownBackup, required: BackupProof): readonly (string | null)[] {
  if (one.proof !== "unopened") return [serialOf(one)];
  if (one.origin !== "run" || required !== "unopened") return [];
  return (one.listedSerials ?? [one.certificateSerial ?? ""]).map((serial) => normalSerial(serial));
}

type GoodRun = NonNullable<BackupFacts["lastGoodRun"]>;

/** When a backup was taken, or last found unchanged, of those that are wanted. */
function lastSeen(facts: BackupFacts, isWanted: (one: KnownBackup | GoodRun) => boolean): number[] {
  const { backups, lastGoodRun } = facts;
  const runs = lastGoodRun !== null && isWanted(lastGoodRun) ? [{ takenAt: lastGoodRun.at }] : [];
  return [...backups.filter(isWanted), ...runs].map(timeOf);
}

/** An import gives the node no reason to be silent: it was not asked for its file. */
function judgeAlarm(facts: BackupFacts): Finding[] {
  const { publisher, alarms, clockSkewMs } = facts;
  if (alarms === null || alarms.count === 0) return [];
  const delivered = facts.backups.filter(({ origin }) => origin === "run");
  const newestMs = Math.max(...lastSeen({ ...facts, backups: delivered }, () => true));
  const raisedMs = alarms.lastRaisedAt === null ? null : Date.parse(alarms.lastRaisedAt) - (clockSkewMs ?? 0);
  const isAfter = newestMs === -Infinity || alarms.undated > 0 || (raisedMs !== null && raisedMs > newestMs);
  if (!isAfter) return [];
  const when =
    raisedMs === null || alarms.undated > 0 ? "at a time that cannot be read" : `at ${isoOf(raisedMs)}`;
  const since =
    newestMs === -Infinity ? "no backup was taken from it" : `the newest backup is of ${isoOf(newestMs)}`;
  return [
    warning(
      "backup-alarm-active",
      `${publisher}: its syslog says that the recovery key is not backed up (ITLRecoveryCertBackup, last raised ${when}); ${since}`,
      `Run \`itlctl backup run ${facts.cluster}\`: the key or the cluster security password changed since, or its file was never taken.`,
      publisher,
    ),
  ];
}

function judgeExpiry(facts: BackupFacts, { certificateDays, nowMs }: BackupThresholds): Finding[] {
  const served = new Set(facts.records.map(serialOf));
  const kept = facts.backups.findLast((one) => one.notAfter !== null && served.has(serialOf(one)));
  if (kept === undefined || kept.notAfter === null) return [];
  const leftDays = (Date.parse(kept.notAfter) - nowMs) / 86_400_000;
  if (!(leftDays < certificateDays)) return [];
  return [
    warning(
      "recovery-certificate-expiring",
      `${facts.cluster}: the ITLRecovery certificate that its lists name (serial ${kept.certificateSerial}) ${leftDays < 0 ? "expired" : "expires"} on ${kept.notAfter}`,
      "Plan its renewal while every phone trusts what is served; back up the old key before and the new one after.",
    ),
  ];
}

const warning = (
  code: Finding["code"],
  message: string,
  advice: string,
  node: string | null = null,
): Finding => ({
  code,
  severity: "warn",
  node,
  message,
  advice,
});

function serialOf(one: { readonly serial?: string | null; readonly certificateSerial?: string | null }) {
  return normalSerial(one.certificateSerial ?? one.serial ?? "");
}

/** A time that cannot be read is no backup that counts. */
function timeOf({ takenAt }: { readonly takenAt: string }): number {
  const ms = Date.parse(takenAt);
  return Number.isNaN(ms) ? -Infinity : ms;
}

const isoOf = (ms: number) =>
  Number.isFinite(ms) ? new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z") : "never";

function days(ms: number): string {
  if (!Number.isFinite(ms)) return "longer than known";
  return ms < 2 * 86_400_000 ? `${Math.floor(ms / 3_600_000)} h` : `${Math.floor(ms / 86_400_000)} days`;
}
