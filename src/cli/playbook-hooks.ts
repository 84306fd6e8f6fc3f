// A cluster's limits and a command's context → the programs that a playbook's notify steps start.
import type { Cluster } from "../inventory/cluster.ts";
import type { RunTools } from "../run/step-kind.ts";
import type { CommandContext } from "./command.ts";
import { withoutPasswords } from "./hook-environment.ts";

/** The environment is itlctl's own without the variables that passwords of the inventory stand in. */
export function playbookHooks(
  context: CommandContext,
  cluster: Cluster,
  signal: AbortSignal,
): RunTools["runHook"] {
  return async (command, document) => {
    const [{ runHook }, inventory] = await Promise.all([import("../run/hooks.ts"), context.loadInventory()]);
    const [program, ...words] = command;
    if (program === undefined) return { kind: "failed", detail: "no program is named" };
    return runHook([program, ...words], document, {
      ...{ timeoutMs: cluster.hooks.timeLimitMs, signal, masker: context.masker },
      environment: withoutPasswords(context.world.environment, inventory),
    });
  };
}
