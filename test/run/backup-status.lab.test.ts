// status where the inventory has a vault: what is kept, how old it is, what the node itself says, and a vault that is down.
import { afterEach, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import type { StatusDocument } from "../../src/report/status-document.ts";
import { type BackupCli, openBackupCli } from "../support/backup-cli.ts";

const day = 86_400_000;
const ours = ["backup-missing", "backup-stale", "backup-alarm-active", "vault-unreachable"];
let cli: BackupCli;
let trouble: Error | null = null;

afterEach(async () => {
  trouble = null;
  expect(cli.lab.complaints).toEqual([]);
  expect(cli.vault.opened.closed).toBe(cli.vault.opened.count);
  await cli.close();
});

const open = async () => {
  cli = await openBackupCli({ release: "11.5", vault: { trouble: () => trouble } });
};
const status = async () => {
  const result = await cli.run(["status", "--json"]);
  const findings = result.json<StatusDocument>().clusters.flatMap((cluster) => cluster.findings);
  return findings.filter(({ code }) => ours.includes(code));
};
const codes = async () => (await status()).map(({ code, severity }) => `${severity} ${code}`);

test("backup-missing until there is a backup, backup-stale when it is old, nothing while it is checked daily", async () => {
  await open();
  expect(await codes()).toEqual(["warn backup-missing"]);
  await cli.backup(["run"]);
  expect(await codes()).toEqual([]);
  await cli.lab.clock.advance(3 * day);
  expect(await codes()).toEqual(["warn backup-stale"]);
  // The unchanged key is not stored again; that it was checked is remembered.
  await cli.backup(["run"]);
  expect((await cli.vault.list("east")).backups).toHaveLength(1);
  expect(await codes()).toEqual([]);
});

test("backup-stale when the lists carry another key than the one that is kept", async () => {
  await open();
  await cli.backup(["run"]);
  const cluster = cli.lab.cluster();
  cluster.replaceCertificate(cluster.publisher, "ITLRecovery");
  for (const node of cluster.activeTftpNodes()) cluster.rebuildList(node);
  expect(await codes()).toEqual(["warn backup-stale"]);
});

test("backup-alarm-active when the node raised its alarm after the newest backup", async () => {
  await open();
  const { publisher, clock } = cli.lab.cluster();
  const raise = () => {
    const at = new Date(clock.now());
    const [, , date, month, year] = /^(\w+), (\d\d) (\w+) (\d{4})/.exec(at.toUTCString()) ?? [];
    const when = `${month} ${date} ${year} ${at.toISOString().slice(11, 23)} UTC`;
    const line = `: 1: pub.lab.example: ${when} :  %UC_CERT-4-ITLRecoveryCertBackup: %[Message=x][AppID=Cisco Certificate Monitor][ClusterID=][NodeID=pub]: y`;
    publisher.logs.set("syslog/CiscoSyslog", [...(publisher.logs.get("syslog/CiscoSyslog") ?? []), line]);
  };
  raise();
  expect(await codes()).toEqual(["warn backup-missing", "warn backup-alarm-active"]);
  await cli.lab.clock.advance(3_600_000);
  await cli.backup(["run"]);
  expect(await codes()).toEqual([]);
  await cli.lab.clock.advance(3_600_000);
  raise();
  expect(await codes()).toEqual(["warn backup-alarm-active"]);
});

test("a vault that is down is a warning, and the nodes are judged all the same", async () => {
  await open();
  trouble = new OperatorError("vault-unreachable", "connection refused", { hint: "Check the address." });
  const [finding, ...others] = await status();
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    code: "vault-unreachable",
    severity: "warn",
    advice: "Check the address.",
  });
});
