// The tool in; what a backup takes beside the platform, and what many side by side take beside one alone, out.
import { join } from "node:path";
import type { RunDocument } from "../src/report/run-document.ts";
import type { BackupResult } from "./bench-result.ts";
import { type LabChild, openLabChild } from "./lab-child.ts";
import { median } from "./median.ts";
import { runTimed } from "./timed-process.ts";

export interface BackupWish {
  readonly tool: readonly string[];
  readonly repeats: number;
  readonly clusters: number;
  readonly promptMs: number;
  readonly answerMs: number;
  /** The slowest cluster beside the fastest. */
  readonly slowestTimes: number;
}

const nodesPerCluster = 2;

/** Every run has a state folder of its own; the vaults fill up, as they do from night to night. */
export async function measureBackup(wish: BackupWish): Promise<BackupResult> {
  const { repeats, clusters, promptMs, answerMs, slowestTimes } = wish;
  const slowest = `c${String(clusters).padStart(3, "0")}`;
  const own = await withLab(
    { ...wish, clusters: 1, promptMs: 0, answerMs: 0, slowestTimes: 1 },
    async (lab) => {
      const runs: Timed[] = [];
      for (let run = 0; run < repeats; run += 1)
        runs.push(await backUp(lab, wish.tool, `own-${run}`, ["c001"]));
      return runs;
    },
  );
  return withLab(wish, async (lab) => {
    const alone: Timed[] = [];
    const together: Timed[] = [];
    for (let run = 0; run < repeats; run += 1) {
      alone.push(await backUp(lab, wish.tool, `alone-${run}`, [slowest]));
      together.push(await backUp(lab, wish.tool, `together-${run}`, []));
    }
    const [aloneMs, sideBySideMs] = [medianWall(alone), medianWall(together)];
    return {
      ...{ times: repeats, clusters, promptMs, answerMs, slowestTimes, aloneMs, sideBySideMs },
      commands: Math.max(...own.map(({ commands }) => commands)),
      ownMs: medianWall(own),
      labMs: median(own.map(({ labMs }) => labMs)),
      labSideMs: median(together.map(({ labMs }) => labMs)),
      toAlone: sideBySideMs / aloneMs,
    };
  });
}

interface Timed {
  readonly wallMs: number;
  readonly labMs: number;
  readonly commands: number;
}

const medianWall = (runs: readonly Timed[]) => median(runs.map(({ wallMs }) => wallMs));

async function withLab<Result>(
  { clusters, promptMs, answerMs, slowestTimes }: Omit<BackupWish, "tool" | "repeats">,
  work: (lab: LabChild) => Promise<Result>,
): Promise<Result> {
  const nodes = clusters * nodesPerCluster;
  const lab = await openLabChild({
    ...{ nodes, nodesPerCluster, scenario: null, promptMs, answerMs, slowestTimes, hasVaults: true },
  });
  try {
    return await work(lab);
  } finally {
    lab.close();
  }
}

/** Without names: all of them. Every backup must be proven, or the time is worth nothing. */
async function backUp(
  lab: LabChild,
  tool: readonly string[],
  run: string,
  names: readonly string[],
): Promise<Timed> {
  const { processorMs: before } = await lab.look();
  const words = [...tool, "backup", "run", ...names, "--json", "--parallel", "512"];
  const state = join(lab.folder, `state-${run}`);
  const timed = await runTimed(words, { ...lab.environment, ITLCTL_STATE: state });
  const { nodes, processorMs: after } = await lab.look();
  if (timed.exit !== 0)
    throw new Error(`backup run ended with ${timed.exit}: ${timed.stderr}${timed.stdout}`);
  const document = JSON.parse(timed.stdout) as RunDocument | { readonly runs: readonly RunDocument[] };
  const runs = "runs" in document ? document.runs : [document];
  if (runs.some(({ backup }) => backup?.proof !== "matched"))
    throw new Error(`a backup is not proven: ${timed.stdout}`);
  const commands = nodes.reduce((sum, node) => sum + node.commands.length, 0);
  return { wallMs: timed.wallMs, labMs: after - before, commands };
}
