// How backups and looks ended → what follows from it outside: the memory of each cluster, hooks, and the metrics file. None of it changes how they ended.
import { resolve } from "node:path";
import { isoTime } from "../base/clock.ts";
import { messageOf, OperatorError } from "../base/errors.ts";
import type { ClusterFacts } from "../facts/node-facts.ts";
import type { Cluster, Hooks, Inventory, VaultSettings } from "../inventory/cluster.ts";
import type { ClusterMetrics } from "../report/metrics-as-prometheus.ts";
import type { ClusterMemory } from "../run/cluster-memory.ts";
import type { RunError } from "../run/journal-entry.ts";
import type { RunState } from "../run/replay.ts";
import type { Finding } from "../verdict/verdict.ts";
import type { CommandContext } from "./command.ts";
import { exitOfError } from "./exit-codes.ts";
import type { FlagText } from "./flags.ts";
import { withoutPasswords } from "./hook-environment.ts";
import { exitOfRun } from "./run-setup.ts";

/** What says that a node could not be read at all. */
const unreached: readonly RunError["code"][] = ["node-unreachable", "session-lost"];

type HookEvent = Exclude<keyof Hooks, "timeLimitMs">;

/** The flag of the commands that write metrics. */
export const metricsFlag: FlagText = {
  flags: "--metrics <FILE>",
  description: "replace this file with what Prometheus' textfile collector reads",
};

/** What follows from the commands that run unattended. Trouble here is told and changes no exit code. */
export interface Aftermath {
  /** For a backup's look at the nodes. */
  observed(facts: ClusterFacts): void;
  /** One backup that began and ended. */
  backedUp(cluster: Cluster, state: RunState): Promise<void>;
  /** One backup that could not begin. */
  notBackedUp(cluster: Cluster, error: RunError): Promise<void>;
  /** One look of `status`, with its findings and what it exits with; remembered only where metrics are asked for. */
  looked(cluster: Cluster, facts: ClusterFacts, findings: readonly Finding[], exit: number): Promise<void>;
  /** Writes the metrics file, where one was asked for. */
  writeMetrics(): Promise<void>;
}

/** `file` as given with --metrics. */
export async function openAftermath(
  context: CommandContext,
  inventory: Inventory,
  file: string | null,
  signal: AbortSignal,
): Promise<Aftermath> {
  const { world, settings, masker, output } = context;
  const { stateFolder } = settings;
  const [memory, { lookMemoryOf }, { runHook }] = await Promise.all([
    import("../run/cluster-memory.ts"),
    import("../run/look-memory.ts"),
    import("../run/hooks.ts"),
  ]);
  const now = () => isoTime(world.clock.now());
  const forgiving = (what: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      const isOfDisk = error instanceof Error && "syscall" in error;
      if (!isOfDisk && !(error instanceof OperatorError)) throw error;
      output.note(`warning: ${what}: ${messageOf(error)}`);
    }
  };
  const call = async (cluster: Cluster, event: HookEvent, about: Readonly<Record<string, unknown>>) => {
    const hook = cluster.hooks[event];
    if (hook === null) return false;
    const tools = { timeoutMs: cluster.hooks.timeLimitMs, signal, masker };
    const document = { event, at: now(), cluster: cluster.name, ...about };
    const { kind, detail } = await runHook(hook, document, {
      ...tools,
      environment: withoutPasswords(world.environment, inventory),
    });
    if (kind !== "ok") output.note(`warning: ${cluster.name}: hook ${event} ${detail}`);
    forgiving(`how hook ${event} ended is not remembered`, () =>
      memory.rememberHook(stateFolder, cluster.name, event, kind !== "ok"),
    );
    return kind === "ok";
  };
  const attempted = (cluster: Cluster, exit: number, kept: RunState["backup"]) =>
    forgiving(`how the backup of ${cluster.name} ended is not remembered`, () =>
      memory.rememberBackup(stateFolder, cluster.name, {
        ...{ at: now(), exit },
        kept: kept === null ? null : { proof: kept.proof, certificateSerial: kept.certificateSerial },
      }),
    );
  const rememberUnreached = (cluster: Cluster, error: RunError | null) => {
    const node = cluster.nodes.find(({ name }) => name === error?.place.node);
    if (node === undefined || !unreached.some((code) => code === error?.code)) return;
    forgiving("that a node was down is not remembered", () =>
      memory.rememberDown(stateFolder, cluster.name, { node: node.name, role: node.role, at: now() }),
    );
  };
  const alarm = async (cluster: Cluster, findings: readonly Finding[]) => {
    const active = findings.find(({ code }) => code === "backup-alarm-active");
    if (active === undefined || cluster.hooks.alarmActive === null) return;
    let isTold = false;
    forgiving("whether the alarm was told is not known", () => {
      isTold = memory.isAlarmTold(stateFolder, cluster.name, active.message);
    });
    // A hook that failed is tried again at the next look.
    if (isTold || !(await call(cluster, "alarmActive", { finding: active }))) return;
    forgiving("that the alarm was told is not remembered", () =>
      memory.rememberAlarm(stateFolder, cluster.name, active.message),
    );
  };

  return {
    observed(facts) {
      forgiving("what the nodes serve is not remembered", () =>
        memory.rememberLook(stateFolder, facts.cluster, lookMemoryOf(facts), null),
      );
    },
    async backedUp(cluster, state) {
      const exit = exitOfRun(state);
      const isGood = exit === 0 || exit === 3;
      attempted(cluster, exit, isGood ? state.backup : null);
      rememberUnreached(cluster, state.error);
      const about = { run: state.run, exit, outcome: state.outcome };
      if (isGood && state.isNewBackup)
        await call(cluster, "backupStored", {
          ...about,
          backup: state.backup,
          vault: vaultPlace(cluster.vault),
        });
      if (!isGood && exit !== 130) await call(cluster, "backupFailed", { ...about, error: state.error });
      await alarm(cluster, state.findings);
    },
    async notBackedUp(cluster, error) {
      const exit = exitOfError(error.code);
      attempted(cluster, exit, null);
      if (exit !== 130) await call(cluster, "backupFailed", { run: null, exit, outcome: "failed", error });
    },
    async looked(cluster, facts, findings, exit) {
      if (file !== null)
        forgiving("what the nodes serve is not remembered", () =>
          memory.rememberLook(stateFolder, cluster.name, lookMemoryOf(facts), exit),
        );
      await alarm(cluster, findings);
    },
    async writeMetrics() {
      if (file === null) return;
      const [{ renderMetrics }, { writeSharedFile }] = await Promise.all([
        import("../report/metrics-as-prometheus.ts"),
        import("../base/files.ts"),
      ]);
      const path = resolve(world.cwd, file);
      forgiving("no metrics were written", () => {
        const all = inventory.clusters.map(({ name }) =>
          metricsOf(name, memory.clusterMemory(stateFolder, name)),
        );
        writeSharedFile(path, renderMetrics(all, context.version));
      });
    },
  };
}

/** A hook is somebody else's program: it gets the environment without what the inventory takes passwords from. */
/** Where a hook finds what was stored. */
function vaultPlace(vault: VaultSettings | null): Readonly<Record<string, unknown>> | null {
  if (vault === null) return null;
  if (vault.kind === "directory") return { kind: vault.kind, path: vault.path };
  const { kind, host, port, directory } = vault;
  return { kind, host, port, directory };
}

function metricsOf(cluster: string, { backup, look }: ClusterMemory): ClusterMetrics {
  return {
    cluster,
    lastSuccessAt: backup?.lastSuccess?.at ?? null,
    lastAttemptAt: backup?.lastAttemptAt ?? null,
    lastBackupExit: backup?.lastExit ?? null,
    isLiveKey: isLiveKey(backup?.lastSuccess ?? null, look),
    keyNotAfter: look?.recoveryNotAfter ?? null,
    lookedAt: look?.at ?? null,
    lastStatusExit: look?.lastStatusExit ?? null,
    nodes: look?.nodes ?? [],
    hooks: backup?.hooks ?? {},
  };
}

/** False where a backup was taken and not shown to be the key of every list; null where none was, or no list was read. */
function isLiveKey(
  kept: NonNullable<ClusterMemory["backup"]>["lastSuccess"],
  look: ClusterMemory["look"],
): boolean | null {
  if (kept === null || look === null || look.recoverySerials.length === 0) return null;
  return (
    kept.proof === "matched" && look.recoverySerials.every((serial) => serial === kept.certificateSerial)
  );
}
