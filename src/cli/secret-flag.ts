// A flag that names a secret by reference → the secret; what is typed as it is gets refused, unquoted.
import { resolve } from "node:path";
import { OperatorError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import type { CommandContext, CommandInput } from "./command.ts";

/** Null without the flag. `name` as `input.text` takes it and as it is typed behind `--`; `what` for the question or error. */
export async function secretOfFlag(
  input: CommandInput,
  name: string,
  what: string,
  context: CommandContext,
): Promise<Secret | null> {
  const text = input.text(name);
  if (text === null) return null;
  const [{ referenceComplaint }, { parseSecretReference }] = await Promise.all([
    import("../inventory/inventory-schema.ts"),
    import("../inventory/written-cluster.ts"),
  ]);
  const complaint = referenceComplaint(text);
  if (complaint !== null) {
    throw new OperatorError("usage", `--${name} ${complaint}`, {
      hint: `Name where it can be had, as in --${name} ask: or --${name} env:PASSPHRASE`,
    });
  }
  const reference = parseSecretReference(text, (path) => resolve(context.world.cwd, path));
  return context.resolveSecret(reference, what, {});
}
