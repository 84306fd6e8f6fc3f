// A cluster's vault, as a recovery sees it → which keys are kept there, or the finding that it could not be asked.
import { OperatorError } from "../../base/errors.ts";
import type { CertificateFacts } from "../../facts/list-facts.ts";
import type { HeldList } from "../../verdict/held-list.ts";
import { identityOfRecord } from "../../verdict/signer-identity.ts";
import { tokensOf } from "../../verdict/signed-by.ts";
import { judgeVaultTrouble } from "../../verdict/vault-trouble.ts";
import type { Finding } from "../../verdict/verdict.ts";
import type { StoredBackup } from "../../vault/vault.ts";
import type { RunTools } from "../step-kind.ts";
import { isIntact } from "./keep-key.ts";

export interface KeptKeys {
  /** Oldest first. */
  readonly backups: readonly StoredBackup[];
  readonly findings: readonly Finding[];
}

/** Never throws for the vault's trouble: on the bad night the other key may do. Without a vault there is nothing. */
export async function keptKeys(tools: Pick<RunTools, "cluster" | "openVault">): Promise<KeptKeys> {
  if (tools.openVault === null) return { backups: [], findings: [] };
  try {
    const vault = await tools.openVault();
    try {
      return { backups: (await vault.list(tools.cluster.name)).backups, findings: [] };
    } finally {
      await vault.close();
    }
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code === "cancelled") throw error;
    return { backups: [], findings: [judgeVaultTrouble(tools.cluster.name, error)] };
  }
}

/** Serials of the security tokens of lists that phones hold. */
export function heldSerials(held: readonly HeldList[]): ReadonlySet<string> {
  return new Set(held.flatMap(({ file }) => tokensOf(file).map((token) => identityOfRecord(token).serial)));
}

/** Backups whose certificate is a security token of a list that phones hold, by its serial, or may be by the lists beside a file that nobody opened; newest first. */
export function backupsThatHelp(
  backups: readonly StoredBackup[],
  held: readonly HeldList[],
): readonly StoredBackup[] {
  const serials = heldSerials(held);
  return backups
    .filter(({ manifest: { certificateSerial, listedSerials = [] } }) =>
      certificateSerial === null
        ? listedSerials.some((serial) => serials.has(serial))
        : serials.has(certificateSerial),
    )
    .toReversed();
}

/** Whether a copy of this very key is kept: opened when it was taken, and whole now. */
export async function isKeyKept(
  tools: Pick<RunTools, "openVault">,
  backups: readonly StoredBackup[],
  certificate: CertificateFacts | undefined,
): Promise<boolean> {
  const copies = backups.filter(
    ({ manifest }) => manifest.proof !== "unopened" && manifest.certificateSerial === certificate?.serial,
  );
  if (copies.length === 0 || tools.openVault === null) return false;
  const vault = await tools.openVault();
  try {
    for (const copy of copies.toReversed()) if (await isIntact(vault, copy)) return true;
    return false;
  } catch (error) {
    if (error instanceof OperatorError && error.code !== "cancelled") return false;
    throw error;
  } finally {
    await vault.close();
  }
}
