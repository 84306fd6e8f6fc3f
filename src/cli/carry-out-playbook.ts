// A playbook with its values, a cluster and the flags of a change → its plan, or its run from beginning to end.
import { OperatorError } from "../base/errors.ts";
import type { Cluster } from "../inventory/cluster.ts";
import type { PreparedPlan } from "../run/prepare-plan.ts";
import type { SavedBaseline } from "../run/saved-baseline.ts";
import { acceptedCodes, acceptFlag } from "./accept-flag.ts";
import type { CommandContext, CommandInput } from "./command.ts";
import { dryRun } from "./dry-run.ts";
import type { FlagText } from "./flags.ts";
import { prepareRun, tellRun, untilSecondInterrupt } from "./run-setup.ts";

/** Flags of every command that carries out a playbook. */
export const changeFlags: readonly FlagText[] = [
  acceptFlag,
  { flags: "--no-wait", description: "end as held instead of waiting out a timed hold" },
  { flags: "--yes", description: "do not ask for the cluster's name" },
];

/** What is carried out; `file` undefined: a playbook that itlctl brings. */
export interface PlaybookChoice {
  readonly cluster: Cluster;
  readonly name: string;
  readonly file?: string | undefined;
  readonly given: Readonly<Record<string, string>>;
  readonly accepted?: readonly string[];
  readonly saved?: SavedBaseline;
}

/** Without a terminal a run needs --yes; thrown before anything else is looked at. */
export function refuseUnasked(context: CommandContext, input: CommandInput, command: string): void {
  if (input.isSet("yes") || context.asker.isTerminal) return;
  throw new OperatorError(
    "no-terminal",
    `${command} writes on the cluster and there is no terminal to confirm it at`,
    { hint: "Run it at a terminal, or give --yes; the plan alone is read-only." },
  );
}

/** Carries it out; `command` is a part of the run's id. Gives the exit code. */
export function carryOutPlaybook(
  context: CommandContext,
  input: CommandInput,
  command: string,
  choice: PlaybookChoice,
): Promise<number> {
  return untilSecondInterrupt(context, async (signal) => {
    const setup = await setupOf(context, input, choice, signal);
    const { startRun } = await import("../run/start-run.ts");
    return tellRun(context, await startRun(setup, command, requestOf(input, choice)));
  });
}

/** The plan and its read-only preflight; `next` is the command that carries it out. Gives the exit code. */
export function planPlaybook(
  context: CommandContext,
  input: CommandInput,
  choice: PlaybookChoice,
  about: { readonly next: string; onPlan?: (prepared: PreparedPlan) => void },
): Promise<number> {
  return untilSecondInterrupt(context, async (signal) => {
    const setup = await setupOf(context, input, choice, signal);
    return dryRun(context, setup, requestOf(input, choice), about);
  });
}

function setupOf(context: CommandContext, input: CommandInput, choice: PlaybookChoice, signal: AbortSignal) {
  const { cluster, name, file, given } = choice;
  return prepareRun(context, {
    ...{ cluster, signal, playbook: name, playbookFile: file, given, remoteKey: null, heldFile: null },
    isWaiting: !input.isSet("wait", false),
    isAsking: context.asker.isTerminal,
  });
}

function requestOf(input: CommandInput, { file, given, accepted, saved }: PlaybookChoice) {
  return {
    ...{ requestedKey: null, remoteKey: null, heldFile: null, given },
    accepted: accepted ?? acceptedCodes(input),
    isUnattended: input.isSet("yes"),
    ...(file === undefined ? {} : { playbookFile: file }),
    ...(saved === undefined ? {} : { saved }),
  };
}
