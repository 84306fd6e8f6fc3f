// cert regen ITLRecovery: the renewal of every release, with the old key and the new one in the vault, and no phone lost.
import { afterEach, describe, expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type BackupCli, openBackupCli } from "../support/backup-cli.ts";
import { type CertChange, certChangeOn, openCertChange } from "../support/cert-change.ts";

let change: CertChange & Partial<BackupCli>;

afterEach(async () => {
  expect(change.lab.complaints).toEqual([]);
  await change.close();
});

describe.each(["10.0", "11.5", "12.5", "15"] as const)("release %s", (release) => {
  test("is carried out with its backups, and every phone follows", async () => {
    const cli = await openBackupCli({ release });
    change = { ...certChangeOn(cli), vault: cli.vault };
    const cluster = change.lab.cluster();
    const old = cluster.nodes[0]?.certificates.get("ITLRecovery")?.serial;
    const result = await change.carryOut(["cert", "regen", "east", "ITLRecovery"]);
    const document = result.json<RunDocument>();
    expect({ error: document.error, waitsFor: document.waitsFor }).toEqual({ error: null, waitsFor: null });
    expect([0, 3]).toContain(result.exit);
    const isNew = Number.parseFloat(release) >= 12;
    const changes = change.written().filter((line) => !line.includes("file get"));
    const everywhere = (service: string) =>
      ["pub", "tftp2"].map((node) => `${node}: utils service restart ${service}`);
    expect(changes).toEqual([
      "pub: set cert regen ITLRecovery",
      ...(isNew ? ["pub: utils itl reset localkey"] : []),
      ...everywhere("Cisco Trust Verification Service"),
      ...everywhere("Cisco Tftp"),
    ]);
    expect(cluster.nodes[0]?.certificates.get("ITLRecovery")?.serial).not.toBe(old);
    expect(change.stranded()).toEqual([]);
    const list = await cli.backup(["list"]);
    const { backups } = list.json<{ backups: { certificateSerial: string; proof: string }[] }>();
    expect(backups.map(({ proof }) => proof)).toEqual(["matched", "matched"]);
    expect(new Set(backups.map(({ certificateSerial }) => certificateSerial)).size).toBe(2);
  });
});

test("after CallManager was renewed: phones hold what a person said they followed, not a list from before that", async () => {
  const cli = await openBackupCli({ release: "15" });
  change = { ...certChangeOn(cli), vault: cli.vault };
  const first = await change.carryOut(["cert", "regen", "east", "CallManager"]);
  expect(first.json<RunDocument>()).toMatchObject({ outcome: "done" });
  const result = await change.carryOut(["cert", "regen", "east", "ITLRecovery"]);
  const { error, outcome, findings } = result.json<RunDocument>();
  expect({ error, outcome }).toEqual({ error: null, outcome: expect.stringMatching(/^(done|warned)$/) });
  expect(findings.map(({ code }) => code)).not.toContain("recovery-certificate-replaced");
  expect(findings.map(({ code }) => code)).not.toContain("held-list-assumed");
  expect(change.stranded()).toEqual([]);
});

test("a reset whose list does not carry the new certificate: the run stops there, and the new signer does not come", async () => {
  const cli = await openBackupCli({
    clusters: [{ name: "east", release: "15", switches: { doesLocalkeyListCarryRecovery: false } }],
  });
  change = { ...certChangeOn(cli), vault: cli.vault };
  const result = await change.carryOut(["cert", "regen", "east", "ITLRecovery"]);
  expect(result.json<RunDocument>()).toMatchObject({
    outcome: "failed",
    error: { code: "step-failed", place: { step: "verify-reset" } },
  });
  expect(result.exit).toBe(23);
  expect(change.written().filter((line) => line.includes("restart"))).toEqual([]);
  expect(change.stranded()).toEqual([]);
});

test("without a vault it does not begin: nobody logs in, and the inventory's place is named", async () => {
  change = await openCertChange({ release: "15" });
  const result = await change.run(["cert", "regen", "east", "ITLRecovery", "--yes", "--json"]);
  expect(result.json<{ error: object }>().error).toMatchObject({
    code: "inventory-invalid",
    message: expect.stringContaining("no vault"),
  });
  expect(result.exit).toBe(10);
  expect(change.attempts()).toEqual({ "east/pub": 0, "east/tftp2": 0 });
});

test("goes with no other unit and no node", async () => {
  change = await openCertChange({ release: "15" });
  for (const args of [
    ["TVS", "ITLRecovery"],
    ["ITLRecovery", "--node", "pub"],
  ]) {
    const result = await change.run(["cert", "regen", "east", ...args, "--yes", "--json"]);
    expect(result.json<{ error: object }>().error).toMatchObject({ code: "usage" });
    expect(result.exit).toBe(2);
  }
});
