// manifest.json: written and read back, and whatever else may lie there under that name.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  backupIdOf,
  isBackupFile,
  isBackupId,
  isClusterFolder,
  parseManifest,
  renderManifest,
} from "../../src/vault/manifest.ts";
import type { BackupManifest } from "../../src/vault/vault.ts";
import { sampleBackup } from "./backup-samples.ts";

const { manifest } = sampleBackup();

/** Why the manifest with this change is not believed; null: it is. */
function complaint(change: Partial<Record<keyof BackupManifest, unknown>>, folder = manifest): string | null {
  const read = parseManifest(Buffer.from(JSON.stringify({ ...manifest, ...change })), folder);
  return read.kind === "damaged" ? read.reason : null;
}

describe("an id", () => {
  test("is the time, eight digits of the serial and eight of the hash", () => {
    expect(manifest.id).toBe(`20261120T221403Z-6140521f-${manifest.sha256.slice(0, 8)}`);
  });

  test("says so when the serial is not known, and fills up a short one", () => {
    expect(backupIdOf({ ...manifest, certificateSerial: null })).toContain("Z-unknown-");
    expect(backupIdOf({ ...manifest, certificateSerial: "0A:BC" })).toContain("Z-00000abc-");
  });

  test("leaves fractions of seconds out", () => {
    expect(backupIdOf({ ...manifest, takenAt: "2026-11-20T22:14:03.999Z" })).toBe(manifest.id);
  });
});

describe("names that are paths, or hidden, are no names", () => {
  test.each(["", ".", "..", ".new-x", "a/b", "../a", "a\\b", "a\0", "a\n", "/etc", "~", "a b", "-rf"])(
    "%j",
    (name) => {
      expect([isClusterFolder(name), isBackupId(name), isBackupFile(name)]).toEqual([false, false, false]);
    },
  );
  test("nor the folder of deliveries, nor the manifest itself", () => {
    expect([isClusterFolder("incoming"), isBackupFile("manifest.json")]).toEqual([false, false]);
  });
});

test("what is written is read back", () => {
  expect(parseManifest(renderManifest(manifest), manifest)).toEqual({ kind: "valid", manifest });
});

test("what could not be read back is not written", () => {
  expect(() => renderManifest({ ...manifest, sizeBytes: 0 })).toThrow("a manifest that nobody could read");
});

test("keys that a later version adds are left alone", () => {
  expect(complaint({ ["color" as never]: "blue" })).toBeNull();
});

describe("is not believed", () => {
  test.each<[string, Partial<Record<keyof BackupManifest, unknown>>, RegExp]>([
    ["another version", { version: 2 }, /version/],
    ["a path as id", { id: "../../etc" }, /id is no id of a backup/],
    ["an id of another folder", { id: manifest.id.replace("2026", "2025") }, /another id than its folder/],
    ["another cluster", { cluster: "west" }, /another cluster than its folder/],
    ["a path as cluster", { cluster: "../west" }, /cluster is no name/],
    ["another hash than its id", { sha256: "0".repeat(64) }, /contradict/],
    ["another serial than its id", { certificateSerial: "AA:BB:CC:DD" }, /contradict/],
    ["another time than its id", { takenAt: "2020-01-01T00:00:00Z" }, /contradict/],
    ["a day that does not exist", { takenAt: "2026-13-41T00:00:00Z" }, /takenAt is no time/],
    ["a size past all bounds", { sizeBytes: 2_000_000 }, /sizeBytes must be at most/],
    ["a size that is text", { sizeBytes: "1709" }, /sizeBytes must be a/],
    ["a proof that does not exist", { proof: "certain" }, /proof must be/],
    ["a terminal's control characters", { proofNote: "\u001b[2J" }, /proofNote holds control characters/],
    ["text that runs backwards", { publisher: "pub\u202egnp" }, /publisher holds control characters/],
    [
      "a path as a list's file",
      { lists: [{ node: "pub", sha1: "a".repeat(40), file: "../x" }] },
      /lists\.0\.file/,
    ],
    [
      "the key as a list's file",
      { lists: [{ node: "p", sha1: "a".repeat(40), file: "ITLRecovery.p12" }] },
      /another file/,
    ],
    ["lists without end", { lists: Array(1001).fill(manifest.lists[0]) }, /lists must have at most/],
    ["a missing field", { ciphers: undefined }, /ciphers is missing/],
  ])("%s", (_what, change, why) => {
    expect(complaint(change)).toMatch(why);
  });

  test.each([
    ["nothing", ""],
    ["half a manifest", renderManifest(manifest).subarray(0, 100)],
    ["no text", Buffer.from([0xff, 0xfe, 0x00])],
    ["a list", "[]"],
    ["null", "null"],
    ["brackets without end", "[".repeat(200_000)],
  ])("%s", (_what, bytes) => {
    expect(parseManifest(Buffer.from(bytes), manifest)).toMatchObject({
      kind: "damaged",
      reason: expect.stringContaining("manifest.json"),
    });
  });

  test("any JSON at all, without an exception", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (json) => {
        expect(parseManifest(Buffer.from(json), manifest).kind).toBe("damaged");
      }),
    );
  });

  test("any field with any value in it, unless it is fine", () => {
    const field = fc.constantFrom(...(Object.keys(manifest) as (keyof BackupManifest)[]));
    fc.assert(
      fc.property(field, fc.jsonValue(), (name, value) => {
        const read = parseManifest(Buffer.from(JSON.stringify({ ...manifest, [name]: value })), manifest);
        if (read.kind === "valid") expect(() => renderManifest(read.manifest)).not.toThrow();
      }),
    );
  });
});
