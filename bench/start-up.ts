// The tool in; how long `--version` takes beside a Node that does nothing, out.
import type { StartUpResult } from "./bench-result.ts";
import { median } from "./median.ts";
import { runTimed } from "./timed-process.ts";

/** Medians; the two take turns, so that a busy moment hits both. */
export async function measureStartUp(tool: readonly string[], times: number): Promise<StartUpResult> {
  const toolMs: number[] = [];
  const nodeMs: number[] = [];
  for (let index = 0; index < times; index += 1) {
    nodeMs.push((await runTimed([process.execPath, "-e", "0"], {})).wallMs);
    toolMs.push((await runTimed([...tool, "--version"], {})).wallMs);
  }
  const [own, bare] = [median(toolMs), median(nodeMs)];
  return { times, toolMs: own, nodeMs: bare, ownMs: own - bare };
}
