// An id that somebody typed, and what is kept → the one backup it names.
import { OperatorError } from "../../base/errors.ts";
import type { StoredBackup } from "../../vault/vault.ts";

/** Whole, or a beginning that only one has. Throws `usage`. */
export function findBackup<Kept extends { readonly stored: StoredBackup }>(
  kept: readonly Kept[],
  id: string,
): Kept {
  const exact = kept.filter(({ stored }) => stored.manifest.id === id);
  const matches = exact.length > 0 ? exact : kept.filter(({ stored }) => stored.manifest.id.startsWith(id));
  const [only] = matches;
  if (only !== undefined && matches.length === 1 && id !== "") return only;
  const message =
    matches.length > 1
      ? `${JSON.stringify(id)} names ${matches.length} backups: ${matches.map(({ stored }) => stored.path).join(", ")}`
      : `there is no backup ${JSON.stringify(id)}`;
  throw new OperatorError("usage", message, { hint: "List what is kept with `itlctl backup list`." });
}
