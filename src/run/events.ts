// What a run tells while it goes: the progress display and the report listen, the steps do not know who.
import type { Plan } from "../playbook/plan.ts";
import type { StepOutcome } from "./journal-entry.ts";

/** `waiting` repeats while a wait goes on; `until` ISO 8601 UTC or null when only a person or the platform ends it. */
export type RunEvent =
  | { readonly kind: "run-started"; readonly run: string; readonly cluster: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "planned"; readonly plan: Plan }
  | { readonly kind: "step-started"; readonly step: string; readonly title: string }
  | {
      readonly kind: "step-ended";
      readonly step: string;
      readonly outcome: StepOutcome;
      readonly detail: string;
    }
  | {
      readonly kind: "node-ended";
      readonly step: string;
      readonly node: string;
      readonly outcome: StepOutcome;
      readonly detail: string;
    }
  | { readonly kind: "sending"; readonly step: string; readonly node: string; readonly line: string }
  | { readonly kind: "platform-line"; readonly node: string; readonly text: string }
  | { readonly kind: "waiting"; readonly step: string; readonly what: string; readonly until: string | null };

/** Listeners are called in order, at once; one that throws is a bug. */
export interface RunEvents {
  emit(event: RunEvent): void;
  listen(listener: (event: RunEvent) => void): void;
}

/** An event line without listeners. */
export function createRunEvents(): RunEvents {
  const listeners: ((event: RunEvent) => void)[] = [];
  return {
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    listen: (listener) => {
      listeners.push(listener);
    },
  };
}
