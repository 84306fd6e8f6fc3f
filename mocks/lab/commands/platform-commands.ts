// A cluster and one of its nodes in; the table of commands that this node's CLI knows, out.
import type { LabCluster, LabNode } from "../model.ts";
import { certificateCommands } from "./certificates.ts";
import type { CommandTable } from "./command.ts";
import { ctlCommands } from "./ctl.ts";
import { fileCommands } from "./files.ts";
import { nodeFactCommands } from "./node-facts.ts";
import { replicationCommands } from "./replication.ts";
import { resetCommands } from "./reset-itl.ts";
import { sqlCommands } from "./run-sql.ts";
import { serviceCommands } from "./services.ts";
import { showListCommands } from "./show-lists.ts";

/** Everything but the commands about the session itself, which every shell knows. */
export function platformCommands(cluster: LabCluster, node: LabNode): CommandTable {
  return [
    ...showListCommands(cluster, node),
    ...resetCommands(cluster, node),
    ...ctlCommands(cluster, node),
    ...certificateCommands(cluster, node),
    ...serviceCommands(cluster, node),
    ...nodeFactCommands(cluster, node),
    ...replicationCommands(cluster, node),
    ...sqlCommands(cluster),
    ...fileCommands(cluster, node),
  ];
}
