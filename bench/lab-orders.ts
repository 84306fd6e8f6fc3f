// What the bench and its lab process say to each other; plain values, since they cross a process border.

/** `scenario` null: healthy clusters of five nodes (or `nodesPerCluster`), `nodes` in all. Delays: from the shell to the prompt, and before each answer. */
export interface LabPlan {
  readonly folder: string;
  readonly nodes: number;
  readonly scenario: string | null;
  readonly promptMs: number;
  readonly answerMs: number;
  readonly nodesPerCluster?: number;
  /** How many times as long as the first cluster the last one takes for everything; those between are spread evenly. Else all are alike. */
  readonly slowestTimes?: number;
  /** Each cluster keeps its backups on an SFTP server of its own. */
  readonly hasVaults?: boolean;
  /** The hold after a regeneration, at the platform and in the inventory; whole seconds. */
  readonly holdMs?: number;
}

/** `play` carries out what happens in the scenario; `look` only asks. */
export interface LabOrder {
  readonly kind: "look" | "play";
}

/** One node as a bare client needs it; `commands` were typed at it since the order before. */
export interface SweepNode {
  readonly name: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly commands: readonly string[];
}

export type LabAnswer =
  | { readonly kind: "ready"; readonly environment: Readonly<Record<string, string>> }
  | {
      readonly kind: "nodes";
      readonly nodes: readonly SweepNode[];
      readonly complaints: readonly string[];
      /** What was changed so far; `at` in milliseconds. */
      readonly writes: readonly { readonly node: string; readonly line: string; readonly at: number }[];
      /** What the lab's process has computed so far. */
      readonly processorMs: number;
    };
