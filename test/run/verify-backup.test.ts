// A kept copy, its manifest and its lists, each of which may be wrong → whether it is what it says, and what is proven now.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { openMemoryVault } from "../../mocks/memory-vault.ts";
import { OperatorError } from "../../src/base/errors.ts";
import { Secret } from "../../src/base/secret.ts";
import { verifyBackup } from "../../src/run/backup/verify-backup.ts";
import { proveKey } from "../../src/run/backup/prove-key.ts";
import type { BackupManifest } from "../../src/vault/vault.ts";
import { makeLab } from "../support/lab-facts.ts";
import { sampleBackup } from "../vault/backup-samples.ts";

const lab = makeLab("12.5");
const stranger = makeLab("12.5", { name: "west" });
const key = lab.recoveryFile();
const passwords = [new Secret(lab.recoveryPassphrase())];
const list = lab.publisher.servedFile ?? Buffer.alloc(0);
const serial = proveKey(key, passwords, []).certificate?.serial ?? "";
const sha = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest("hex");

interface Parts {
  readonly bytes?: Buffer;
  readonly list?: Buffer | null;
  /** Of the list; else the right one. */
  readonly sha1?: string;
  readonly passwords?: readonly Secret[];
  readonly trouble?: Error;
}

async function verified(change: Partial<BackupManifest>, parts: Parts = {}) {
  const { bytes = key, list: beside = list } = parts;
  const vault = openMemoryVault({ trouble: (call) => (call === "read" ? (parts.trouble ?? null) : null) });
  const { manifest } = sampleBackup({ certificateSerial: serial, ...change });
  const sha1 = parts.sha1 ?? sha("sha1", beside ?? list);
  const lists = beside === null ? [] : [{ node: "pub", sha1, file: "pub.tlv" }];
  const stored = await vault.publish(
    { ...manifest, lists, sizeBytes: bytes.length, sha256: sha("sha256", bytes) },
    [
      { name: "ITLRecovery.p12", bytes },
      { name: "pub.tlv", bytes: beside ?? list },
    ],
  );
  return verifyBackup(vault, stored, parts.passwords ?? passwords);
}

test("a key that opens and whose certificate the list beside it carries is what it says", async () => {
  const all = await verified({});
  expect(all).toMatchObject({ isIntact: true, provenNow: "matched", note: null });
  expect(all.key?.certificate?.serial).toBe(serial);
});

test("no password today: whole, but told that it cannot be opened", async () => {
  expect(await verified({}, { passwords: [] })).toMatchObject({
    ...{ isIntact: true, provenNow: "unopened" },
    note: "it cannot be opened now: no password that could open it is known, so whose key it holds was not seen",
  });
  const { note } = await verified({ proof: "unopened", certificateSerial: null }, { passwords: [] });
  expect(note, "never was").toBeNull();
});

test("another serial than its manifest says is damage, where somebody had opened it", async () => {
  expect(await verified({ certificateSerial: "61:40" })).toMatchObject({
    ...{ isIntact: false, key: null, provenNow: "matched" },
    note: `its certificate has the serial ${serial}, its manifest says 61:40`,
  });
  expect((await verified({ certificateSerial: null, proof: "opened" })).note).toBe(
    `its certificate has the serial ${serial}, its manifest says none`,
  );
});

test("where nobody had opened it, the serial of its manifest was assumed", async () => {
  const assumed = await verified({ certificateSerial: "61:40", proof: "unopened" });
  expect(assumed).toMatchObject({
    isIntact: true,
    note: `its manifest assumed serial 61:40; it is ${serial}`,
  });
  const known = await verified({ certificateSerial: null, proof: "unopened" });
  expect(known).toMatchObject({ isIntact: true, note: null });
});

test("a key that opens, but not into the record of its list, is not what a manifest of a match says", async () => {
  const lone = stranger.publisher.servedFile ?? Buffer.alloc(0);
  const less = await verified({}, { list: lone });
  expect(less).toMatchObject({ isIntact: false, provenNow: "opened", key: null });
  expect(less.note).toMatch(/^its manifest says matched, and it is opened: \S/);
  expect(await verified({ origin: "import" }, { list: null })).toMatchObject({ isIntact: true, note: null });
});

test.each<[string, Parts, RegExp]>([
  [
    "a list that is another one",
    { sha1: "0".repeat(40) },
    /^pub\.tlv beside it is not the list of its manifest$/,
  ],
  ["a list that is none", { list: Buffer.from("no list") }, /\S/],
  ["a file that is no key", { bytes: Buffer.from("no key") }, /^it is no recovery key: \S/],
])("%s is damage, and nothing is proven", async (_what, parts, note) => {
  expect(await verified({}, parts)).toMatchObject({
    ...{ isIntact: false, provenNow: null, key: null, note: expect.stringMatching(note) },
  });
});

test("a vault that cannot be asked is no damage", async () => {
  const trouble = new OperatorError("vault-unreachable", "gone", { hint: "Look." });
  await expect(verified({}, { trouble })).rejects.toBe(trouble);
});
