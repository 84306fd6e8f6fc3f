// A kept backup → what run documents, lists and the journal say of it; the shape is a promise (interface section 6).
import type { BackupProof, StoredBackup } from "../../vault/vault.ts";

/** Times ISO 8601 UTC; `path` relative to the vault. */
export interface BackupRecord {
  readonly id: string;
  readonly cluster: string;
  readonly takenAt: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly certificateSerial: string | null;
  readonly proof: BackupProof;
  readonly proofNote: string | null;
  readonly path: string;
}

export function backupRecordOf({ manifest, path }: StoredBackup): BackupRecord {
  const { id, cluster, takenAt, sizeBytes, sha256, certificateSerial, proof, proofNote } = manifest;
  return { id, cluster, takenAt, sizeBytes, sha256, certificateSerial, proof, proofNote, path };
}
