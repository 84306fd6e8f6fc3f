// `show itl` and `show ctl`: the truth's own text.
import type { LabCluster, LabNode } from "../model.ts";
import type { CommandTable } from "./command.ts";

/** Level 0. */
export function showListCommands(cluster: LabCluster, node: LabNode): CommandTable {
  return [
    {
      name: "show itl",
      pattern: /^show itl$/,
      level: 0,
      run: ({ io }) => io.print(cluster.showItl(node)),
    },
    {
      name: "show ctl",
      pattern: /^show ctl$/,
      level: 0,
      run: ({ io }) => io.print(cluster.showCtl(node)),
    },
  ];
}
