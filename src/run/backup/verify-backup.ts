// A published backup, read again → whether it is still what its manifest says, and what is proven of it now.
import { createHash } from "node:crypto";
import { messageOf, OperatorError } from "../../base/errors.ts";
import type { Secret } from "../../base/secret.ts";
import type { ItlRecord } from "../../facts/itl-record.ts";
import { parseListFile } from "../../facts/itl-file.ts";
import { isProofEnough } from "../../verdict/judge-backup-proof.ts";
import { recoveryRecordOf } from "../../verdict/signed-by.ts";
import type { BackupProof, KeptList, StoredBackup, Vault } from "../../vault/vault.ts";
import { readIntact } from "./keep-key.ts";
import { type ProvenKey, proveKey } from "./prove-key.ts";

/** `provenNow` null: its file could not even be read whole. `note`: what is amiss, or why less is proven now than then. */
export interface VerifiedBackup {
  readonly stored: StoredBackup;
  readonly isIntact: boolean;
  readonly provenNow: BackupProof | null;
  readonly note: string | null;
  /** What its file is; null where it is not intact. */
  readonly key: ProvenKey | null;
}

/** Proven against the lists that lie beside it. Trouble of the vault itself throws; a damaged copy is a value. */
export async function verifyBackup(
  vault: Vault,
  stored: StoredBackup,
  passwords: readonly Secret[],
): Promise<VerifiedBackup> {
  const { manifest } = stored;
  try {
    const bytes = await readIntact(vault, stored);
    const records: ItlRecord[] = [];
    for (const list of manifest.lists) records.push(...(await recordsOf(vault, stored, list)));
    return judge(stored, proveKey(bytes, passwords, records));
  } catch (error) {
    if (
      !(error instanceof OperatorError) ||
      !["recovery-key-unusable", "file-unreadable"].includes(error.code)
    )
      throw error;
    return damaged(stored, messageOf(error));
  }
}

function judge(stored: StoredBackup, key: ProvenKey): VerifiedBackup {
  const { proof: claimed, certificateSerial, origin } = stored.manifest;
  const of = (isIntact: boolean, note: string | null): VerifiedBackup => ({
    ...{ stored, isIntact, provenNow: key.proof, note, key: isIntact ? key : null },
  });
  const serial = key.certificate?.serial ?? null;
  if (serial !== null && serial !== certificateSerial && claimed !== "unopened")
    return of(
      false,
      `its certificate has the serial ${serial}, its manifest says ${certificateSerial ?? "none"}`,
    );
  // Manifests once took the serial of a file that nobody opened from the lists served.
  if (serial !== null && certificateSerial !== null && serial !== certificateSerial)
    return of(true, `its manifest assumed serial ${certificateSerial}; it is ${serial}`);
  // No lists are kept beside an imported file: what it was held against then is not at hand.
  if (isProofEnough(key.proof, claimed) || (origin === "import" && key.proof === "opened"))
    return of(true, null);
  if (key.proof === "unopened")
    return of(true, `it cannot be opened now: ${key.proofNote ?? "no password is known"}`);
  return of(false, `its manifest says ${claimed}, and it is ${key.proof}: ${key.proofNote ?? ""}`);
}

async function recordsOf(vault: Vault, stored: StoredBackup, list: KeptList): Promise<ItlRecord[]> {
  const bytes = await vault.read(stored, list.file);
  const sha1 = createHash("sha1").update(bytes).digest("hex");
  if (sha1 !== list.sha1) {
    throw new OperatorError(
      "recovery-key-unusable",
      `${list.file} beside it is not the list of its manifest`,
      {
        hint: "Take a new backup with `itlctl backup run`.",
      },
    );
  }
  const record = recoveryRecordOf(parseListFile(bytes));
  return record === null ? [] : [record];
}

function damaged(stored: StoredBackup, note: string): VerifiedBackup {
  return { stored, isIntact: false, provenNow: null, note, key: null };
}
