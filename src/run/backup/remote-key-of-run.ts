// The key that a run was given, or the kept backup that it names → the way to look at it and to offer it to the platform.
import { OperatorError } from "../../base/errors.ts";
import type { Pickup, StoredBackup, Vault } from "../../vault/vault.ts";
import { identityOfCertificate } from "../../verdict/signer-identity.ts";
import type { RunRequest } from "../journal-entry.ts";
import type { RecoveryBasis } from "../recovery-basis.ts";
import type { RemoteKeyFetcher } from "../remote-key.ts";
import type { RunTools } from "../step-kind.ts";
import { findBackup } from "./find-backup.ts";
import { noVault } from "./no-vault.ts";
import { openingPasswords } from "./prove-key.ts";
import { verifyBackup } from "./verify-backup.ts";

type KeyTools = Pick<RunTools, "cluster" | "remoteKey" | "openVault" | "resolveSecret">;

/** What the flags name, else the backup of the plan, else the one that was asked for; null: none. */
export function remoteKeyOfRun(
  tools: KeyTools & { readonly request: RunRequest },
  basis: RecoveryBasis | null,
): RemoteKeyFetcher | null {
  if (tools.remoteKey !== null) return tools.remoteKey;
  const id = basis?.backup ?? tools.request.backup ?? null;
  return id === null ? null : keptRemoteKey(tools, id);
}

/** A kept backup as the remote key of a recovery: read again, compared with its manifest and opened each time, before the platform hears of it. */
export function keptRemoteKey(tools: KeyTools, id: string): RemoteKeyFetcher {
  const { cluster, openVault } = tools;
  const publisherAddress = cluster.nodes.find(({ role }) => role === "publisher")?.address ?? "";
  const withVault = async <T>(work: (vault: Vault, stored: StoredBackup) => Promise<T>): Promise<T> => {
    if (openVault === null) throw noVault(cluster);
    const vault = await openVault();
    try {
      const { backups } = await vault.list(cluster.name);
      const { stored } = findBackup(
        backups.map((one) => ({ stored: one })),
        id,
      );
      return await work(vault, stored);
    } catch (error) {
      // What went wrong first is what is told.
      await vault.close().catch(() => undefined);
      throw error;
    }
  };
  const look = async (vault: Vault, stored: StoredBackup) => {
    const passwords = await openingPasswords(cluster, tools.resolveSecret);
    const verified = await verifyBackup(vault, stored, passwords);
    if (!verified.isIntact || verified.key === null) throw damaged(stored, verified.note);
    const { certificate, proofNote } = verified.key;
    const { proof, certificateSerial } = stored.manifest;
    return {
      provenSerial: proof === "unopened" ? null : certificateSerial,
      identity: certificate === null ? null : identityOfCertificate(certificate),
      note: certificate === null ? (proofNote ?? "no known password opens it") : "opened",
    };
  };
  const pickUp = async (vault: Vault, stored: StoredBackup) => {
    const pickup = await vault.openPickup(stored, { publisherAddress });
    const { user, host, path, hostKey, password } = pickup.place;
    return { pickup, address: { user, host, path }, hostKey, password };
  };
  return {
    fetch: () =>
      withVault(async (vault, stored) => {
        const key = await look(vault, stored);
        const { pickup, address, hostKey } = await pickUp(vault, stored);
        await closeBoth(pickup, vault);
        const { id: name, takenAt, proof } = stored.manifest;
        const about = `the backup ${name} of ${takenAt} (${proof}) in ${vault.name}`;
        return { key, address, hostKey, about, backup: name };
      }),
    offer: () =>
      withVault(async (vault, stored) => {
        const key = await look(vault, stored);
        const { pickup, address, hostKey, password } = await pickUp(vault, stored);
        return {
          ...{ address, hostKey, password, key },
          close: () => closeBoth(pickup, vault),
        };
      }),
  };
}

async function closeBoth(pickup: Pickup, vault: Vault): Promise<void> {
  try {
    await pickup.close();
  } finally {
    await vault.close();
  }
}

function damaged(stored: StoredBackup, note: string | null): OperatorError {
  return new OperatorError(
    "recovery-key-unusable",
    `the backup ${stored.manifest.id} is not what its manifest says: ${note ?? "it could not be read"}`,
    { hint: "Choose another one of `itlctl backup list`; `itlctl backup verify` reads them all." },
  );
}
