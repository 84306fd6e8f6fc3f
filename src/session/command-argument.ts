// An argument of a platform command line in; the same text, or a usage error when it holds anything a command line could misread, out.
import { OperatorError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";

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

/** A TCP port as text. Throws `usage`. */
export function safePort(port: number): string {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return String(port);
  throw new OperatorError("usage", `port ${port} is not a TCP port`, {
    hint: "Use a number from 1 to 65535",
  });
}

/** `secret` if it can be typed to a question: not empty, no control characters. Throws `usage` without telling it. */
export function typeableSecret(what: string, secret: Secret): Secret {
  if (/^[^\x00-\x1f\x7f-\x9f]+$/.test(secret.reveal())) return secret;
  throw new OperatorError("usage", `${what} is empty or holds a control character, which cannot be typed`, {
    hint: "Give that account a password of printable characters",
  });
}
