// A published backup → the bytes of its recovery key, as the platform is about to fetch them.
import { createHash } from "node:crypto";
import { OperatorError } from "../base/errors.ts";
import { readBackupFile } from "./backup-listing.ts";
import type { VaultDisk } from "./vault-disk.ts";
import { recoveryKeyFile, type StoredBackup } from "./vault.ts";

/** Throws `recovery-key-unusable` where they are not those of the manifest: a reset may not sign with what was never proven. */
export async function readKeptKey(disk: VaultDisk, backup: StoredBackup): Promise<Buffer> {
  const bytes = await readBackupFile(disk, backup, recoveryKeyFile);
  const { id, sha256 } = backup.manifest;
  if (createHash("sha256").update(bytes).digest("hex") === sha256) return bytes;
  const file = disk.placeOf(`${backup.path}/${recoveryKeyFile}`);
  throw new OperatorError(
    "recovery-key-unusable",
    `${file}: its SHA-256 is not the one of the manifest of ${id}`,
    { hint: "Choose another one of `itlctl backup list`.", place: { file } },
  );
}
