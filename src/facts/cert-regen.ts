// The answer of `set cert regen UNIT` in; what the platform did out.
import { answerLines, isRefusalTrailer } from "./answer-lines.ts";

/** `held`: the platform refuses because `changedUnit` changed on this node less than five minutes ago. */
export type CertRegen =
  | { readonly kind: "regenerated"; readonly unit: string }
  | { readonly kind: "held"; readonly changedUnit: string; readonly refusedUnit: string }
  | { readonly kind: "unknown"; readonly text: string };

/** Anything but exactly one known sentence, and every answer that ends in a refusal, is `unknown`. */
export function parseCertRegen(text: string): CertRegen {
  const lines = answerLines(text, "set cert regen").map((line) => line.trim());
  const outcomes = lines.map(outcomeOf).filter((outcome) => outcome !== null);
  const only = outcomes.length === 1 && !lines.some(isRefusalTrailer) ? outcomes[0] : undefined;
  return only ?? { kind: "unknown", text: lines.join("\n") };
}

function outcomeOf(line: string): CertRegen | null {
  const done = /^Successfully [Rr]egenerated [Cc]ertificate for (\S+)\.$/.exec(line);
  if (done?.[1] !== undefined) return { kind: "regenerated", unit: done[1] };
  const held =
    /^(\S+) certificate was modified in the last \d{1,4} minutes?\. Please re-try rege?nerating (\S+) certificate at a later time\.?$/.exec(
      line,
    );
  if (held?.[1] === undefined || held[2] === undefined) return null;
  return { kind: "held", changedUnit: held[1], refusedUnit: held[2] };
}
