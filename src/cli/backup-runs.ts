// Clusters → a backup run of each, side by side; one cluster's trouble is its own result.
import { OperatorError } from "../base/errors.ts";
import type { Cluster } from "../inventory/cluster.ts";
import type { RunDocument } from "../report/run-document.ts";
import type { RunError, RunRequest } from "../run/journal-entry.ts";
import type { RunState } from "../run/replay.ts";
import type { Aftermath } from "./aftermath.ts";
import type { CommandContext } from "./command.ts";
import { exitOfError } from "./exit-codes.ts";
import { exitOfRun, keepReport, prepareRun } from "./run-setup.ts";
import type { Turnstile } from "./turnstile.ts";

/** What `backup run` carries out. */
export const backupPlaybook = "recovery-key-backup";

/** One cluster's backup; `state` null where the run could not begin. */
export interface BackupResult {
  readonly cluster: Cluster;
  readonly state: RunState | null;
  readonly document: RunDocument;
  readonly exit: number;
}

const request: RunRequest = {
  ...{ requestedKey: null, accepted: [], isUnattended: true, remoteKey: null, heldFile: null },
};

/** Takes the backup of one cluster, and lets follow what follows. Throws what keeps the run from beginning (`run-locked`, a missing secret). */
export async function backUpCluster(
  context: CommandContext,
  cluster: Cluster,
  signal: AbortSignal,
  aftermath: Aftermath,
  turnstile?: Turnstile,
): Promise<RunState> {
  let state: RunState;
  try {
    state = await takeBackup(context, cluster, signal, aftermath, turnstile);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    await aftermath.notBackedUp(cluster, valueOf(error, cluster));
    throw error;
  }
  await aftermath.backedUp(cluster, state);
  return state;
}

async function takeBackup(
  context: CommandContext,
  cluster: Cluster,
  signal: AbortSignal,
  aftermath: Aftermath,
  turnstile?: Turnstile,
): Promise<RunState> {
  const [{ startRun }, { noVault }] = await Promise.all([
    import("../run/start-run.ts"),
    import("../run/backup/no-vault.ts"),
  ]);
  if (cluster.vault === null) throw noVault(cluster);
  const setup = await prepareRun(context, {
    ...{
      cluster,
      signal,
      playbook: backupPlaybook,
      remoteKey: null,
      heldFile: null,
      isWaiting: true,
      isAsking: false,
    },
    observed: aftermath.observed,
    ...(turnstile === undefined ? {} : { turnstile }),
  });
  return startRun(setup, "backup", request);
}

/** Expected trouble is a result; a bug throws. Progress lines begin with the cluster's name. */
export async function backUpClusters(
  context: CommandContext,
  clusters: readonly Cluster[],
  signal: AbortSignal,
  aftermath: Aftermath,
): Promise<readonly BackupResult[]> {
  const { openTurnstile } = await import("./turnstile.ts");
  const turnstile = openTurnstile(context.settings.parallel);
  return Promise.all(
    clusters.map(async (cluster): Promise<BackupResult> => {
      const { output } = context;
      const own: CommandContext = {
        ...context,
        output: { ...output, draw: null, note: (text) => output.note(`${cluster.name}: ${text}`) },
        attachRun: () => {},
      };
      try {
        const state = await backUpCluster(own, cluster, signal, aftermath, turnstile);
        return { cluster, state, document: await keepReport(context, state), exit: exitOfRun(state) };
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error;
        const { unbegunDocument } = await import("../report/run-document.ts");
        const document = unbegunDocument(cluster.name, backupPlaybook, valueOf(error, cluster));
        return { cluster, state: null, document, exit: exitOfError(error.code) };
      }
    }),
  );
}

function valueOf(error: OperatorError, cluster: Cluster): RunError {
  const { code, message, hint, place } = error.at({ cluster: cluster.name });
  return { code, message, hint, place };
}

const mildest = [0, 3];

/** The worst exit code of several runs: a failure before a warning before none; of failures the highest, but an interrupt only where nothing failed. */
export function worstExit(exits: readonly number[]): number {
  const failures = exits.filter((exit) => !mildest.includes(exit));
  const known = failures.filter((exit) => exit !== 130);
  if (known.length > 0) return Math.max(...known);
  if (failures.length > 0) return 130;
  return Math.max(0, ...exits);
}
