// A lab of so many nodes in; `status` over it beside the floor, a bare ssh2 loop and OpenSSH with expect, out.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StatusDocument } from "../src/report/status-document.ts";
import type { SweepResult } from "./bench-result.ts";
import { floorMs } from "./floor.ts";
import type { LabChild } from "./lab-child.ts";
import type { SweepNode } from "./lab-orders.ts";
import { medianRun } from "./median.ts";
import { sweepWithOpenSsh } from "./openssh-sweep.ts";
import { runTimed } from "./timed-process.ts";

export interface SweepWish {
  readonly tool: readonly string[];
  readonly nodes: number;
  readonly parallel: number;
  readonly promptMs: number;
  readonly answerMs: number;
  readonly repeats: number;
  readonly withOpenSsh: boolean;
}

const bareScript = fileURLToPath(new URL("bare-ssh2.mjs", import.meta.url));

/** The tool goes first: what it typed is what the others type, in the same order. Medians of `repeats` runs. */
export async function measureSweep(lab: LabChild, wish: SweepWish): Promise<SweepResult> {
  const { nodes, parallel, repeats } = wish;
  await lab.look();
  let run = 0;
  const tool = await medianRun(
    repeats,
    () => runTool(lab, wish, (run += 1)),
    ({ wallMs }) => wallMs,
  );
  const { nodes: typed } = await lab.look();
  const perRun = typed.map((node) => ({
    ...node,
    commands: node.commands.slice(0, node.commands.length / repeats),
  }));
  const ownMs = perRun.map(({ commands }) => wish.promptMs + wish.answerMs * commands.length);
  const bareMs = await medianRun(
    repeats,
    () => runBare(lab, perRun, parallel),
    (ms) => ms,
  );
  const knownHosts = join(lab.folder, "known_hosts");
  const opensshMs = wish.withOpenSsh ? await sweepWithOpenSsh(perRun, parallel, knownHosts) : null;
  await lab.look();
  const floor = floorMs(ownMs, parallel);
  return {
    ...{ nodes, parallel, floorMs: floor, toolMs: tool.wallMs, bareMs, opensshMs, peakMiB: tool.peakMiB },
    commands: perRun.reduce((sum, { commands }) => sum + commands.length, 0),
    mostCommands: Math.max(...perRun.map(({ commands }) => commands.length)),
    toFloor: tool.wallMs / floor,
    toBare: tool.wallMs / bareMs,
    toOpenSsh: opensshMs === null ? null : tool.wallMs / opensshMs,
  };
}

/** Each run has a state folder of its own: nothing is remembered, every list is written. */
async function runTool(lab: LabChild, { tool, nodes, parallel }: SweepWish, run: number) {
  const words = [...tool, "status", "--json", "--parallel", String(parallel)];
  const state = join(lab.folder, `state-${parallel}-${run}`);
  const timed = await runTimed(words, { ...lab.environment, ITLCTL_STATE: state }, { isMemoryWatched: true });
  if (timed.exit !== 0) throw new Error(`status ended with ${timed.exit}: ${timed.stderr}${timed.stdout}`);
  const seen = (JSON.parse(timed.stdout) as StatusDocument).clusters.flatMap((cluster) => cluster.nodes);
  if (seen.length !== nodes || seen.some(({ reachable }) => !reachable))
    throw new Error(`status saw ${seen.filter(({ reachable }) => reachable).length} of ${nodes} nodes`);
  return timed;
}

async function runBare(lab: LabChild, nodes: readonly SweepNode[], parallel: number): Promise<number> {
  const job = join(lab.folder, "bare.json");
  writeFileSync(job, JSON.stringify({ nodes, parallel }));
  const { exit, stderr, wallMs } = await runTimed([process.execPath, bareScript, job], {});
  if (exit !== 0) throw new Error(`the bare loop ended with ${exit}: ${stderr}`);
  return wallMs;
}
