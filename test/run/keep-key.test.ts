// A vault that loses, changes or refuses what it is given → no backup is told that is not there whole.
import { expect, test } from "vitest";
import { openMemoryVault } from "../../mocks/memory-vault.ts";
import { OperatorError } from "../../src/base/errors.ts";
import { isIntact, type KeyAbout, keepKey, readIntact } from "../../src/run/backup/keep-key.ts";
import { recoveryKeyFile, type Vault } from "../../src/vault/vault.ts";
import { sampleBackup } from "../vault/backup-samples.ts";

const key = Buffer.from("a recovery key");
const list = { file: "pub.tlv", bytes: Buffer.from("a list") };

function about(change: Partial<KeyAbout> = {}): KeyAbout {
  const { version: _v, id: _i, sizeBytes: _s, sha256: _h, ...facts } = sampleBackup().manifest;
  return { ...facts, lists: [], ...change };
}

const day = (number: number) => ({ takenAt: `2026-11-2${number}T22:14:03Z` });
const unopened = (listedSerials?: readonly string[]) =>
  about({ ...day(1), proof: "unopened", certificateSerial: null, listedSerials });
const idsIn = async (vault: Vault) => (await vault.list("east")).backups.map(({ manifest }) => manifest.id);

test("the same bytes are stored once, where the copy is whole and says as much", async () => {
  const vault = openMemoryVault();
  const first = await keepKey(vault, key, about({ ...day(0), proof: "opened" }), [list]);
  expect(first.isNew).toBe(true);
  expect(await vault.read(first.stored, "pub.tlv")).toEqual(list.bytes);
  const again = await keepKey(vault, key, about({ ...day(1), proof: "opened" }), []);
  expect(again).toEqual({ stored: first.stored, isNew: false });
  const proven = await keepKey(vault, key, about({ ...day(2), proof: "matched" }), []);
  expect(proven.isNew).toBe(true);
  const least = await keepKey(vault, key, about({ ...day(3), proof: "opened" }), []);
  expect(least, "the newest of those that do").toEqual({ stored: proven.stored, isNew: false });
  expect(await idsIn(vault)).toHaveLength(2);
  vault.tamper(proven.stored, recoveryKeyFile, Buffer.from("a recovery kex"));
  expect((await keepKey(vault, key, about({ ...day(4), proof: "opened" }), [])).stored).toEqual(first.stored);
});

test("an unopened copy says enough only where it names every serial that is listed now", async () => {
  const vault = openMemoryVault();
  const isNew = async (serials?: readonly string[]) =>
    (await keepKey(vault, key, unopened(serials), [])).isNew;
  expect([await isNew(["61"]), await isNew(["61"]), await isNew(), await isNew([])]).toEqual([
    ...[true, false, false, false],
  ]);
  const later = { ...unopened(["61", "62"]), ...day(2) };
  expect((await keepKey(vault, key, later, [])).isNew).toBe(true);
});

test("a copy that cannot be read again is taken away, and told", async () => {
  const vault = openMemoryVault({ name: "sftp itl@vault:/srv" });
  const losing: Vault = {
    ...vault,
    async publish(manifest, files) {
      const stored = await vault.publish(manifest, files);
      vault.tamper(stored, recoveryKeyFile, Buffer.from("a recovery kex"));
      return stored;
    },
  };
  await expect(keepKey(losing, key, about(), [])).rejects.toMatchObject({
    code: "recovery-key-unusable",
    message: expect.stringMatching(/^sftp itl@vault:\/srv does not give back .*; the copy was removed$/),
    hint: "Look at the disk of the vault, then run the backup again.",
  });
  expect((await vault.list(null)).backups).toEqual([]);
});

test("trouble of the vault is no damage of a copy, and nothing is stored again for it", async () => {
  const trouble = new OperatorError("vault-unreachable", "gone", { hint: "Look." });
  let isDown = false;
  const vault = openMemoryVault({ trouble: (call) => (isDown && call === "read" ? trouble : null) });
  const { stored } = await keepKey(vault, key, about(), []);
  isDown = true;
  await expect(isIntact(vault, stored)).rejects.toBe(trouble);
  await expect(keepKey(vault, key, about(), [])).rejects.toBe(trouble);
  isDown = false;
  expect(await idsIn(vault)).toHaveLength(1);
});

test("a manifest that tells another size is not one of this file, whatever its SHA-256", async () => {
  const vault = openMemoryVault();
  const { manifest, files } = sampleBackup({ sizeBytes: 15 });
  const stored = await vault.publish(manifest, files);
  expect(await isIntact(vault, stored)).toBe(false);
});

test.each([
  ["a shorter one", "a recovery", "it has 10 bytes, not the 14 of its manifest"],
  ["another one", "a recovery kex", "its SHA-256 is not the one of its manifest"],
])("%s is damage, with what is wrong", async (_what, text, why) => {
  const vault = openMemoryVault();
  const { stored } = await keepKey(vault, key, about(), []);
  expect(await isIntact(vault, stored)).toBe(true);
  vault.tamper(stored, recoveryKeyFile, Buffer.from(text));
  expect(await isIntact(vault, stored)).toBe(false);
  await expect(readIntact(vault, stored)).rejects.toMatchObject({
    message: `the backup ${stored.manifest.id} is damaged: ${why}`,
  });
});
