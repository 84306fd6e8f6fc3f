// `run sql select ... from TABLE where COLUMN = 'value'`: the few tables that the lab keeps, printed as the database shell does.
import type { LabCluster } from "../model.ts";
import { type CommandIo, CommandRefused, type CommandTable } from "./command.ts";
import { devices, deviceTable, type SqlRow } from "./device-sql.ts";

const selectPattern =
  /^select\s+([\w\s,]+?)\s+from\s+(\w+)(?:\s+where\s+(\w+)\s*(?:=\s*('[^']*')|in\s*\(([^)]*)\)))?$/i;

/** Level 1 here; the guide's level for it was not read. Other queries are a complaint: add them here. */
export function sqlCommands(cluster: LabCluster): CommandTable {
  return [
    {
      name: "run sql",
      pattern: /^run sql (select .+)$/i,
      level: 1,
      async run({ io, argument }) {
        const device = deviceTable(cluster, argument(1));
        if (device === "refused") return refuse(cluster, io);
        if (device !== null) return io.print(renderRows(device.columns, device.rows));
        const match = selectPattern.exec(argument(1));
        const rows = match === null ? null : tableOf(cluster, match[2] ?? "");
        if (match === null || rows === null) {
          cluster.complaints.push(
            `run sql ${argument(1)}: unknown query; add it to mocks/lab/commands/run-sql.ts`,
          );
          throw new CommandRefused("");
        }
        const columns = (match[1] ?? "").split(",").map((column) => column.trim());
        const values = new Set(
          [...(match[4] ?? match[5] ?? "").matchAll(/'([^']*)'/g)].map(([, value]) => value),
        );
        const wanted = rows.filter((row) => match[3] === undefined || values.has(row[match[3]]));
        await io.print(renderRows(columns, wanted));
      },
    },
  ];
}

function tableOf(cluster: LabCluster, table: string): readonly SqlRow[] | null {
  if (table === "processconfig") {
    return [
      { paramname: "ClusterSecurityMode", paramvalue: cluster.isMixedMode ? "1" : "0" },
      { paramname: "RollBackToPreGrayback", paramvalue: cluster.isRollbackOn ? "T" : "F" },
    ];
  }
  if (table === "processnode") return cluster.nodes.map(({ name, address }) => ({ name, ipv4: address }));
  return table === "device" ? devices(cluster) : null;
}

/** What the platform prints for a column that it lacks is not known, nor whether the command counts as failed. */
async function refuse({ texts, switches }: LabCluster, io: CommandIo): Promise<void> {
  const text = texts.queryRefused ?? "[lab] the database refused the query";
  if (switches.doesRefusedQueryFail === true) throw new CommandRefused(text);
  await io.print(text);
}

/** Columns as wide as their widest value, a rule of `=`, no count of rows (ext-26, tac-13). */
function renderRows(columns: readonly string[], rows: readonly SqlRow[]): string {
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => (row[column] ?? "NULL").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join(" ")
      .trimEnd();
  return [
    line(columns),
    widths.map((width) => "=".repeat(width)).join(" "),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? "NULL"))),
  ].join("\n");
}
