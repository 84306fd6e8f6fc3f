// A command's context → what a run needs: playbook, sessions with transcripts, progress, the operator, interrupts.
import { setMaxListeners } from "node:events";
import { OperatorError } from "../base/errors.ts";
import type { Cluster } from "../inventory/cluster.ts";
import type { RunDocument } from "../report/run-document.ts";
import { paintWith } from "../report/paint.ts";
import type { RemoteKeyRequest, RunError } from "../run/journal-entry.ts";
import type { RunState } from "../run/replay.ts";
import type { RunSetup } from "../run/start-run.ts";
import type { Operator } from "../run/step-kind.ts";
import type { SessionPool } from "../session/session-pool.ts";
import { answer } from "./answer.ts";
import type { CommandContext } from "./command.ts";
import { exitOfError } from "./exit-codes.ts";
import { playbookHooks } from "./playbook-hooks.ts";
import { shippedPlaybook } from "./find-playbook.ts";
import { readHeldList } from "./held-file.ts";
import { platformLogin } from "./platform-login.ts";
import { remoteKeyFetcher } from "./remote-key-flags.ts";
import type { Turnstile } from "./turnstile.ts";
import { vaultOpener } from "./vault-opener.ts";

/** What differs from run to run. */
export interface RunChoice {
  readonly cluster: Cluster;
  /** The name of one that itlctl brings, or what a file of the user's own is called. */
  readonly playbook: string;
  /** The user's own, absolute. */
  readonly playbookFile?: string | undefined;
  /** Values of its parameters, as written. */
  readonly given?: Readonly<Record<string, string>> | undefined;
  readonly remoteKey: RemoteKeyRequest | null;
  readonly heldFile: string | null;
  readonly isWaiting: boolean;
  readonly isAsking: boolean;
  readonly signal: AbortSignal;
  /** Shared by runs side by side, so that together they visit at most `--parallel` nodes at once. */
  readonly turnstile?: Turnstile;
  readonly observed?: RunSetup["observed"];
}

/** The setup and, for a dry run, a pool that keeps no transcripts. */
export async function prepareRun(
  context: CommandContext,
  choice: RunChoice,
): Promise<RunSetup & { openDryPool(): SessionPool }> {
  const { world, settings, masker, output } = context;
  const { cluster, signal } = choice;
  const login = await platformLogin(cluster, context);
  const [
    { loadPlaybook },
    { createRunEvents },
    { openProgress },
    { openPlainProgress },
    { openSessionPool },
    transcripts,
    served,
    history,
  ] = await Promise.all([
    import("../playbook/load-playbook.ts"),
    import("../run/events.ts"),
    import("../report/progress.ts"),
    import("../report/progress-as-plain.ts"),
    import("../session/session-pool.ts"),
    import("../session/transcript.ts"),
    import("../served/fetch-list.ts"),
    import("../served/list-history.ts"),
  ]);
  const [{ runDocument }, { readRun }] = await Promise.all([
    import("../report/run-document.ts"),
    import("../run/start-run.ts"),
  ]);
  const paint = paintWith(settings.hasColor);
  const events = createRunEvents();
  const note = (line: string) => output.note(line);
  const now = () => world.clock.now();
  events.listen(
    settings.isPlain
      ? openPlainProgress(note, { now })
      : openProgress(note, { width: settings.width, paint, now, draw: output.draw }),
  );
  const pool = (transcriptOf: Parameters<typeof openSessionPool>[0]["transcriptOf"]): SessionPool => {
    const own = openSessionPool({
      ...world.session,
      ...{ loginOf: () => login, transcriptOf, masker, clock: world.clock, parallel: settings.parallel },
    });
    const { turnstile } = choice;
    if (turnstile === undefined) return own;
    return { ...own, visit: (nodes, visit) => own.visit(nodes, (node) => turnstile(() => visit(node))) };
  };
  return {
    ...{ cluster, events, masker, signal, stateFolder: settings.stateFolder, clock: world.clock },
    observed: choice.observed,
    playbook: loadPlaybook(choice.playbookFile ?? shippedPlaybook(choice.playbook), choice.given ?? {}),
    version: context.version,
    fetchServedFile: served.fetchServedFile,
    history: history.openListHistory(settings.stateFolder),
    operator: choice.isAsking ? operatorAt(context) : null,
    isWaiting: choice.isWaiting,
    namedHeldList: choice.heldFile === null ? null : readHeldList(choice.heldFile),
    remoteKey: choice.remoteKey === null ? null : await remoteKeyFetcher(choice.remoteKey, cluster, context),
    // Without the signal: an interrupt finishes what was begun, and a key that was delivered is kept.
    openVault: vaultOpener(cluster, context),
    runHook: playbookHooks(context, cluster, signal),
    resolveSecret: (reference, what) =>
      context.resolveSecret(reference, what, {
        cluster: cluster.name,
        ...cluster.source,
      }),
    openPool: (folder) =>
      pool((node) => transcripts.openFileTranscript(folder.transcript(node.name), masker, world.clock)),
    openDryPool: () => pool(() => transcripts.nullTranscript),
    onRun(folder) {
      const document = (error: RunError) => ({
        ...runDocument(readRun(settings.stateFolder, folder.run)),
        error,
      });
      context.attachRun({ folder: folder.path, document });
    },
  };
}

/** The first Ctrl-C aborts the signal: the write in progress is finished. The second ends the call at once. */
export async function untilSecondInterrupt<T>(
  context: CommandContext,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  let stop = () => {};
  const left = new Promise<never>((_resolve, reject) => {
    stop = context.world.onInterrupt(() => {
      if (controller.signal.aborted)
        return reject(cancelled("left at once; a write that was under way has an unknown end"));
      context.output.note("interrupted: finishing what was begun; press Ctrl-C again to leave at once");
      controller.abort(cancelled("interrupted by the operator"));
    });
  });
  try {
    return await Promise.race([work(controller.signal), left]);
  } finally {
    stop();
  }
}

/** Writes how a run stands into its folder, and gives that document. */
export async function keepReport(context: CommandContext, state: RunState): Promise<RunDocument> {
  const [{ runDocument }, { plainJson }, { findRunFolder }, { writePrivateFile }] = await Promise.all([
    import("../report/run-document.ts"),
    import("../report/plain-text.ts"),
    import("../run/run-folder.ts"),
    import("../base/files.ts"),
  ]);
  const document = runDocument(state);
  const folder = findRunFolder(context.settings.stateFolder, state.run);
  writePrivateFile(folder.report, `${plainJson(document, context.masker.mask)}\n`);
  return document;
}

/** Prints how a run stands, as text or document, and gives its exit code. */
export async function tellRun(context: CommandContext, state: RunState): Promise<number> {
  const { settings } = context;
  const { renderRunText } = await import("../report/run-as-text.ts");
  const document = await keepReport(context, state);
  await answer(context, settings.isPlain ? { ...document, plan: null } : document, (look) =>
    renderRunText(document, look),
  );
  return exitOfRun(state);
}

/** Exit code by outcome; a failure before the first write exits with its cause. */
export function exitOfRun(state: Pick<RunState, "outcome" | "error" | "findings">): number {
  switch (state.outcome) {
    case "done":
    case "abandoned":
    case "running":
      return 0;
    case "planned":
      return state.findings.length > 0 ? 3 : 0;
    case "warned":
      return 3;
    case "blocked":
      return 20;
    case "held":
      return 21;
    case "unknown":
      return 22;
    case "failed":
      return state.error === null ? 23 : exitOfError(state.error.code);
    case "interrupted":
    case "cancelled":
      return 130;
  }
}

function operatorAt(context: CommandContext): Operator {
  const { asker } = context;
  return {
    async approve(plan) {
      try {
        await asker.confirmName(plan.cluster, `Type the cluster's name (${plan.cluster}) to carry this out`);
        return true;
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error;
        if (error.code === "confirmation-mismatch") context.output.note(error.message);
        else if (error.code !== "cancelled") throw error;
        return false;
      }
    },
    async confirmStep(step) {
      const choices = [
        { value: "later", label: "Not yet: leave the run held, go on later with `itlctl resume`" },
        { value: "yes", label: "Yes, it is done: go on" },
      ] as const;
      try {
        return await asker.choose(`Is the step ${step} done?`, choices);
      } catch (error) {
        if (error instanceof OperatorError && error.code === "cancelled") return "later";
        throw error;
      }
    },
  };
}

function cancelled(message: string): OperatorError {
  return new OperatorError("cancelled", message, {
    hint: "Look with `itlctl runs`, then resume or abandon the run.",
  });
}
