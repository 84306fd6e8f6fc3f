// --accept CODE, as every command has it that a finding can stop.
import { OperatorError } from "../base/errors.ts";
import { findingCodes } from "../verdict/verdict.ts";
import type { CommandInput } from "./command.ts";
import type { FlagText } from "./flags.ts";

export const acceptFlag: FlagText = {
  flags: "--accept <CODE>",
  description: "go on in spite of this blocking finding",
  ...{ choices: findingCodes, isRepeatable: true },
};

/** Throws `usage` for a code that no finding has. */
export function acceptedCodes(input: CommandInput): readonly string[] {
  const accepted = input.texts("accept");
  const unknown = accepted.find((code) => !findingCodes.some((known) => known === code));
  if (unknown === undefined) return accepted;
  throw new OperatorError("usage", `--accept ${unknown}: there is no such finding`, {
    hint: "See the code in brackets behind each finding, as `itlctl status` prints them.",
  });
}
