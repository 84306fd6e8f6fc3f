// A cluster → every reference to a password in it, by its path in the inventory.
import type { Cluster, SecretReference } from "./cluster.ts";

/** In the inventory's words: `credentials.ccm.password`. */
export function passwordReferences({
  credentials,
  vault,
  recoveryKey,
}: Cluster): readonly (readonly [path: string, reference: SecretReference])[] {
  const sftp = vault?.kind === "sftp" ? vault : null;
  const named = [
    ["credentials.platform.password", credentials.platform.password],
    ["credentials.ccm.password", credentials.ccm?.password],
    ["credentials.security.password", credentials.security?.password],
    ["vault.password", sftp?.password],
    ["vault.delivery.password", sftp?.delivery?.password],
    ["recoveryKey.password", recoveryKey.password],
  ] as const;
  return named.flatMap(([path, reference]) =>
    reference === undefined || reference === null ? [] : [[path, reference] as const],
  );
}
