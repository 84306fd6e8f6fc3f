// What every verb of a playbook is to the runner, and what a step may use.
import type { Clock } from "../base/clock.ts";
import type { OperatorError } from "../base/errors.ts";
import type { Masker, Secret } from "../base/secret.ts";
import type { SecretReference } from "../inventory/cluster.ts";
import type { HookResult } from "./hooks.ts";
import type { Plan } from "../playbook/plan.ts";
import type { Playbook, Step } from "../playbook/step.ts";
import type { RunEvents } from "./events.ts";
import type { Journal } from "./journal.ts";
import type { JournalEvent, RunRequest } from "./journal-entry.ts";
import type { LookTools } from "./look.ts";
import type { RecoveryBasis } from "./recovery-basis.ts";
import type { RemoteKeyFetcher } from "./remote-key.ts";
import type { RunState } from "./replay.ts";
import type { Vault } from "../vault/vault.ts";
import type { WorkBasis } from "./work-basis.ts";

/** The person at the terminal. */
export interface Operator {
  /** True when the cluster's name was typed as it is. */
  approve(plan: Plan): Promise<boolean>;
  /** `later` leaves the run held. */
  confirmStep(step: string, text: string): Promise<"yes" | "later">;
}

/** What a run needs from outside; made once by the command that carries it out. */
export interface RunTools extends LookTools {
  readonly playbook: Playbook;
  readonly stateFolder: string;
  readonly clock: Clock;
  readonly masker: Masker;
  readonly events: RunEvents;
  /** Null: nobody can be asked. */
  readonly operator: Operator | null;
  /** `isWaiting` false: a timed hold ends the run as held instead of waiting. */
  readonly isWaiting: boolean;
  /** The list that phones hold, as named by `--held`. */
  readonly namedHeldList: Buffer | null;
  /** `what` names it in a question or an error. */
  resolveSecret(reference: SecretReference, what: string): Promise<Secret>;
  readonly remoteKey: RemoteKeyFetcher | null;
  /** Null: the inventory names no vault for this cluster. Whoever opens it closes it. */
  readonly openVault: (() => Promise<Vault>) | null;
  /** Starts a program of the playbook with this document on its stdin; never throws for what it does. */
  runHook(command: readonly string[], document: unknown): Promise<HookResult>;
}

/** What every plan rests on, whatever it changes. */
export type RunGround = Pick<
  RecoveryBasis & WorkBasis,
  "release" | "publisher" | "tftpNodes" | "seenNodes" | "baseline"
> & {
  /** Whether there is a CTL that the plan deals with. */
  readonly isMixedMode?: boolean;
};

/** One run under way. `state()` is the journal replayed, so it is the same before and after a crash. */
export interface RunContext extends RunTools {
  readonly run: string;
  readonly request: RunRequest;
  readonly journal: Journal;
  /** The step that `resume --confirm` answers, if any. */
  readonly confirmedStep: string | null;
  state(): RunState;
  record(event: JournalEvent): void;
  /** What the preflight of a recovery settled, or the last reset; a step before it has none and asking for it is a bug. */
  basis(): RecoveryBasis;
  /** The same for a run that changes certificates. */
  work(): WorkBasis;
  /** What the two have in common. */
  ground(): RunGround;
}

/** How a step ended. `failed` and `blocked` before any write carry the cause whose exit code counts. */
export type StepResult =
  | { readonly kind: "done" | "skipped"; readonly node: string | null; readonly detail: string }
  | {
      readonly kind: "held";
      readonly node: string | null;
      readonly detail: string;
      readonly until: string | null;
      readonly next: string;
    }
  | {
      readonly kind: "blocked" | "failed" | "unknown";
      readonly node: string | null;
      readonly detail: string;
      readonly error: OperatorError;
    };

/** The run waits: for a time, for a person, or for a clock that is set right. */
export type HeldResult = Extract<StepResult, { kind: "held" }>;

/**
 * A verb. `carryOut` may be called again after a crash and must then observe before it acts; it writes at most once a
 * node, and journals the intent first. Expected trouble is a result or an OperatorError; nothing is retried by itself.
 */
export interface StepKind<S extends Step = Step> {
  carryOut(step: S, context: RunContext): Promise<StepResult>;
}
