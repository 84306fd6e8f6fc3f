// Where recovery keys are kept, whatever keeps them: what a run, a command or a test may ask of any vault.
import type { Secret } from "../base/secret.ts";

/** What was shown of a file that says it is a recovery key, from the weakest to the strongest. */
export type BackupProof = "unopened" | "opened" | "matched";

/** One list that the cluster served when the backup was made; `file` lies beside the manifest. */
export interface KeptList {
  readonly node: string;
  readonly sha1: string;
  readonly file: string;
}

/** `manifest.json` beside a kept `ITLRecovery.p12`. Times ISO 8601 UTC, hashes lower-case hex, serials as `base/serial` prints them. */
export interface BackupManifest {
  readonly version: 1;
  readonly id: string;
  readonly cluster: string;
  /** Null for a file that was imported. */
  readonly publisher: string | null;
  readonly release: string | null;
  readonly takenAt: string;
  readonly origin: "run" | "import";
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Of the certificate in the opened file, as the two times after it; null: not opened, so nobody saw it. */
  readonly certificateSerial: string | null;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly ciphers: readonly string[];
  readonly proof: BackupProof;
  /** Why it is not more. */
  readonly proofNote: string | null;
  /** Which security password is needed, in words; never the password. */
  readonly securityPasswordNote: string;
  readonly lists: readonly KeptList[];
  /** Serials of the ITLRecovery records in those lists, each once: what an unopened file is likely, and not shown, to be the key of. */
  readonly listedSerials?: readonly string[] | undefined;
}

/** A published backup; `path` of its folder relative to the vault, with `/`. */
export interface StoredBackup {
  readonly manifest: BackupManifest;
  readonly path: string;
}

/** A folder in the vault that is not a whole backup; listed so that nobody takes it for one. */
export interface DamagedBackup {
  readonly path: string;
  readonly reason: string;
}

export interface VaultListing {
  readonly backups: readonly StoredBackup[];
  readonly damaged: readonly DamagedBackup[];
}

/** A server as the platform reaches it; `hostKey` is its RSA key's, fetched and checked by itlctl beforehand. */
export interface SftpPlace {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
  readonly hostKey: { readonly md5: string; readonly sha256: string };
}

/** One delivery by the platform, from before it is asked until its file was read. */
export interface Delivery {
  /** What the platform's questions are answered with; `directory` as its SFTP login sees the folder of this delivery. */
  readonly place: SftpPlace & { readonly directory: string };
  /** Where that is in the vault, for people: what is left there after trouble. */
  readonly incoming: string;
  /** Every file below the folder of this delivery, biggest path depth included; bytes only up to the cap, else `bytes` null. */
  files(): Promise<
    readonly { readonly path: string; readonly sizeBytes: number; readonly bytes: Buffer | null }[]
  >;
  /** Stops listening (a receiver); may be called any number of times. */
  close(): Promise<void>;
  /** Removes the folder of this delivery; after a publish, or where nothing arrived. */
  discard(): Promise<void>;
}

export interface DeliveryRequest {
  readonly cluster: string;
  /** The run's id: the name of the folder. */
  readonly run: string;
  /** The one address that may deliver. */
  readonly publisherAddress: string;
}

/** Errors of every call: `vault-unreachable`, `login-refused`, `host-key-unknown`, `host-key-changed`, `state-not-writable` (not writable or full). */
export interface Vault {
  /** For people: `sftp itl@backup.example.net:/srv/itl`, `/var/lib/itlctl/vault`. */
  readonly name: string;
  /** Reachable, the folder there, a file can be written and removed. */
  checkWritable(): Promise<void>;
  openDelivery(request: DeliveryRequest): Promise<Delivery>;
  /** Published backups of one cluster, or (null) of all; oldest first. */
  list(cluster: string | null): Promise<VaultListing>;
  /** One file of a published backup: `ITLRecovery.p12` or a kept list. At most 1 MB. */
  read(backup: StoredBackup, file: string): Promise<Buffer>;
  /** Written aside and published by one rename; a backup that is there already under this id is an error. */
  publish(
    manifest: BackupManifest,
    files: readonly { readonly name: string; readonly bytes: Buffer }[],
  ): Promise<StoredBackup>;
  /** Takes a published backup away so that it is never half there: one rename, then the removal. */
  remove(backup: StoredBackup): Promise<void>;
  /** Where the platform fetches the kept key from (`utils itl reset remotekey` knows port 22 only); a receiver opens for it and must be closed. */
  openPickup(backup: StoredBackup, request: { readonly publisherAddress: string }): Promise<Pickup>;
  close(): Promise<void>;
}

/** A kept key, ready to be fetched by the platform; `path` as its login sees the file. */
export interface Pickup {
  readonly place: SftpPlace & { readonly path: string };
  close(): Promise<void>;
}

/** Name of the file that holds the key in every backup. */
export const recoveryKeyFile = "ITLRecovery.p12";
