// A process of its own: itlctl with one command that learns a password and then crashes where nobody can catch it.
import type { Command } from "../../src/cli/command.ts";
import { processWorld } from "../../src/cli/io.ts";
import { main } from "../../src/cli/main.ts";

const crash: Command = {
  ...{ name: "crash", summary: "", description: [], arguments: [], options: [], examples: [], exits: [] },
  async run(context) {
    const reference = { kind: "env", name: "CRASH_PASSWORD", text: "env:CRASH_PASSWORD" } as const;
    const secret = (await context.resolveSecret(reference, "it", {})).reveal();
    const error = new TypeError(`typed ${secret}`, { cause: { login: [secret] } });
    if (context.world.environment["CRASH_BY"] === "rejection") void Promise.reject(error);
    else
      setTimeout(() => {
        throw error;
      });
    return new Promise(() => setTimeout(() => undefined, 60_000));
  },
};

process.exitCode = await main(processWorld(), [{ name: crash.name, load: async () => crash }]);
