// What is known of the clusters → text for Prometheus' textfile collector. Names and labels are a promise to dashboards.

/** One cluster; null: not known, and then there is no sample. Times ISO 8601 UTC. */
export interface ClusterMetrics {
  readonly cluster: string;
  readonly lastSuccessAt: string | null;
  readonly lastAttemptAt: string | null;
  readonly lastBackupExit: number | null;
  /** The newest kept key was shown to be the key of the lists that were served at the newest look. */
  readonly isLiveKey: boolean | null;
  readonly keyNotAfter: string | null;
  readonly lookedAt: string | null;
  readonly lastStatusExit: number | null;
  readonly nodes: readonly {
    readonly node: string;
    readonly role: string;
    readonly isUp: boolean;
    readonly listBytes: number | null;
  }[];
  /** By event of a hook: whether it failed last. */
  readonly hooks: Readonly<Record<string, boolean>>;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number | boolean | null];

interface Metric {
  readonly name: string;
  readonly help: string;
  samples(cluster: ClusterMetrics): readonly Sample[];
}

const ofCluster = (name: string, help: string, value: (cluster: ClusterMetrics) => Sample[1]): Metric => ({
  name,
  help,
  samples: (cluster) => [[{ cluster: cluster.cluster }, value(cluster)]],
});

const metrics: readonly Metric[] = [
  ofCluster(
    "itlctl_backup_last_success_timestamp_seconds",
    "When a backup run last ended with a kept recovery key (exit 0 or 3).",
    ({ lastSuccessAt }) => seconds(lastSuccessAt),
  ),
  ofCluster(
    "itlctl_backup_last_attempt_timestamp_seconds",
    "When a backup run last ended, however it ended.",
    ({ lastAttemptAt }) => seconds(lastAttemptAt),
  ),
  ofCluster(
    "itlctl_backup_last_exit_code",
    "Exit code of the last backup run; 0 is done, 3 done with warnings.",
    ({ lastBackupExit }) => lastBackupExit,
  ),
  ofCluster(
    "itlctl_backup_matches_live_key",
    "1 where the newest kept key was shown to be the key of the lists served at the newest look.",
    ({ isLiveKey }) => isLiveKey,
  ),
  ofCluster(
    "itlctl_recovery_key_not_after_timestamp_seconds",
    "When the recovery certificate of the lists served ends.",
    ({ keyNotAfter }) => seconds(keyNotAfter),
  ),
  ofCluster(
    "itlctl_look_timestamp_seconds",
    "When the nodes were last looked at, by status or by a backup run.",
    ({ lookedAt }) => seconds(lookedAt),
  ),
  ofCluster(
    "itlctl_status_last_exit_code",
    "What the last status of this cluster exits with; 0 passes, 3 warns, 20 blocks.",
    ({ lastStatusExit }) => lastStatusExit,
  ),
  {
    name: "itlctl_node_up",
    help: "1 where the node could be read at the newest look.",
    samples: ({ cluster, nodes }) => nodes.map(({ node, role, isUp }) => [{ cluster, node, role }, isUp]),
  },
  {
    name: "itlctl_list_bytes",
    help: "Length of the trust list that the node served at the newest look; 65536 is the most that phones take.",
    samples: ({ cluster, nodes }) => nodes.map(({ node, listBytes }) => [{ cluster, node }, listBytes]),
  },
  {
    name: "itlctl_hook_failed",
    help: "1 where the hook of that event failed or was ended at its time limit when it was last started.",
    samples: ({ cluster, hooks }) =>
      Object.entries(hooks).map(([hook, failed]) => [{ cluster, hook }, failed]),
  },
];

/** Every metric with its samples; one without any is left out. Ends with a line end. */
export function renderMetrics(clusters: readonly ClusterMetrics[], version: string): string {
  const known = metrics.flatMap(({ name, help, samples }) => {
    const lines = clusters
      .flatMap((cluster) => samples(cluster))
      .flatMap(([labels, value]) => line(name, labels, value));
    return lines.length === 0 ? [] : [...head(name, help), ...lines];
  });
  const about = [...head("itlctl_info", "Which itlctl wrote this."), ...line("itlctl_info", { version }, 1)];
  return `${[...known, ...about].join("\n")}\n`;
}

const head = (name: string, help: string) => [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`];

function line(name: string, labels: Labels, value: Sample[1]): string[] {
  if (value === null) return [];
  const inside = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return [`${name}{${inside.join(",")}} ${Number(value)}`];
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function seconds(time: string | null): number | null {
  return time === null ? null : Math.floor(Date.parse(time) / 1000);
}
