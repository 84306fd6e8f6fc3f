// Why a secret could not be had → the error with what to mend; the reference is named, its arguments and its value never are.
import { OperatorError, type Place } from "../base/errors.ts";
import type { SecretReference } from "./cluster.ts";

/** `secret-unresolved`: which reference, for what, and why. */
export function unresolved(
  reference: SecretReference,
  problem: string,
  place: Place,
  purpose: string | undefined,
): OperatorError {
  const { source, hint } = described(reference);
  const wanted = purpose === undefined ? "" : `${purpose}: `;
  return new OperatorError("secret-unresolved", `${wanted}${source} ${problem}`, { hint, place });
}

/** `no-terminal`: an `ask:` reference where nobody can be asked. */
export function noTerminal(place: Place, purpose: string | undefined): OperatorError {
  return new OperatorError(
    "no-terminal",
    `${purpose ?? "a password"} would have to be asked (ask:), and there is no terminal`,
    {
      hint: "run it at a terminal without --json, or use env:, file: or exec: in the inventory",
      place,
    },
  );
}

function described(reference: SecretReference): { source: string; hint: string } {
  switch (reference.kind) {
    case "env":
      return {
        source: `the environment variable ${reference.name}`,
        hint: `set ${reference.name} to the password, on one line`,
      };
    case "file":
      return {
        source: `the password file ${reference.path}`,
        hint: `put the password on its first line, readable by its owner only: chmod 600 ${reference.path}`,
      };
    case "exec":
      return {
        source: `the program ${reference.program}`,
        hint: "try the program by hand: it must print the password on its first line and end with 0",
      };
    case "ask":
      return { source: "the password given", hint: "type the password again" };
  }
}
