// A vault that is sound, down or stopped → which keys are kept there: its trouble is told and costs a recovery nothing; an interrupt ends it.
import { expect, test } from "vitest";
import { type MemoryVault, openMemoryVault } from "../../mocks/memory-vault.ts";
import { OperatorError } from "../../src/base/errors.ts";
import { isKeyKept, keptKeys } from "../../src/run/backup/kept-keys.ts";
import { recoveryKeyFile } from "../../src/vault/vault.ts";
import { sampleBackup } from "../vault/backup-samples.ts";
import { smallCertificate } from "../verdict/small-facts.ts";

const down = new OperatorError("vault-unreachable", "nobody answers", { hint: "Look at the vault." });
const stopped = new OperatorError("cancelled", "stopped", { hint: "Run it again." });
const cluster = { name: "east" } as Parameters<typeof keptKeys>[0]["cluster"];
const serial = sampleBackup().manifest.certificateSerial ?? "";
const own = smallCertificate("ITLRecovery", serial);
type Call = Parameters<NonNullable<NonNullable<Parameters<typeof openMemoryVault>[0]>["trouble"]>>[0];

/** A vault with two daily copies of the one key, in this trouble once they are there. */
async function vaultWith(
  trouble: { at: Call; error: Error } | null,
  proof: "opened" | "unopened" = "opened",
) {
  let isTroubled = false;
  const vault = openMemoryVault({
    trouble: (call) => (isTroubled && trouble?.at === call ? trouble.error : null),
  });
  for (const day of [0, 1]) {
    const { manifest, files } = sampleBackup({ proof }, { day });
    await vault.publish(manifest, files);
  }
  const { backups } = await vault.list("east");
  isTroubled = true;
  return { vault, backups, tools: { cluster, openVault: async (): Promise<MemoryVault> => vault } };
}

test("without a vault nothing is kept, and nothing is told", async () => {
  expect(await keptKeys({ cluster, openVault: null })).toEqual({ backups: [], findings: [] });
});

test("what is kept, oldest first, and the vault is closed again", async () => {
  const { vault, backups, tools } = await vaultWith(null);
  expect(await keptKeys(tools)).toEqual({ backups, findings: [] });
  expect([backups.length, vault.isClosed]).toEqual([2, true]);
});

test("a vault that is down is a finding, and it is closed all the same", async () => {
  const { vault, tools } = await vaultWith({ at: "list", error: down });
  expect(await keptKeys(tools)).toEqual({
    backups: [],
    findings: [expect.objectContaining({ code: "vault-unreachable", severity: "warn", advice: down.hint })],
  });
  expect(vault.isClosed).toBe(true);
});

test.each([
  ["an interrupt", stopped],
  ["a bug", new Error("bug")],
])("%s is no finding", async (_what, error) => {
  const { tools } = await vaultWith({ at: "list", error });
  await expect(keptKeys(tools)).rejects.toBe(error);
});

test("a key is kept where one copy of it was opened and is whole now", async () => {
  const { backups, tools, vault } = await vaultWith(null);
  for (const [at, isKept] of [true, true, false].entries()) {
    const [spoilt] = at === 0 ? [] : backups.slice(-at);
    if (spoilt !== undefined) vault.tamper(spoilt, recoveryKeyFile, Buffer.from("x"));
    const openVault = async () => ({ ...vault, close: async () => undefined });
    expect(await isKeyKept({ ...tools, openVault }, backups, own), `${at} damaged`).toBe(isKept);
  }
});

test("not where nobody opened it, where it is another key, and where no certificate is known", async () => {
  const { backups, tools } = await vaultWith(null, "unopened");
  expect(await isKeyKept(tools, backups, own)).toBe(false);
  const opened = await vaultWith(null);
  expect(await isKeyKept(opened.tools, opened.backups, smallCertificate("ITLRecovery", "77"))).toBe(false);
  expect(await isKeyKept(opened.tools, opened.backups, undefined)).toBe(false);
  expect(await isKeyKept({ openVault: null }, opened.backups, own)).toBe(false);
});

test("a vault that goes down while its copy is read: not known to be kept; an interrupt ends it", async () => {
  const lost = await vaultWith({ at: "read", error: down });
  expect(await isKeyKept(lost.tools, lost.backups, own)).toBe(false);
  expect(lost.vault.isClosed).toBe(true);
  const left = await vaultWith({ at: "read", error: stopped });
  await expect(isKeyKept(left.tools, left.backups, own)).rejects.toBe(stopped);
});
