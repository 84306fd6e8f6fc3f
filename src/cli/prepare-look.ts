// Clusters and their passwords → a look at each with sessions of its own, all together at most `--parallel` nodes at once.
import { messageOf } from "../base/errors.ts";
import type { Cluster, ClusterNode } from "../inventory/cluster.ts";
import type { LookTools } from "../run/look.ts";
import type { ListHistory } from "../served/list-history.ts";
import type { SessionPool } from "../session/session-pool.ts";
import type { CommandContext } from "./command.ts";
import { platformLogin } from "./platform-login.ts";
import { openTurnstile } from "./turnstile.ts";

/** `at` hands `work` the tools for one cluster and closes its sessions afterwards, however it ended. */
export interface Look {
  at<T>(cluster: Cluster, work: (tools: LookTools) => Promise<T>): Promise<T>;
}

/** Resolves every platform password first, so that a missing one (`secret-unresolved`) costs no login. */
export async function prepareLook(clusters: readonly Cluster[], context: CommandContext): Promise<Look> {
  const logins = new Map<string, Awaited<ReturnType<typeof platformLogin>>>();
  for (const cluster of clusters) logins.set(cluster.name, await platformLogin(cluster, context));
  const [{ openSessionPool }, { fetchServedFile }, { openListHistory }, { nullTranscript }] =
    await Promise.all([
      import("../session/session-pool.ts"),
      import("../served/fetch-list.ts"),
      import("../served/list-history.ts"),
      import("../session/transcript.ts"),
    ]);
  const { world, settings, masker, signal, output } = context;
  const history = forgivingHistory(openListHistory(settings.stateFolder), (text) => output.note(text));
  const throughTurnstile = openTurnstile(settings.parallel);
  return {
    async at(cluster, work) {
      const pool = openSessionPool({
        ...world.session,
        loginOf: () => {
          const login = logins.get(cluster.name);
          if (login === undefined) throw new Error(`cluster ${cluster.name} was not prepared`);
          return login;
        },
        transcriptOf: () => nullTranscript,
        masker,
        clock: world.clock,
        parallel: settings.parallel,
        signal,
      });
      const shared: SessionPool = {
        ...pool,
        visit: (nodes, visit) =>
          pool.visit(nodes, (node: ClusterNode) => throughTurnstile(() => visit(node))),
      };
      try {
        return await work({ cluster, pool: shared, clock: world.clock, fetchServedFile, history, signal });
      } finally {
        await pool.closeAll();
      }
    },
  };
}

/** A look is worth having even where its lists cannot be kept, or those before not be read: the trouble is told once instead. */
function forgivingHistory(history: ListHistory, tell: (text: string) => void): ListHistory {
  let isTold = false;
  const forgiving = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      if (!isTold) tell(`warning: lists seen now are not remembered: ${messageOf(error)}`);
      isTold = true;
      return otherwise;
    }
  };
  return {
    ...history,
    remember: (seen) => forgiving(() => history.remember(seen), ""),
    sightings: (cluster) => forgiving(() => history.sightings(cluster), []),
  };
}
