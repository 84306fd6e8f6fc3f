// --cluster and --var K=V, as commands have them that take a playbook.
import { OperatorError } from "../base/errors.ts";
import type { CommandInput } from "./command.ts";

export const playbookFlags = [
  { flags: "--cluster <NAME>", description: "a name of the inventory" },
  { flags: "--var <K=V>", description: "the value of a parameter; a list by commas", isRepeatable: true },
] as const;

/** The values as written. Throws `usage` for what is no K=V, and for a name given twice. */
export function givenValues(input: CommandInput): Readonly<Record<string, string>> {
  const given = new Map<string, string>();
  for (const word of input.texts("var")) {
    const at = word.indexOf("=");
    const name = word.slice(0, Math.max(at, 0));
    if (at < 1) throw usage(`--var ${word}: write NAME=VALUE`);
    if (given.has(name)) throw usage(`--var ${name} is there twice`);
    given.set(name, word.slice(at + 1));
  }
  return Object.fromEntries(given);
}

/** Throws `usage` where it is missing. */
export function clusterFlag(input: CommandInput): string {
  const name = input.text("cluster");
  if (name === null) throw usage("--cluster NAME is missing");
  return name;
}

function usage(message: string): OperatorError {
  return new OperatorError("usage", message, {
    hint: "Example: `itlctl plan certificate-regeneration --cluster east --var units=TVS`",
  });
}
