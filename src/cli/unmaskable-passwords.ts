// A cluster's references to passwords → a warning for each value that is too short to be masked wherever it turns up.
import { OperatorError } from "../base/errors.ts";
import { isTooShortToMask, type Secret } from "../base/secret.ts";
import type { Cluster, SecretReference } from "../inventory/cluster.ts";
import { passwordReferences } from "../inventory/password-references.ts";
import type { CommandContext } from "./command.ts";

/** One entry of `warnings` of `inventory check --json`. */
export interface PasswordWarning {
  readonly cluster: string;
  /** In the inventory's words: `credentials.ccm.password`. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * Looks at what can be had without a person or a program (`env:`, `file:`), and at the platform password where it is
 * known already. A reference that gives nothing here is passed over: other machines may have it.
 */
export async function unmaskablePasswords(
  cluster: Cluster,
  platform: Secret | null,
  { resolveSecret }: Pick<CommandContext, "resolveSecret">,
): Promise<PasswordWarning[]> {
  const warnings: PasswordWarning[] = [];
  for (const [path, reference] of passwordReferences(cluster)) {
    const isPlatform = reference === cluster.credentials.platform.password;
    const secret = isPlatform && platform !== null ? platform : await valueIfQuiet(reference);
    if (secret === null || !isTooShortToMask(secret)) continue;
    warnings.push({
      cluster: cluster.name,
      path,
      message: `${path} is too short to be masked in what a node or server says: it would be shown if one repeats it`,
      hint: "Use a password of at least 4 different characters; itlctl itself never prints it",
    });
  }
  return warnings;

  async function valueIfQuiet(reference: SecretReference): Promise<Secret | null> {
    if (reference.kind !== "env" && reference.kind !== "file") return null;
    try {
      return await resolveSecret(reference, "password", { cluster: cluster.name });
    } catch (error) {
      if (error instanceof OperatorError) return null;
      throw error;
    }
  }
}
