// A lab's SFTP server and a vault in memory → a vault that the lab's publisher really delivers to.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Lab } from "../../mocks/lab/start-lab.ts";
import { type MemoryVault, type MemoryVaultOptions, openMemoryVault } from "../../mocks/memory-vault.ts";
import { Secret } from "../../src/base/secret.ts";
import { recoveryKeyFile } from "../../src/vault/vault.ts";
import type { World } from "../../src/cli/io.ts";

export interface LabVault extends MemoryVault {
  /** For `runCli`: this vault behind every cluster's settings; its `close` is counted, and opens it again. */
  readonly openVault: NonNullable<World["openVault"]>;
  /** How often it was opened and closed. */
  readonly opened: { count: number; closed: number; pickups: number };
}

/** Deliveries arrive below `/incoming/<run>` of the lab's SFTP server; what is published is in memory. */
export function openLabVault(
  lab: Pick<Lab, "sftp">,
  options: Omit<MemoryVaultOptions, "place"> & {
    readonly place?: Partial<NonNullable<MemoryVaultOptions["place"]>>;
  } = {},
): LabVault {
  const { host, port, username, password, hostKeyMd5, hostKeySha256, root } = lab.sftp;
  const memory = openMemoryVault({
    ...options,
    place: {
      ...{ host, port, user: username, password: new Secret(password) },
      hostKey: { md5: hostKeyMd5, sha256: hostKeySha256 },
      ...options.place,
    },
  });
  const opened = { count: 0, closed: 0, pickups: 0 };
  const vault: LabVault = Object.assign(Object.create(memory) as MemoryVault, {
    opened,
    async openDelivery(request: Parameters<MemoryVault["openDelivery"]>[0]) {
      const delivery = await memory.openDelivery(request);
      const folder = join(root, "incoming", request.run);
      mkdirSync(folder, { recursive: true });
      return {
        ...delivery,
        place: { ...delivery.place, directory: `/incoming/${request.run}` },
        files: async () => filesBelow(folder),
        async discard() {
          rmSync(folder, { recursive: true, force: true });
          await delivery.discard();
        },
      };
    },
    async openPickup(...request: Parameters<MemoryVault["openPickup"]>) {
      const pickup = await memory.openPickup(...request);
      const bytes = await memory.read(request[0], recoveryKeyFile);
      const folder = `pickup-${(opened.pickups += 1)}`;
      mkdirSync(join(root, folder));
      writeFileSync(join(root, folder, recoveryKeyFile), bytes, { mode: 0o600 });
      return {
        place: { ...pickup.place, path: `/${folder}/${recoveryKeyFile}` },
        async close() {
          rmSync(join(root, folder), { recursive: true, force: true });
          await pickup.close();
        },
      };
    },
    async close() {
      opened.closed += 1;
    },
    openVault: async () => {
      opened.count += 1;
      return vault;
    },
  });
  return vault;
}

function filesBelow(folder: string): { path: string; sizeBytes: number; bytes: Buffer | null }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      return {
        path: relative(folder, path),
        sizeBytes: bytes.length,
        bytes: bytes.length > 1_000_000 ? null : bytes,
      };
    });
}
