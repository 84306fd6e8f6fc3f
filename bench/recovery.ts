// The tool in; what a whole recovery takes against a lab that answers at once, out: the tool's own share of its wall time.
import { join } from "node:path";
import type { RunDocument } from "../src/report/run-document.ts";
import type { RecoveryResult } from "./bench-result.ts";
import { openLabChild } from "./lab-child.ts";
import { median } from "./median.ts";
import { runTimed } from "./timed-process.ts";

const scenario = "lost-trust";

/**
 * `recover` to the hold for the phones, then `resume` to the end: two processes. Everything that is left with a platform without
 * delays counts, the start of Node and what the lab computes (host keys, certificates, list signatures) too: an upper bound.
 */
export async function measureRecovery(tool: readonly string[], times: number): Promise<RecoveryResult> {
  const runs: { wallMs: number; nodes: number; lines: number; labMs: number }[] = [];
  for (let index = 0; index < times; index += 1) runs.push(await recoverOnce(tool));
  return {
    times,
    nodes: Math.max(...runs.map(({ nodes }) => nodes)),
    commands: Math.max(...runs.map(({ lines }) => lines)),
    wallMs: median(runs.map(({ wallMs }) => wallMs)),
    labMs: median(runs.map(({ labMs }) => labMs)),
  };
}

async function recoverOnce(tool: readonly string[]) {
  const lab = await openLabChild({ nodes: 0, scenario, promptMs: 0, answerMs: 0 });
  try {
    const environment = { ...lab.environment, ITLCTL_STATE: join(lab.folder, "state") };
    const run = async (words: readonly string[], exits: readonly number[]) => {
      const timed = await runTimed([...tool, ...words, "--json"], environment);
      if (!exits.includes(timed.exit ?? -1))
        throw new Error(`${words.join(" ")} ended with ${timed.exit}: ${timed.stderr}${timed.stdout}`);
      return timed;
    };
    await run(["status"], [0]);
    const { processorMs: before } = await lab.play();
    const begun = await run(["recover", "east", "--key", "local", "--yes"], [21]);
    const { run: name } = JSON.parse(begun.stdout) as RunDocument;
    const ended = await run(["resume", name ?? "", "--confirm", "phones", "--yes"], [0, 3]);
    const { nodes, processorMs: after } = await lab.look();
    const lines = nodes.reduce((sum, { commands }) => sum + commands.length, 0);
    return {
      wallMs: begun.wallMs + ended.wallMs,
      nodes: nodes.length,
      lines,
      labMs: after - before,
    };
  } finally {
    lab.close();
  }
}
