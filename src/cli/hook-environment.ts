// An environment and an inventory → what a program may see that itlctl starts.
import type { Inventory } from "../inventory/cluster.ts";
import { passwordReferences } from "../inventory/password-references.ts";
import type { CommandContext } from "./command.ts";

/** The environment that programs are started with: without the variables that passwords of the inventory stand in. */
export function withoutPasswords(
  environment: CommandContext["world"]["environment"],
  { clusters }: Inventory,
): Readonly<Record<string, string | undefined>> {
  const references = clusters.flatMap((cluster) => passwordReferences(cluster).map(([, each]) => each));
  const names = new Set(references.flatMap((each) => (each.kind === "env" ? [each.name] : [])));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.has(name)));
}
