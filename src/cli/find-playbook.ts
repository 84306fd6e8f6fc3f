// The word that names a playbook → one that itlctl brings, a file of the user's own, or a plan that was saved.
import { existsSync, readdirSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { OperatorError } from "../base/errors.ts";

export type FoundPlaybook =
  | { readonly kind: "shipped"; readonly name: string }
  | { readonly kind: "playbook-file" | "plan-file"; readonly file: string };

/** Shipped playbooks stand beside src and dist. */
const shippedFolder = fileURLToPath(new URL("../../playbooks/", import.meta.url));

/** The file of a playbook that itlctl brings. */
export function shippedPlaybook(name: string): string {
  return `${shippedFolder}${name}.yaml`;
}

/** A name without slash and ending is a shipped one, a file that ends in .json a saved plan. Throws `playbook-invalid` where there is none. */
export function findPlaybook(word: string, cwd: string): FoundPlaybook {
  const names = shippedNames();
  if (names.includes(word)) return { kind: "shipped", name: word };
  const file = resolve(cwd, word);
  if (existsSync(file) && statSync(file).isFile())
    return { kind: word.endsWith(".json") ? "plan-file" : "playbook-file", file };
  throw new OperatorError("playbook-invalid", `there is no playbook ${word}, neither shipped nor a file`, {
    hint: `Name a file, or one of: ${names.join(", ")}.`,
  });
}

/** In alphabetical order. */
export function shippedNames(): string[] {
  return readdirSync(shippedFolder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .toSorted();
}
