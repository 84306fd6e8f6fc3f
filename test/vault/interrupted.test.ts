// Publish and remove, cut short before, in the middle of and after every single call of the disk: no published backup is lost or half there.
import { cpSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSftpServer, type SftpServer } from "../../mocks/lab/sftp-server.ts";
import { Secret } from "../../src/base/secret.ts";
import { listBackups, readBackupFile } from "../../src/vault/backup-listing.ts";
import { openLocalDisk } from "../../src/vault/local-disk.ts";
import { publishBackup, removeBackup } from "../../src/vault/publish-backup.ts";
import { openSftp, type SftpConnection } from "../../src/vault/sftp-connection.ts";
import { openSftpDisk } from "../../src/vault/sftp-disk.ts";
import type { VaultDisk } from "../../src/vault/vault-disk.ts";
import { sampleBackup } from "./backup-samples.ts";

type When = "before" | "half" | "after";
class PowerCut extends Error {}

/** The same disk until its `count`th change; from then on nothing happens any more, as when the process is gone. */
function cutDisk(disk: VaultDisk, count: number, when: When): VaultDisk & { readonly isCut: boolean } {
  let left = count;
  let isCut = false;
  const change = async <Result>(
    work: () => Promise<Result>,
    half?: () => Promise<unknown>,
  ): Promise<Result> => {
    if (isCut) throw new PowerCut();
    left -= 1;
    if (left > 0) return work();
    isCut = true;
    if (when === "half") await half?.();
    if (when === "after") await work();
    throw new PowerCut();
  };
  const look = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (isCut) throw new PowerCut();
    return work();
  };
  return {
    get isCut() {
      return isCut;
    },
    placeOf: disk.placeOf,
    look: (path) => look(() => disk.look(path)),
    list: (path) => look(() => disk.list(path)),
    readFile: (path, maxBytes) => look(() => disk.readFile(path, maxBytes)),
    writeNewFile: (path, bytes, mode) =>
      change(
        () => disk.writeNewFile(path, bytes, mode),
        () => disk.writeNewFile(path, bytes.subarray(0, bytes.length / 2), mode),
      ),
    makeFolder: (path, mode) => change(() => disk.makeFolder(path, mode)),
    rename: (from, to) => change(() => disk.rename(from, to)),
    removeFile: (path) => change(() => disk.removeFile(path)),
    removeFolder: (path) => change(() => disk.removeFolder(path)),
    flushFolder: (path) => change(() => disk.flushFolder(path)),
  };
}

/** What is there, read back whole; every file of every backup has to be as it was published. */
async function contentOf(disk: VaultDisk): Promise<readonly string[]> {
  const { backups, damaged } = await listBackups(disk, null);
  expect(damaged).toEqual([]);
  for (const backup of backups) {
    const day = days.find((one) => samples[one]?.manifest.id === backup.manifest.id) ?? -1;
    const sample = samples[day];
    expect(backup.manifest).toEqual(sample?.manifest);
    for (const { name, bytes } of sample?.files ?? [])
      expect((await readBackupFile(disk, backup, name)).equals(bytes)).toBe(true);
  }
  return backups.map(({ manifest }) => manifest.id);
}

const days = [0, 1, 2, 3];
const samples = days.map((day) => sampleBackup({}, { day, text: `the key of day ${day}` }));
const idOf = (day: number) => samples[day]?.manifest.id ?? "";
const whens: readonly When[] = ["before", "half", "after"];
const publishDay = (disk: VaultDisk, day: number) => {
  const sample = samples[day];
  if (sample === undefined) throw new Error("no such day");
  return publishBackup(disk, sample.manifest, sample.files);
};

let folder: string;
let root: string;
let server: SftpServer;
let connection: SftpConnection;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-cut-"));
  root = join(folder, "vault");
  server = await openSftpServer({ root: folder, username: "itl", password: "Vault-1" });
  const opened = await openSftp({
    ...{ host: "127.0.0.1", port: server.port, user: "itl", keyTypes: ["ssh-rsa"], isGoodKey: () => true },
    login: { password: new Secret("Vault-1"), privateKey: null, agent: null },
  });
  if (opened.kind !== "open") throw new Error(`not open: ${opened.kind}`);
  connection = opened.connection;
});
afterAll(async () => {
  await connection.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** A disk with the first `count` days published, however often it is asked for. */
async function freshDisk(kind: "folder" | "SFTP", count: number): Promise<VaultDisk> {
  const template = `vault-${count}`;
  if (await openLocalDisk(folder).makeFolder(template, 0o700)) {
    for (let day = 0; day < count; day += 1) await publishDay(openLocalDisk(join(folder, template)), day);
  }
  rmSync(root, { recursive: true, force: true });
  cpSync(join(folder, template), root, { recursive: true });
  if (kind === "folder") return openLocalDisk(root);
  return openSftpDisk({ place: "sftp", root: "/vault", connect: async () => connection });
}

describe.each(["folder", "SFTP"] as const)("on a vault in a %s", (kind) => {
  /** Runs the work with a cut at its first, second, ... change, until it comes through uncut. */
  async function sweep(
    when: When,
    work: (disk: VaultDisk) => Promise<unknown>,
    check: (ids: readonly string[]) => void,
  ): Promise<number> {
    for (let count = 1; count < 60; count += 1) {
      const disk = await freshDisk(kind, 3);
      const cut = cutDisk(disk, count, when);
      const outcome: unknown = await work(cut).then(
        () => "done",
        (error: unknown) => error,
      );
      const ids = await contentOf(openLocalDisk(root));
      check(ids);
      if (!cut.isCut) {
        expect(outcome).toBe("done");
        return count;
      }
    }
    throw new Error("no end");
  }
  const before = [0, 1, 2].map(idOf);

  test.each(whens)(
    "a publish cut %s any change leaves the others, and itself whole or not at all",
    async (when) => {
      const outcomes = new Set<number>();
      const changes = await sweep(
        when,
        (disk) => publishDay(disk, 3),
        (ids) => {
          expect([before, [...before, idOf(3)]]).toContainEqual(ids);
          outcomes.add(ids.length);
        },
      );
      expect(changes).toBeGreaterThan(6);
      expect(outcomes).toEqual(new Set([3, 4]));
    },
  );

  test.each(whens)(
    "a removal cut %s any change leaves the others, and the removed one whole or not at all",
    async (when) => {
      const outcomes = new Set<number>();
      const changes = await sweep(
        when,
        async (disk) => {
          const sample = samples[1];
          if (sample !== undefined)
            await removeBackup(disk, { manifest: sample.manifest, path: `east/${idOf(1)}` });
        },
        (ids) => {
          expect([before, [idOf(0), idOf(2)]]).toContainEqual(ids);
          outcomes.add(ids.length);
        },
      );
      expect(changes).toBeGreaterThan(5);
      // The first change is the one that counts.
      expect(outcomes).toEqual(new Set(when === "after" ? [2] : [2, 3]));
    },
  );

  test("a prune of several, cut anywhere, takes no other than those it was to take", async () => {
    await sweep(
      "after",
      async (disk) => {
        for (const backup of (await listBackups(disk, "east")).backups.slice(0, 2))
          await removeBackup(disk, backup);
      },
      (ids) => expect([before, before.slice(1), before.slice(2)]).toContainEqual(ids),
    );
  });
});

test("what a killed publish left is swept by the next one, a day later and no sooner", async () => {
  const disk = await freshDisk("folder", 1);
  for (const [name, ageHours] of [
    [".new-old", 25],
    [".gone-old", 25],
    [".new-young", 23],
  ] as const) {
    await disk.makeFolder(`east/${name}`, 0o700);
    await disk.writeNewFile(`east/${name}/ITLRecovery.p12`, Buffer.from("x"));
    const at = new Date(Date.now() - ageHours * 3_600_000);
    utimesSync(join(root, "east", name), at, at);
  }
  await publishDay(disk, 1);
  expect(readdirSync(join(root, "east")).sort()).toEqual([".new-young", idOf(0), idOf(1)].sort());
});
