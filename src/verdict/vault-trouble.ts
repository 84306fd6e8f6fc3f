// A vault that could not be asked → the finding that says so; never blocking: the nodes and the other key are still there.
import type { Finding } from "./verdict.ts";

/** `trouble`: what went wrong, and what to do about it (starts with a verb). */
export function judgeVaultTrouble(
  cluster: string,
  trouble: { readonly message: string; readonly hint: string },
): Finding {
  return {
    code: "vault-unreachable",
    severity: "warn",
    node: null,
    message: `the vault of ${cluster} could not be used: ${trouble.message}`,
    advice: trouble.hint,
  };
}
