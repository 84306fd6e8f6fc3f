// Everything that the sweep makes go wrong: at one point of a dialogue, or with the cluster around it.
import type { FaultAction, FaultPoint } from "../../mocks/lab/faults.ts";
import type { SweepLab } from "./sweep-lab.ts";

/** Strikes at every line and question of a write. */
export interface PointTrouble {
  readonly kind: "point";
  readonly label: string;
  readonly action: FaultAction;
  /** How long each service restart of the cluster takes, where that matters; a few seconds else. */
  readonly restartMs?: number;
}

/** Lies in the cluster; `arrange` sets it up for a write on `node` and gives its cure. */
export interface ClusterTrouble {
  readonly kind: "cluster";
  readonly label: string;
  arrange(sweep: SweepLab, node: string, write: RegExp): () => void;
}

export type Trouble = PointTrouble | ClusterTrouble;

const point = (label: string, action: FaultAction, restartMs?: number): PointTrouble => ({
  ...{ kind: "point", label, action },
  ...(restartMs === undefined ? {} : { restartMs }),
});
const cluster = (label: string, arrange: ClusterTrouble["arrange"]): ClusterTrouble => ({
  kind: "cluster",
  label,
  arrange,
});

/** What an operator's bad night is made of, at one point of a dialogue. */
export const pointTroubles: readonly PointTrouble[] = [
  point("the session drops", { kind: "drop" }),
  point("the session drops, the command goes on", { kind: "drop", commandGoesOn: true }),
  point("the session drops, and each node takes minutes", { kind: "drop", commandGoesOn: true }, 240_000),
  point("the node falls silent", { kind: "stall" }),
  point("an unexpected question (yes/no)", { kind: "ask", question: "Delete all phones (yes/no)? " }),
  point("a question of no known form", { kind: "ask", question: "Which moon is it" }),
  point("an unknown text, the command goes on", { kind: "say", text: "The moon is full", goesOn: true }),
  point("an unknown text that ends the command", { kind: "say", text: "The moon is new" }),
  point("another prompt", { kind: "prompt", text: "recovery>" }),
  point("a prompt in the middle", { kind: "garbage", bytes: Buffer.from("\r\nadmin:") }),
  point("garbage", {
    kind: "garbage",
    bytes: Buffer.from("\u0007\u001b[2J\u001b]0;x\u0007\xff\xfe#%", "latin1"),
  }),
  point("every further line takes 25 s", { kind: "slow", msPerLine: 25_000 }),
];

const nothing = () => {};

/** `set` as soon as a write is under way. */
const onceWriting = (sweep: SweepLab, set: () => void) => {
  sweep.onWrite = () => {
    sweep.onWrite = null;
    set();
  };
};

/** A file that stays what it was is cured by serving what the node has on disk. */
const serveAgain = (sweep: SweepLab) => {
  sweep.cluster.truthFaults.staleServed.clear();
  sweep.cluster.truthFaults.corruptServed.clear();
  for (const node of sweep.cluster.nodes) node.servedFile = node.listFile;
};

const unreadable = (sweep: SweepLab, node: string): (() => void) => {
  const command = /^(login|show itl)$/;
  const drop = { kind: "drop" } as const;
  return sweep.cluster.faults.add({ node, command, at: { kind: "before" }, action: drop, times: Infinity });
};

const skew = (ms: number, name: string): ClusterTrouble["arrange"] => {
  return (sweep) => {
    sweep.cluster.node(name).clockSkewMs = ms;
    return nothing;
  };
};

/** What lies in the cluster, whatever the write. */
export const clusterTroubles: readonly ClusterTrouble[] = [
  cluster("nothing (for comparison)", () => nothing),
  cluster("every byte arrives alone", (sweep) => {
    sweep.isSplit = true;
    return nothing;
  }),
  cluster("lines arrive joined, and cut at random places", (sweep) => {
    for (const node of sweep.cluster.nodes) node.ssh.isOutputCut = true;
    return nothing;
  }),
  ...["pub", "tftp2"].flatMap((name) => [
    cluster(`${name} serves its file from before`, (sweep) => {
      sweep.cluster.truthFaults.staleServed.add(name);
      return () => serveAgain(sweep);
    }),
    cluster(`${name} serves a damaged file from the write on`, (sweep) => {
      onceWriting(sweep, () => sweep.cluster.truthFaults.corruptServed.add(name));
      return () => serveAgain(sweep);
    }),
    cluster(`${name} cannot be read from the write on`, (sweep) => {
      let stop = nothing;
      onceWriting(sweep, () => {
        stop = unreadable(sweep, name);
      });
      return () => stop();
    }),
    cluster(`the HTTP side of ${name} breaks from the write on`, (sweep) => {
      onceWriting(sweep, () => sweep.cluster.truthFaults.http.set(name, { kind: "drop" }));
      return () => sweep.cluster.truthFaults.http.clear();
    }),
    cluster(`the clock of ${name} is 40 min slow`, skew(-40 * 60_000, name)),
    cluster(`the clock of ${name} is 3 h fast`, skew(3 * 3_600_000, name)),
  ]),
  cluster("replication is broken", (sweep) => {
    sweep.cluster.isReplicationHealthy = false;
    return nothing;
  }),
  cluster("replication breaks during the write", (sweep) => {
    onceWriting(sweep, () => {
      sweep.cluster.isReplicationHealthy = false;
    });
    return nothing;
  }),
  cluster("the session drops before the write, and tftp2 cannot be read", (sweep, node, write) => {
    const drop = { kind: "drop" } as const;
    sweep.cluster.faults.add({ node, command: write, at: { kind: "before" }, action: drop });
    let stop = nothing;
    const log = sweep.cluster.commandLog;
    const enter = log.push.bind(log);
    log.push = (...lines) => {
      if (lines.some(({ line }) => write.test(line))) {
        log.push = enter;
        stop = unreadable(sweep, "tftp2");
      }
      return enter(...lines);
    };
    return () => stop();
  }),
];

/** Only a reset hands a file from node to node. */
export const resetTroubles: readonly ClusterTrouble[] = [
  ...["pub", "tftp2"].flatMap((name) =>
    (["silent", "told"] as const).map((how) =>
      cluster(`${name} is left behind${how === "told" ? ", and it is said" : ", in silence"}`, (sweep) => {
        sweep.cluster.truthFaults.missesNewFile.set(name, how);
        return nothing;
      }),
    ),
  ),
  ...["pub", "tftp2"].map((name) =>
    cluster(`${name} serves a damaged file already`, (sweep) => {
      sweep.cluster.truthFaults.corruptServed.add(name);
      return () => serveAgain(sweep);
    }),
  ),
];

/** `before it`, `line 7`, `question ccm-password`, `transfer`, `after it`. */
export function placeText(at: FaultPoint): string {
  switch (at.kind) {
    case "before":
    case "after":
      return `${at.kind} it`;
    case "line":
      return `line ${at.line}`;
    case "question":
      return `question ${at.name}`;
    case "point":
      return at.name;
  }
}
