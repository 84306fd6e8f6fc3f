// A lab on real time whose phones lost their trust → the built tool at a real terminal, as an operator would use it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { loadScenario, playSteps } from "../../mocks/lab/scenarios.ts";
import { type Lab, startLab } from "../../mocks/lab/start-lab.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { openPane, type Pane } from "./pane.ts";
import { projectRoot } from "./source-files.ts";

export interface LabPane {
  readonly lab: Lab;
  /** Opens a terminal and types `itlctl ARGS` at its shell; behind the end of the tool stands `exit CODE`. */
  itlctl(args: string, options?: { readonly environment?: Record<string, string> }): Promise<Pane>;
  /** The newest run that was begun here, by the tool's own report. */
  lastRun(): Promise<RunDocument>;
  written(): string[];
  close(): Promise<void>;
}

/** Short waits at every login, so that a terminal shows what an operator would see, and not longer. */
export async function openLabPane(release: "11.5" | "12.5" = "11.5"): Promise<LabPane> {
  const scenario = loadScenario("lost-trust", release);
  const lab = await startLab({ clusters: scenario.clusters, clock: createLabClock({ real: true }) });
  const folder = mkdtempSync(join(tmpdir(), "itlctl-lab-pane-"));
  const cluster = lab.cluster();
  for (const node of cluster.nodes) Object.assign(node.ssh, { bannerMs: 20, promptMs: 10 });
  cluster.switches.serviceRestartMs = 300;
  await lab.writeInventory(folder);
  const environment = {
    ...{ HOME: folder, ITLCTL_INVENTORY: folder, ITLCTL_STATE: join(folder, "state"), PS1: "> " },
    ...lab.environment,
  };
  const program = join(projectRoot, "dist", "bin.js");
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "itlctl"), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, {
    mode: 0o755,
  });
  const path = `${join(folder, "bin")}:${process.env["PATH"]}`;
  const run = (...args: readonly string[]) =>
    new Promise<string>((resolve) => {
      const env = { PATH: path, ...environment };
      execFile(process.execPath, [program, ...args], { env }, (_error, stdout) => resolve(stdout));
    });
  await run("status");
  await playSteps(scenario.steps, lab.clusters, () => {});
  const panes: Pane[] = [];
  return {
    lab,
    async itlctl(args, options = {}) {
      const pane = await openPane("sh", {
        folder,
        environment: { PATH: path, ...environment, ...options.environment },
      });
      panes.push(pane);
      pane.type(`itlctl ${args}; echo exit $?\n`);
      return pane;
    },
    async lastRun() {
      const { runs } = JSON.parse(await run("runs", "--json")) as { runs: readonly { run: string }[] };
      const newest =
        runs
          .map((each) => each.run)
          .sort()
          .at(-1) ?? "";
      return JSON.parse(await run("report", newest, "--format", "json")) as RunDocument;
    },
    written: () => cluster.writes.map(({ node, line }) => `${node}: ${line}`),
    async close() {
      for (const pane of panes) pane.close();
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
