// What every vault must be: one suite, run on the one in memory, in a folder and on SFTP servers.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DeliveryRequest, StoredBackup, Vault } from "../../src/vault/vault.ts";
import { recoveryKeyFile } from "../../src/vault/vault.ts";
import { sampleBackup } from "../vault/backup-samples.ts";

/** A fresh empty vault. `deliver` does what the platform does with the place of a delivery: an upload below its folder. */
export interface VaultUnderTest {
  readonly vault: Vault;
  deliver(
    run: string,
    delivery: Awaited<ReturnType<Vault["openDelivery"]>>,
    path: string,
    bytes: Buffer,
  ): Promise<void>;
  /** What the platform would fetch from a pickup; null where no pickup is to be had. */
  fetch: ((pickup: Awaited<ReturnType<Vault["openPickup"]>>) => Promise<Buffer>) | null;
  close(): Promise<void>;
}

const request: DeliveryRequest = {
  cluster: "east",
  run: "2026-11-20T22-14-03Z-east-backup",
  publisherAddress: "127.0.0.1",
};
const publish = (vault: Vault, { manifest, files }: ReturnType<typeof sampleBackup>) =>
  vault.publish(manifest, files);
const refused = (code: string) => expect.objectContaining({ name: "OperatorError", code });
const ids = (backups: readonly StoredBackup[]) => backups.map(({ manifest }) => manifest.id);

export function vaultContract(name: string, open: () => Promise<VaultUnderTest>): void {
  describe(`${name}, as a vault`, () => {
    let it: VaultUnderTest;
    let vault: Vault;
    beforeEach(async () => {
      it = await open();
      vault = it.vault;
    });
    afterEach(async () => {
      await vault.close();
      await it.close();
    });

    test("has a name, and can be written when it is empty", async () => {
      expect(vault.name).toMatch(/\w/);
      await vault.checkWritable();
      expect(await vault.list(null)).toEqual({ backups: [], damaged: [] });
      expect(await vault.list("east")).toEqual({ backups: [], damaged: [] });
    });

    test("gives back what was published, byte for byte", async () => {
      const sample = sampleBackup({}, { text: "k".repeat(70_000) });
      const stored = await publish(vault, sample);
      expect(stored).toEqual({ manifest: sample.manifest, path: `east/${sample.manifest.id}` });
      expect(await vault.list(null)).toEqual({ backups: [stored], damaged: [] });
      for (const { name: file, bytes } of sample.files)
        expect((await vault.read(stored, file)).equals(bytes), file).toBe(true);
    });

    test("lists the oldest first, of one cluster or of all", async () => {
      const samples = [3, 1, 2].map((day) => sampleBackup({}, { day }));
      for (const sample of samples) await publish(vault, sample);
      const west = sampleBackup({ cluster: "west" }, { day: 0 });
      await publish(vault, west);
      const [three, one, two] = samples.map(({ manifest }) => manifest.id);
      expect(ids((await vault.list("east")).backups)).toEqual([one, two, three]);
      expect(ids((await vault.list(null)).backups)).toEqual([west.manifest.id, one, two, three]);
      expect((await vault.list("north")).backups).toEqual([]);
    });

    test("refuses a second backup of the same id and keeps the first", async () => {
      const sample = sampleBackup();
      const stored = await publish(vault, sample);
      await expect(publish(vault, sample)).rejects.toThrow(refused("state-not-writable"));
      expect((await vault.list("east")).backups).toEqual([stored]);
      expect((await vault.read(stored, recoveryKeyFile)).toString()).toBe("a recovery key");
    });

    test("takes a backup away, and no other", async () => {
      const [first, second] = [
        await publish(vault, sampleBackup()),
        await publish(vault, sampleBackup({}, { day: 1 })),
      ];
      await vault.remove(first);
      expect(await vault.list(null)).toEqual({ backups: [second], damaged: [] });
      await expect(vault.read(first, recoveryKeyFile)).rejects.toThrow(refused("recovery-key-unusable"));
      await expect(vault.remove(first)).rejects.toThrow(expect.objectContaining({ name: "OperatorError" }));
    });

    test("says which file of a backup is not there", async () => {
      const stored = await publish(vault, sampleBackup());
      await expect(vault.read(stored, "other.tlv")).rejects.toThrow(/other\.tlv/);
      await expect(vault.read(stored, "other.tlv")).rejects.toThrow(refused("recovery-key-unusable"));
    });

    test("takes many publishes at once", async () => {
      const samples = Array.from({ length: 8 }, (_, day) =>
        sampleBackup({ cluster: day % 2 === 0 ? "east" : "west" }, { day }),
      );
      await Promise.all(samples.map((sample) => publish(vault, sample)));
      expect((await vault.list(null)).backups).toHaveLength(8);
      expect((await vault.list("west")).backups).toHaveLength(4);
    });

    test.each(["ITLRecovery.p12", "active/10.0.0.1/2026/ITLRecovery.p12"])(
      "finds a delivery at %s",
      async (path) => {
        const delivery = await vault.openDelivery(request);
        try {
          expect(delivery.place.directory).toMatch(/^\/[A-Za-z0-9._/-]+$/);
          expect(delivery.incoming).toContain(request.run);
          expect(await delivery.files()).toEqual([]);
          const bytes = Buffer.alloc(1709, "p");
          await it.deliver(request.run, delivery, path, bytes);
          const files = await delivery.files();
          expect(files).toEqual([{ path, sizeBytes: 1709, bytes: expect.any(Buffer) }]);
          expect(files[0]?.bytes?.equals(bytes)).toBe(true);
        } finally {
          await delivery.close();
          await delivery.close();
          await delivery.discard();
        }
        expect(await vault.list(null)).toEqual({ backups: [], damaged: [] });
      },
    );

    test("opens deliveries of several clusters side by side, each with its own folder", async () => {
      const runs = ["run-one", "run-two"];
      const deliveries = await Promise.all(runs.map((run) => vault.openDelivery({ ...request, run })));
      await Promise.all(
        deliveries.map((delivery, at) =>
          it.deliver(runs[at] ?? "", delivery, recoveryKeyFile, Buffer.from(runs[at] ?? "")),
        ),
      );
      for (const [at, delivery] of deliveries.entries()) {
        expect((await delivery.files()).map(({ bytes }) => bytes?.toString())).toEqual([runs[at]]);
        await delivery.close();
        await delivery.discard();
      }
    });

    test("does not hand out a key that is not the one of its manifest", async () => {
      const stored = await publish(vault, sampleBackup({ sha256: "ab".repeat(32) }));
      await expect(vault.openPickup(stored, { publisherAddress: "127.0.0.1" })).rejects.toThrow(
        refused("recovery-key-unusable"),
      );
    });

    test("lets the platform fetch a kept key", async () => {
      const stored = await publish(vault, sampleBackup());
      const pickup = await vault.openPickup(stored, { publisherAddress: "127.0.0.1" });
      try {
        expect(pickup.place.path).toMatch(/^\/[A-Za-z0-9._/-]+\/?ITLRecovery\.p12$|^\/ITLRecovery\.p12$/);
        if (it.fetch !== null) expect((await it.fetch(pickup)).toString()).toBe("a recovery key");
      } finally {
        await pickup.close();
        await pickup.close();
      }
    });
  });
}
