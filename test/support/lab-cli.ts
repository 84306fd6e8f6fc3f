// A lab, with an inventory and a state folder of its own → `itlctl` run against it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { type Lab, type LabOptions, startLab } from "../../mocks/lab/start-lab.ts";
import { type CliResult, type CliWorld, runCli } from "./run-cli.ts";

export interface LabCli {
  readonly lab: Lab;
  /** Temporary; holds `clusters.yaml` and `state`. */
  readonly folder: string;
  /** The inventory file, as written at the start. */
  readonly inventory: string;
  run(args: readonly string[], world?: CliWorld): Promise<CliResult>;
  /** Writes a file into the folder and gives its path. */
  write(name: string, content: string | Uint8Array): string;
  /** Logins tried at each node of every cluster, `cluster/node`. */
  attempts(): Record<string, number>;
  close(): Promise<void>;
}

/**
 * The lab's clock moves itself through everything shorter than 30 s (start-up, restarts) and stands still for the time
 * limits of sessions, which are longer.
 */
export async function openLabCli(options: LabOptions = {}): Promise<LabCli> {
  const lab = await startLab({ clock: createLabClock({ auto: { upToMs: 30_000 } }), ...options });
  const folder = mkdtempSync(join(tmpdir(), "itlctl-lab-cli-"));
  const inventory = await lab.writeInventory(folder);
  return {
    lab,
    folder,
    inventory,
    run: (args, world = {}) =>
      runCli(args, {
        inventory,
        state: join(folder, "state"),
        clock: lab.clock,
        remoteKeyPort: lab.sftp.port,
        ...world,
        environment: { ...lab.environment, ...world.environment },
      }),
    write(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content, { mode: 0o600 });
      return path;
    },
    attempts: () =>
      Object.fromEntries(
        [...lab.clusters.values()].flatMap((cluster) =>
          cluster.nodes.map(
            (node) => [`${cluster.name}/${node.name}`, node.loginCounts?.attempts ?? 0] as const,
          ),
        ),
      ),
    async close() {
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
