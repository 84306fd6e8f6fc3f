// A folder of this machine, with a receiver for the platform where one is named → a vault in it.
import { OperatorError } from "../base/errors.ts";
import { ensurePrivateFolder } from "../base/files.ts";
import type { VaultSettings } from "../inventory/cluster.ts";
import { listBackups, readBackupFile } from "./backup-listing.ts";
import { checkDisk } from "./check-disk.ts";
import { makeIncoming } from "./delivered-files.ts";
import { readKeptKey } from "./kept-key.ts";
import { openLocalDisk } from "./local-disk.ts";
import { checkPickupPort } from "./pickup-port.ts";
import { publishBackup, removeBackup } from "./publish-backup.ts";
import { checkReceiver, openFetch, openReceiver } from "./receiver.ts";
import { removeTree } from "./vault-disk.ts";
import type { VaultTools } from "./vault-tools.ts";
import type { Vault } from "./vault.ts";

type DirectorySettings = Extract<VaultSettings, { kind: "directory" }>;

/** Makes the folder where something is to be written into it. */
export function openDirectoryVault(settings: DirectorySettings, tools: VaultTools): Vault {
  const name = settings.path;
  const disk = openLocalDisk(settings.path);
  const open = new Set<{ close(): Promise<void> }>();
  const receiverSettings = (cluster: string) => {
    if (settings.receiver !== null) return settings.receiver;
    throw new OperatorError(
      "inventory-invalid",
      `${name}: the platform cannot reach this vault: it has no receiver`,
      {
        hint: "Add receiver: { address: ..., port: ..., hostKey: ... } under vault:",
        place: { cluster },
      },
    );
  };

  return {
    name,
    async checkWritable() {
      ensurePrivateFolder(settings.path);
      await checkDisk(disk);
    },
    async openDelivery({ cluster, run, publisherAddress }) {
      try {
        const at = receiverSettings(cluster);
        ensurePrivateFolder(settings.path);
        checkReceiver(at);
        const folder = await makeIncoming(disk, run, 0o700);
        const directory = `/${folder}`;
        const store = async (path: string, bytes: Buffer) => {
          const parents = path.split("/").slice(0, -1);
          for (const [depth] of parents.entries())
            await disk.makeFolder([folder, ...parents.slice(0, depth + 1)].join("/"), 0o700);
          await disk.removeFile(`${folder}/${path}`);
          await disk.writeNewFile(`${folder}/${path}`, bytes);
        };
        const receiver = await openReceiver(at, { publisherAddress, directory }, tools, store);
        open.add(receiver);
        return {
          place: { ...receiver.place, directory },
          incoming: disk.placeOf(folder),
          async files() {
            const file = await receiver.received();
            return file === null ? [] : [file];
          },
          async close() {
            open.delete(receiver);
            await receiver.close();
          },
          discard: () => removeTree(disk, folder),
        };
      } catch (error) {
        throw error instanceof OperatorError ? error.at({ cluster }) : error;
      }
    },
    list: (cluster) => listBackups(disk, cluster),
    read: (backup, file) => readBackupFile(disk, backup, file),
    async publish(manifest, files) {
      ensurePrivateFolder(settings.path);
      return publishBackup(disk, manifest, files);
    },
    remove: (backup) => removeBackup(disk, backup),
    async openPickup(backup, { publisherAddress }) {
      const at = receiverSettings(backup.manifest.cluster);
      checkPickupPort(at.port, tools, name);
      const bytes = await readKeptKey(disk, backup);
      const pickup = await openFetch(at, { publisherAddress, bytes }, tools);
      open.add(pickup);
      return {
        place: pickup.place,
        async close() {
          open.delete(pickup);
          await pickup.close();
        },
      };
    },
    async close() {
      for (const one of open) await one.close();
      open.clear();
    },
  };
}
