// A proven key and the lists of its day → one published backup, or the one that holds this very file already and says as much of it.
import { createHash } from "node:crypto";
import { OperatorError } from "../../base/errors.ts";
import { isProofEnough } from "../../verdict/judge-backup-proof.ts";
import { backupIdOf } from "../../vault/manifest.ts";
import { type BackupManifest, recoveryKeyFile, type StoredBackup, type Vault } from "../../vault/vault.ts";

export interface KeptKey {
  readonly stored: StoredBackup;
  readonly isNew: boolean;
}

/** Everything of a manifest but what follows from the bytes and the time. */
export type KeyAbout = Omit<BackupManifest, "version" | "id" | "sizeBytes" | "sha256">;

/** Not stored twice, unless more is proven now: the same bytes in a copy that can still be read whole are kept as they are. Reads back what it publishes. */
export async function keepKey(
  vault: Vault,
  bytes: Buffer,
  about: KeyAbout,
  lists: readonly { readonly file: string; readonly bytes: Buffer }[],
): Promise<KeptKey> {
  const sha256 = sha256Of(bytes);
  const same = (await vault.list(about.cluster)).backups.filter(
    ({ manifest }) => manifest.sha256 === sha256 && saysEnough(manifest, about),
  );
  for (const stored of same.toReversed()) {
    if (await isIntact(vault, stored)) return { stored, isNew: false };
  }
  const manifest: BackupManifest = {
    version: 1,
    id: backupIdOf({ ...about, sha256 }),
    sizeBytes: bytes.length,
    sha256,
    ...about,
  };
  const files = [
    { name: recoveryKeyFile, bytes },
    ...lists.map((list) => ({ name: list.file, bytes: list.bytes })),
  ];
  const stored = await vault.publish(manifest, files);
  if (await isIntact(vault, stored)) return { stored, isNew: true };
  await vault.remove(stored);
  throw new OperatorError(
    "recovery-key-unusable",
    `${vault.name} does not give back what was put there (${stored.path}); the copy was removed`,
    { hint: "Look at the disk of the vault, then run the backup again." },
  );
}

/** Where nobody opened the file, what is known of its key is which serials the lists beside it named. */
function saysEnough(kept: KeyAbout, now: KeyAbout): boolean {
  if (!isProofEnough(kept.proof, now.proof)) return false;
  if (kept.proof !== "unopened") return true;
  const listed = new Set(kept.listedSerials ?? []);
  return (now.listedSerials ?? []).every((serial) => listed.has(serial));
}

/** Whether a kept copy is, byte for byte, what its manifest says; trouble of the vault itself throws. */
export async function isIntact(vault: Vault, stored: StoredBackup): Promise<boolean> {
  try {
    await readIntact(vault, stored);
    return true;
  } catch (error) {
    if (error instanceof OperatorError && error.code === "recovery-key-unusable") return false;
    throw error;
  }
}

/** The bytes of a kept copy. Throws `recovery-key-unusable` where they are not those of its manifest. */
export async function readIntact(vault: Vault, stored: StoredBackup): Promise<Buffer> {
  const { id, sizeBytes, sha256 } = stored.manifest;
  const bytes = await vault.read(stored, recoveryKeyFile);
  const why =
    bytes.length !== sizeBytes
      ? `it has ${bytes.length} bytes, not the ${sizeBytes} of its manifest`
      : "its SHA-256 is not the one of its manifest";
  if (bytes.length === sizeBytes && sha256Of(bytes) === sha256) return bytes;
  throw new OperatorError("recovery-key-unusable", `the backup ${id} is damaged: ${why}`, {
    hint: "Choose another one of `itlctl backup list`; `itlctl backup verify` reads them all.",
  });
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
