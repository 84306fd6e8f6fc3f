// A reference to a secret → the Secret, known to the masker before anybody can use it.
import type { OperatorError, Place } from "../base/errors.ts";
import type { Masker } from "../base/secret.ts";
import { Secret } from "../base/secret.ts";
import type { SecretReference } from "./cluster.ts";
import { firstLineOfFile, firstLineOfProgram } from "./secret-sources.ts";
import { noTerminal, unresolved } from "./secret-trouble.ts";

/** What resolving needs. One masker stands for one run: a reference is resolved once per masker, so that `ask:` asks once. */
export interface SecretContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly masker: Masker;
  /** Asks a person without echo; given only at a terminal. Rejects when the person leaves. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  readonly place: Place;
  /** What the secret is for, as in "platform password of administrator". */
  readonly purpose?: string;
  /** How long a program of `exec:` may take; 30 s unless told. */
  readonly timeoutMs?: number;
}

const resolvedOnce = new WeakMap<Masker, Map<SecretReference, Promise<Secret>>>();

/**
 * The secret behind a reference. The same reference object gives the same secret for as long as the masker lives;
 * a failure is forgotten, so that the next call tries again.
 * @throws {OperatorError} `secret-unresolved`, or `no-terminal` for `ask:` without `context.ask`; never with any part of a value.
 */
export function resolveSecret(reference: SecretReference, context: SecretContext): Promise<Secret> {
  const known = resolvedOnce.get(context.masker) ?? new Map<SecretReference, Promise<Secret>>();
  resolvedOnce.set(context.masker, known);
  const earlier = known.get(reference);
  if (earlier !== undefined) return earlier;
  const resolving = resolveNow(reference, context);
  known.set(reference, resolving);
  resolving.catch(() => known.delete(reference));
  return resolving;
}

async function resolveNow(reference: SecretReference, context: SecretContext): Promise<Secret> {
  const value = await valueOf(reference, context);
  if (value === "") throw refusal(reference, context, "is empty");
  if (/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(value)) {
    throw refusal(reference, context, "holds a line break or another control character");
  }
  const secret = new Secret(value);
  context.masker.add(secret);
  return secret;
}

async function valueOf(reference: SecretReference, context: SecretContext): Promise<string> {
  switch (reference.kind) {
    case "env": {
      const value = context.environment[reference.name];
      if (value === undefined) throw refusal(reference, context, "is not set");
      return value;
    }
    case "file":
      return firstLineOfFile(reference.path, (problem) => refusal(reference, context, problem));
    case "exec":
      return firstLineOfProgram(reference, {
        environment: context.environment,
        timeoutMs: context.timeoutMs ?? 30_000,
        trouble: (problem) => refusal(reference, context, problem),
      });
    case "ask": {
      if (context.ask === undefined) throw noTerminal(context.place, context.purpose);
      return context.ask(questionFor(context));
    }
  }
}

function refusal(reference: SecretReference, context: SecretContext, problem: string): OperatorError {
  return unresolved(reference, problem, context.place, context.purpose);
}

function questionFor({ place, purpose }: SecretContext): string {
  const where = [place.cluster, place.node].filter((part) => part !== undefined).join(" ");
  return `${purpose ?? "password"}${where === "" ? "" : ` (${where})`}`;
}
