// The inventory and what was asked for in; the schedule of a nightly backup on this machine, and what would spoil it, out.
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { OperatorError } from "../base/errors.ts";
import type { Cluster, Inventory } from "../inventory/cluster.ts";
import { passwordReferences } from "../inventory/password-references.ts";
import type { Schedule } from "../report/schedule.ts";
import type { Settings } from "./flags.ts";

/** What differs from one schedule to the next. */
export interface ScheduleWish {
  readonly at: string;
  readonly scope: Schedule["scope"];
  readonly metricsFile: string | null;
}

/** Throws `usage` where a path cannot stand in a unit or a crontab. */
export function scheduleOf(
  { clusters }: Inventory,
  { inventoryPath, stateFolder, parallel }: Settings,
  { at, scope, metricsFile }: ScheduleWish,
): Schedule {
  const vaults = clusters.flatMap(({ vault }) => (vault?.kind === "directory" ? [vault] : []));
  const metrics = metricsFile === null ? [] : ["--metrics", metricsFile];
  const sideBySide = parallel === 64 ? [] : ["--parallel", String(parallel)];
  const schedule: Schedule = {
    command: [
      ...[process.execPath, toolPath(), "backup", "run"],
      ...["--inventory", inventoryPath, "--state", stateFolder, ...metrics, ...sideBySide],
    ],
    ...{ at, scope, stateFolder, account: userInfo().username },
    writableFolders: [
      ...new Set([
        stateFolder,
        ...vaults.map(({ path }) => path),
        ...(metricsFile === null ? [] : [dirname(metricsFile)]),
      ]),
    ],
    environmentNames: environmentNames(clusters),
    hasLowPort: vaults.some(({ receiver }) => receiver !== null && receiver.port < 1024),
    hasHooks: clusters.some(({ hooks }) =>
      [hooks.backupStored, hooks.backupFailed, hooks.alarmActive].some((hook) => hook !== null),
    ),
  };
  const strange = [...schedule.command, ...schedule.writableFolders].find((path) => /\p{Cc}/u.test(path));
  if (strange === undefined) return schedule;
  throw new OperatorError("usage", `${JSON.stringify(strange)} holds a control character`, {
    hint: "Use a path without one; units and crontabs cannot hold it",
  });
}

/** What would make the nights fail, in sentences; nothing here stops the printing. `isWalled`: a service has a /tmp of its own. */
export function scheduleWarnings(
  { clusters }: Inventory,
  schedule: Schedule,
  isWalled: boolean,
): readonly string[] {
  const asked = clusters.flatMap((cluster) =>
    neededReferences(cluster)
      .filter(([, { kind }]) => kind === "ask")
      .map(([path]) => `${cluster.name}: ${path} is ask:, and nobody is there at night to be asked`),
  );
  const homeless = clusters
    .filter(({ vault }) => vault === null)
    .map(({ name }) => `${name} has no vault: nothing of it can be backed up`);
  const missing = schedule.writableFolders
    .filter((path) => !existsSync(path))
    .map((path) => `${path} does not exist yet: make it, owned by ${schedule.account}, mode 700`);
  const hidden = [...schedule.command, ...schedule.writableFolders].filter((path) =>
    ["/tmp", "/var/tmp"].some((folder) => path === folder || path.startsWith(folder + sep)),
  );
  const shadows = [...new Set(hidden)].map(
    (path) => `${path} is hidden from the service by PrivateTmp=: use a folder elsewhere, or cron`,
  );
  return [...asked, ...homeless, ...missing, ...(isWalled ? shadows : [])];
}

/** The built tool beside which this very file stands, wherever it was installed. */
function toolPath(): string {
  const own = fileURLToPath(import.meta.url);
  return fileURLToPath(new URL(own.endsWith(".ts") ? "../bin.ts" : "../bin.js", import.meta.url));
}

/** A backup logs in to the platform and the vault and opens the file; the CCM administrator is not asked for. */
function neededReferences(cluster: Cluster) {
  return passwordReferences(cluster).filter(([path]) => !path.startsWith("credentials.ccm."));
}

function environmentNames(clusters: readonly Cluster[]): readonly string[] {
  const references = clusters.flatMap((cluster) =>
    neededReferences(cluster).map(([, reference]) => reference),
  );
  return [...new Set(references.flatMap((reference) => (reference.kind === "env" ? [reference.name] : [])))];
}
