// A vault's folder in which somebody else was at work: damage is told, links lead nowhere, and what is whole is still found.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openVault } from "../../src/vault/open-vault.ts";
import { recoveryKeyFile, type StoredBackup, type Vault } from "../../src/vault/vault.ts";
import { sampleBackup } from "./backup-samples.ts";
import { vaultTools } from "./vault-tools.ts";

let folder: string;
let root: string;
let vault: Vault;
let stored: StoredBackup;
const good = sampleBackup({}, { day: 1 });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-hostile-"));
  root = join(folder, "vault");
  vault = await openVault({ kind: "directory", path: root, receiver: null }, vaultTools());
  stored = await vault.publish(sampleBackup().manifest, sampleBackup().files);
  await vault.publish(good.manifest, good.files);
});
afterEach(async () => {
  await vault.close();
  rmSync(folder, { recursive: true });
});
const inside = (...parts: string[]) => join(root, stored.path, ...parts);

test.each<[string, () => void, RegExp]>([
  ["a key cut short", () => truncateSync(inside(recoveryKeyFile), 3), /3 bytes instead of 14/],
  ["a key that is gone", () => rmSync(inside(recoveryKeyFile)), /ITLRecovery\.p12 is missing/],
  ["a manifest that is gone", () => rmSync(inside("manifest.json")), /manifest\.json is missing/],
  ["a manifest without end", () => truncateSync(inside("manifest.json"), 300_000), /300000 bytes/],
  ["a manifest that is no JSON", () => writeFileSync(inside("manifest.json"), "{"), /is not JSON/],
  [
    "a manifest that is a link",
    () => {
      renameSync(inside("manifest.json"), join(folder, "elsewhere"));
      symlinkSync(join(folder, "elsewhere"), inside("manifest.json"));
    },
    /manifest\.json is no file/,
  ],
  [
    "a key that is a link",
    () => {
      rmSync(inside(recoveryKeyFile));
      symlinkSync("/etc/passwd", inside(recoveryKeyFile));
    },
    /ITLRecovery\.p12 is missing/,
  ],
  [
    "a backup that is a link",
    () => {
      renameSync(inside(), join(folder, "elsewhere"));
      symlinkSync(join(folder, "elsewhere"), inside());
    },
    /no folder/,
  ],
  [
    "a folder of another name",
    () => renameSync(inside(), join(root, "east", "my-copy")),
    /not that of a backup/,
  ],
  [
    "a backup moved to another time",
    () => renameSync(inside(), join(root, stored.path.replace("20261120", "20251120"))),
    /another id than its folder/,
  ],
])("%s is told as damage, and the whole one is listed", async (_what, harm, reason) => {
  harm();
  const { backups, damaged } = await vault.list("east");
  expect(backups.map(({ manifest }) => manifest)).toEqual([good.manifest]);
  expect(damaged).toEqual([
    { path: expect.stringContaining("east/"), reason: expect.stringMatching(reason) },
  ]);
});

test("a cluster's folder that is a link is not followed", async () => {
  renameSync(join(root, "east"), join(folder, "elsewhere"));
  symlinkSync(join(folder, "elsewhere"), join(root, "east"));
  expect((await vault.list("east")).backups).toEqual([]);
  await expect(vault.publish(good.manifest, good.files)).rejects.toThrow(
    expect.objectContaining({ code: "state-not-writable" }),
  );
  await expect(vault.remove(stored)).rejects.toThrow(expect.objectContaining({ code: "state-not-writable" }));
  expect(readdirSync(join(folder, "elsewhere"))).toHaveLength(2);
});

test("a removal does not follow a link out of the backup", async () => {
  const precious = join(folder, "precious");
  mkdirSync(precious);
  writeFileSync(join(precious, "file"), "x");
  symlinkSync(precious, inside("link"));
  await vault.remove(stored);
  expect(readFileSync(join(precious, "file"), "utf8")).toBe("x");
  expect(readdirSync(join(root, "east"))).toEqual([good.manifest.id]);
});

test.each(["../../../etc/passwd", "manifest.json", "", ".", "/etc/passwd", "a/b"])(
  "%j is no file to be read",
  async (file) => {
    await expect(vault.read(stored, file)).rejects.toThrow(
      expect.objectContaining({ code: "recovery-key-unusable" }),
    );
  },
);

test.each(["east", "../east/x", "east/../../etc", "incoming/x", `${"a/".repeat(5)}x`])(
  "%j is no path of a backup",
  async (path) => {
    const wrong = { ...stored, path };
    await expect(vault.read(wrong, recoveryKeyFile)).rejects.toThrow(
      expect.objectContaining({ name: "OperatorError" }),
    );
    await expect(vault.remove(wrong)).rejects.toThrow(expect.objectContaining({ name: "OperatorError" }));
  },
);

test("a file longer than any recovery key is not read", async () => {
  truncateSync(inside(recoveryKeyFile), 1_000_001);
  await expect(vault.read(stored, recoveryKeyFile)).rejects.toThrow(/1000001 bytes/);
});

test("a kept list that is gone takes nothing from the key", async () => {
  rmSync(inside("pub.ITLFile.tlv"));
  expect((await vault.list("east")).damaged).toEqual([]);
  expect((await vault.read(stored, recoveryKeyFile)).toString()).toBe("a recovery key");
  await expect(vault.read(stored, "pub.ITLFile.tlv")).rejects.toThrow(/is missing/);
});

test("other things beside the clusters are left alone", async () => {
  writeFileSync(join(root, "README"), "x");
  mkdirSync(join(root, "lost+found"));
  mkdirSync(join(root, ".snapshot"));
  expect(await vault.list(null)).toMatchObject({ damaged: [], backups: [{}, {}] });
});

test("a cluster may not take the name of the deliveries' folder", async () => {
  const { manifest, files } = sampleBackup({ cluster: "incoming" });
  await expect(vault.publish(manifest, files)).rejects.toThrow(
    expect.objectContaining({ code: "inventory-invalid" }),
  );
});

test("folders are 0700 and files 0600, whatever the umask", () => {
  const modes = readdirSync(root, { recursive: true, encoding: "utf8" }).map((name) => {
    const stats = statSync(join(root, name));
    return `${stats.isDirectory() ? "d" : "f"}${(stats.mode & 0o777).toString(8)}`;
  });
  expect([...new Set(modes)].sort()).toEqual(["d700", "f600"]);
});

test("a folder that everybody may write in is refused", async () => {
  chmodSync(root, 0o777);
  await expect(vault.checkWritable()).rejects.toThrow(
    expect.objectContaining({ code: "state-not-writable" }),
  );
});

test("without a receiver there is no delivery, and the error says what to add", async () => {
  await expect(
    vault.openDelivery({ cluster: "east", run: "run-1", publisherAddress: "127.0.0.1" }),
  ).rejects.toThrow(
    expect.objectContaining({
      code: "inventory-invalid",
      place: expect.objectContaining({ cluster: "east" }),
      hint: expect.stringMatching(/^Add receiver:/),
    }),
  );
});
