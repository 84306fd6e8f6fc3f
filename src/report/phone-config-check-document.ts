// A look at a phone's configuration and its judgement → the document that `phone-config check --json` prints.
import type { PhoneConfigFinding } from "../phone-config/check-findings.ts";
import type { CheckStep } from "../phone-config/check-step.ts";
import type { PhoneState } from "../phone-config/decide-state.ts";
import type { PhoneJudgement } from "../phone-config/judge-phone-config.ts";
import type { PhoneLook } from "../phone-config/phone-look.ts";
import { stateWords } from "../phone-config/state-words.ts";
import type { VerdictWord } from "../verdict/verdict.ts";

export interface PhoneConfigCheckDocument {
  readonly cluster: string;
  readonly device: string;
  readonly state: PhoneState;
  readonly verdict: VerdictWord;
  /** What the state means. */
  readonly meaning: string;
  /** Begins with a verb. */
  readonly next: string;
  /** As the database has them; null where it did not tell. */
  readonly model: string | null;
  readonly profile: string | null;
  readonly steps: readonly CheckStep[];
  readonly findings: readonly PhoneConfigFinding[];
}

export function phoneConfigCheckDocument(look: PhoneLook, judged: PhoneJudgement): PhoneConfigCheckDocument {
  const { cluster, device, database } = look;
  const { state, verdict, steps, findings } = judged;
  const row = database.kind === "row" ? database : null;
  return {
    ...{ cluster, device, state, verdict },
    ...stateWords[state],
    model: row?.model ?? null,
    profile: row?.profile ?? null,
    steps,
    findings,
  };
}
