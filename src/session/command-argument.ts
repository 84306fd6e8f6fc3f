// An argument of a platform command line in; the same text, or a usage error when it holds anything a command line could misread, out.
import { OperatorError } from "../base/errors.ts";

/** `text` if it is only `[A-Za-z0-9._/-]` (and `extra`) and does not begin with a dash; throws `usage` naming `what`. */
export function safeArgument(what: string, text: string, extra = ""): string {
  const allowed = new RegExp(`^(?!-)[A-Za-z0-9._/${extra}-]+$`);
  if (allowed.test(text) && text.length <= 255) return text;
  throw new OperatorError(
    "usage",
    `${what} ${JSON.stringify(text)} cannot be put on a platform command line`,
    {
      hint: `Use only letters, digits and . _ / -${extra === "" ? "" : ` ${extra}`}, without a dash in front`,
    },
  );
}

/** `text` if it is one of `known`; throws `usage` listing them. */
export function oneOf<Known extends string>(what: string, text: string, known: readonly Known[]): Known {
  const found = known.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  throw new OperatorError("usage", `${what} ${JSON.stringify(text)} is not one that itlctl handles`, {
    hint: `Use one of: ${known.join(", ")}`,
  });
}

/** Certificate units on record in 10.x to 15. */
export const certificateUnits = [
  "tomcat",
  "tomcat-ECDSA",
  "ipsec",
  "ITLRecovery",
  "CallManager",
  "CallManager-ECDSA",
  "CAPF",
  "TVS",
  "authz",
] as const;
