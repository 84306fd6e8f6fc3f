// A kept backup → what run documents, lists and the journal say of it; the shape is a promise (interface section 6).
import type { StoredBackup } from "../../vault/vault.ts";
import type { BackupRecord } from "../journal-entry.ts";

export function backupRecordOf({ manifest, path }: StoredBackup): BackupRecord {
  const { id, cluster, takenAt, sizeBytes, sha256, certificateSerial, proof, proofNote } = manifest;
  return { id, cluster, takenAt, sizeBytes, sha256, certificateSerial, proof, proofNote, path };
}
