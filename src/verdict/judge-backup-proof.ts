// What was proven of a backup, and what the inventory asks for → the finding where it is less.
import type { BackupProof } from "../vault/vault.ts";
import type { Finding } from "./verdict.ts";

const order: readonly BackupProof[] = ["unopened", "opened", "matched"];

/** Whether a proof is as strong as the one asked for. */
export function isProofEnough(proof: BackupProof, required: BackupProof): boolean {
  return order.indexOf(proof) >= order.indexOf(required);
}

/** `backup-unproven`: the backup is kept, and says no more than was proven; `note`: why it is not more. */
export function judgeBackupProof(
  backup: { readonly id: string; readonly proof: BackupProof; readonly note: string | null },
  required: BackupProof,
): Finding[] {
  const { id, proof, note } = backup;
  if (isProofEnough(proof, required)) return [];
  return [
    {
      code: "backup-unproven",
      severity: "warn",
      node: null,
      message: `the backup ${id} is ${proof}, not ${required}${note === null ? "" : `: ${note}`}`,
      advice:
        proof === "unopened"
          ? "Name the passwords that may open it: credentials.security.password, or recoveryKey.password where the platform derives another one."
          : "Look with `itlctl status` at which recovery key the lists carry now; this backup does not hold that one.",
    },
  ];
}
