// backup run and status when nobody watches: which hooks are started with what, and what the metrics file says from night to night.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type BackupCli, openBackupCli } from "../support/backup-cli.ts";
import { prometheusSamples } from "../support/prometheus-text.ts";

let cli: BackupCli;
let trouble: Error | null = null;
const away = new OperatorError("vault-unreachable", "nobody answers", { hint: "look at it" });

/** Appends what it is given to `<event>.jsonl`, and notes its environment. */
const recorder = 'cat >> "$0/$1.jsonl"; env > "$0/env"';
const hook = (event: string, script = recorder) => ["sh", "-c", script, "HOOKS", event];

beforeEach(async () => {
  trouble = null;
  cli = await openBackupCli({
    clusters: [{ name: "east", release: "12.5" }],
    vault: { trouble: (call) => (call === "checkWritable" ? trouble : null) },
    change(cluster) {
      cluster["hooks"] = {
        backupStored: hook("backupStored"),
        backupFailed: hook("backupFailed"),
        alarmActive: hook("alarmActive"),
      };
    },
  });
  mkdirSync(join(cli.folder, "hooks"));
  const text = readFileSync(cli.inventory, "utf8");
  writeFileSync(cli.inventory, text.replaceAll("HOOKS", join(cli.folder, "hooks")));
});

afterEach(async () => {
  expect(cli.lab.complaints).toEqual([]);
  await cli.close();
});

const metricsFile = () => join(cli.folder, "itlctl.prom");
const samples = () => prometheusSamples(readFileSync(metricsFile(), "utf8"));
const backUp = () => cli.run(["backup", "run", "east", "--json", "--metrics", metricsFile()]);

/** What a hook was given so far. */
function told(event: string): readonly Record<string, unknown>[] {
  const path = join(cli.folder, "hooks", `${event}.jsonl`);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("backupStored is started for a new key only, with the backup and its place, and without passwords", async () => {
  const first = (await backUp()).json<RunDocument>();
  expect((await backUp()).exit).toBe(0);
  expect(told("backupStored")).toEqual([
    {
      ...{ event: "backupStored", cluster: "east", run: first.run, exit: 0, outcome: "done" },
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      backup: first.backup,
      vault: { kind: "directory", path: join(cli.folder, "vault") },
    },
  ]);
  const environment = readFileSync(join(cli.folder, "hooks", "env"), "utf8");
  for (const password of Object.values(cli.lab.environment)) expect(environment).not.toContain(password);
  cli.lab.cluster().replaceCertificate(cli.lab.cluster().publisher, "ITLRecovery");
  expect((await backUp()).exit).not.toBe(1);
  expect(told("backupStored")).toHaveLength(2);
  expect(told("backupFailed")).toEqual([]);
});

test("backupFailed is told the error, and the night before stays in the metrics", async () => {
  expect((await backUp()).exit).toBe(0);
  const good = samples();
  const success = 'itlctl_backup_last_success_timestamp_seconds{cluster="east"}';
  expect(good).toMatchObject({
    'itlctl_backup_last_exit_code{cluster="east"}': 0,
    'itlctl_backup_matches_live_key{cluster="east"}': 1,
    'itlctl_node_up{cluster="east",node="pub",role="publisher"}': 1,
  });
  expect(good['itlctl_list_bytes{cluster="east",node="pub"}']).toBe(
    cli.lab.cluster().publisher.servedFile?.length,
  );
  expect(good['itlctl_recovery_key_not_after_timestamp_seconds{cluster="east"}']).toBeGreaterThan(
    good[success] ?? Infinity,
  );
  expect(statSync(metricsFile()).mode & 0o777).toBe(0o644);

  trouble = away;
  await cli.lab.clock.advance(86_400_000);
  const failed = await backUp();
  expect(failed.exit).toBe(13);
  expect(told("backupFailed")).toMatchObject([
    { event: "backupFailed", cluster: "east", exit: 13, error: { code: "vault-unreachable" } },
  ]);
  const bad = samples();
  expect(bad[success]).toBe(good[success]);
  expect(bad['itlctl_backup_last_exit_code{cluster="east"}']).toBe(13);
  expect(bad['itlctl_backup_last_attempt_timestamp_seconds{cluster="east"}']).toBeGreaterThan(
    good['itlctl_backup_last_attempt_timestamp_seconds{cluster="east"}'] ?? Infinity,
  );
  expect(readdirSync(cli.folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("a publisher that a backup cannot reach is down in the metrics, whatever was seen before", async () => {
  const up = 'itlctl_node_up{cluster="east",node="pub",role="publisher"}';
  const { publisher } = cli.lab.cluster();
  await cli.lab.cluster().setReachable(publisher, false);
  expect((await backUp()).exit).toBe(13);
  expect(samples()[up]).toBe(0);
  await cli.lab.cluster().setReachable(publisher, true);
  expect((await backUp()).exit).toBe(0);
  expect(samples()[up]).toBe(1);
  await cli.lab.cluster().setReachable(publisher, false);
  expect((await backUp()).exit).toBe(13);
  expect(samples()[up]).toBe(0);
  expect(samples()['itlctl_backup_matches_live_key{cluster="east"}']).toBe(1);
});

test("a backup that could not begin is an attempt, and its hook is told as well", async () => {
  const text = readFileSync(cli.inventory, "utf8");
  writeFileSync(cli.inventory, text.replace("env:LAB_EAST_PLATFORM_PASSWORD", "env:NOT_SET_ANYWHERE"));
  for (const words of [["east"], []]) {
    const { exit } = await cli.run(["backup", "run", ...words, "--json", "--metrics", metricsFile()]);
    expect(exit).toBe(10);
  }
  expect(told("backupFailed")).toMatchObject([
    { run: null, error: { code: "secret-unresolved" } },
    { run: null, error: { code: "secret-unresolved" } },
  ]);
  expect(samples()).toMatchObject({ 'itlctl_backup_last_exit_code{cluster="east"}': 10 });
});

test("a failing hook, a hook that cannot be started and a metrics file that cannot be written are told, and the backup is good", async () => {
  const text = readFileSync(cli.inventory, "utf8");
  writeFileSync(cli.inventory, text.replace(JSON.stringify(recorder), "exit 7").replace(recorder, "exit 7"));
  const result = await cli.run(["backup", "run", "east", "--metrics", join(cli.folder, "no", "such.prom")]);
  expect(result.exit).toBe(0);
  expect(result.stderr).toContain("warning: east: hook backupStored ended with 7");
  expect(result.stderr).toContain("warning: no metrics were written: ");
  await backUp();
  expect(samples()).toMatchObject({ 'itlctl_hook_failed{cluster="east",hook="backupStored"}': 1 });
});

test("status writes into the same file what it saw, and leaves there what backups left", async () => {
  expect((await backUp()).exit).toBe(0);
  const before = samples();
  const sub = cli.lab.cluster().nodes.find(({ role }) => role === "subscriber");
  if (sub === undefined) throw new Error("the lab has no subscriber");
  await cli.lab.cluster().setReachable(sub, false);
  const { exit } = await cli.run(["status", "east", "--json", "--metrics", metricsFile()]);
  expect(exit).toBe(20);
  const after = samples();
  expect(after).toMatchObject({
    'itlctl_status_last_exit_code{cluster="east"}': 20,
    'itlctl_node_up{cluster="east",node="pub",role="publisher"}': 1,
    [`itlctl_node_up{cluster="east",node="${sub.name}",role="subscriber"}`]: 0,
    'itlctl_backup_matches_live_key{cluster="east"}': 1,
  });
  expect(after[`itlctl_list_bytes{cluster="east",node="${sub.name}"}`]).toBeUndefined();
  for (const name of ["last_success_timestamp_seconds", "last_attempt_timestamp_seconds", "last_exit_code"])
    expect(after[`itlctl_backup_${name}{cluster="east"}`]).toBe(
      before[`itlctl_backup_${name}{cluster="east"}`],
    );
});

/** The publisher writes its alarm into its syslog. */
function raise(): void {
  const { publisher, clock } = cli.lab.cluster();
  const at = new Date(clock.now());
  const [, , date, month, year] = /^(\w+), (\d\d) (\w+) (\d{4})/.exec(at.toUTCString()) ?? [];
  const when = `${month} ${date} ${year} ${at.toISOString().slice(11, 23)} UTC`;
  const line = `: 1: pub.lab.example: ${when} :  %UC_CERT-4-ITLRecoveryCertBackup: %[Message=x][AppID=Cisco Certificate Monitor][ClusterID=][NodeID=pub]: y`;
  publisher.logs.set("syslog/CiscoSyslog", [...(publisher.logs.get("syslog/CiscoSyslog") ?? []), line]);
}

test("an alarm whose hook failed is told again at the next look, and the failure is in the metrics before any backup", async () => {
  const good = readFileSync(cli.inventory, "utf8");
  const failing = good.replaceAll(recorder, "exit 7").replaceAll(JSON.stringify(recorder), "exit 7");
  expect(failing).not.toBe(good);
  writeFileSync(cli.inventory, failing);
  raise();
  const look = () => cli.run(["status", "--json", "--metrics", metricsFile()]);
  for (const _ of [1, 2])
    expect((await look()).stderr).toContain("warning: east: hook alarmActive ended with 7");
  const failed = 'itlctl_hook_failed{cluster="east",hook="alarmActive"}';
  expect(samples()[failed]).toBe(1);
  expect(samples()['itlctl_backup_last_exit_code{cluster="east"}']).toBeUndefined();
  writeFileSync(cli.inventory, good);
  for (const _ of [1, 2]) await look();
  expect(told("alarmActive")).toHaveLength(1);
  expect(samples()[failed]).toBe(0);
});

test("metrics of several clusters are written also where a bug ends the command", async () => {
  vi.spyOn(cli.vault, "publish").mockImplementationOnce(() => {
    throw new Error("a bug at the publication");
  });
  expect((await cli.run(["backup", "run", "--json", "--metrics", metricsFile()])).exit).toBe(1);
  expect(samples()['itlctl_node_up{cluster="east",node="pub",role="publisher"}']).toBe(1);
});

test("alarmActive is told once for each time that the node raised its alarm, and not after a backup", async () => {
  const { clock } = cli.lab.cluster();
  raise();
  for (let look = 0; look < 3; look += 1) await cli.run(["status", "--json"]);
  expect(told("alarmActive")).toMatchObject([
    { event: "alarmActive", cluster: "east", finding: { code: "backup-alarm-active" } },
  ]);
  await clock.advance(86_400_000);
  raise();
  for (let look = 0; look < 2; look += 1) await cli.run(["status", "--json"]);
  expect(told("alarmActive")).toHaveLength(2);
  await clock.advance(3_600_000);
  await backUp();
  await cli.run(["status", "--json"]);
  expect(told("alarmActive")).toHaveLength(2);
});

test("a backup that is resumed after its process died is told like any other", async () => {
  const trouble = vi.spyOn(cli.vault, "publish").mockImplementationOnce(() => {
    throw new Error("the process dies at the publication");
  });
  expect((await backUp()).exit).toBe(1);
  trouble.mockRestore();
  expect(samples()['itlctl_backup_last_attempt_timestamp_seconds{cluster="east"}']).toBeUndefined();
  const [run] = (await cli.run(["runs", "--json"])).json<{ runs: RunDocument[] }>().runs;
  expect((await cli.run(["resume", run?.run ?? "", "--yes", "--json"])).exit).toBe(0);
  expect(told("backupStored")).toMatchObject([{ run: run?.run, exit: 0 }]);
  await cli.run(["status", "--json", "--metrics", metricsFile()]);
  expect(samples()['itlctl_backup_matches_live_key{cluster="east"}']).toBe(1);
});
