// A reference to a secret → the secret, asked for at the terminal where the reference says so.
import type { CommandContext } from "./command.ts";

/** The resolver of one call: its masker, its environment, its terminal. */
export function resolverFor({
  world,
  masker,
  asker,
}: Pick<CommandContext, "world" | "masker" | "asker">): CommandContext["resolveSecret"] {
  const ask = asker.isTerminal
    ? async (question: string) => (await asker.password(question)).reveal()
    : undefined;
  return async (reference, purpose, place) => {
    const { resolveSecret } = await import("../inventory/credentials.ts");
    return resolveSecret(reference, { environment: world.environment, masker, ask, purpose, place });
  };
}
