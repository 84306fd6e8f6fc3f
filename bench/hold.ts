// The tool in; by how much a regeneration comes later than the hold of the one before lets it, out.
import { join } from "node:path";
import type { HoldResult } from "./bench-result.ts";
import { openLabChild } from "./lab-child.ts";
import { runTimed } from "./timed-process.ts";

/**
 * `cert regen` of two units on one node, in real time: the hold begins when the platform has made the first certificate, and
 * everything counts until it is asked for the second. A refusal of the platform would be an overshoot of a whole hold.
 */
export async function measureHold(tool: readonly string[], holdMs: number): Promise<HoldResult> {
  const lab = await openLabChild({ nodes: 2, scenario: null, promptMs: 0, answerMs: 0, holdMs });
  try {
    const environment = { ...lab.environment, ITLCTL_STATE: join(lab.folder, "state") };
    const words = ["cert", "regen", "c001", "tomcat", "ipsec", "--node", "pub", "--yes", "--json"];
    const timed = await runTimed([...tool, ...words], environment);
    if (timed.exit !== 0 && timed.exit !== 3)
      throw new Error(`cert regen ended with ${timed.exit}: ${timed.stderr}${timed.stdout}`);
    const { writes } = await lab.look();
    const [first, second, ...more] = writes.filter(({ line }) => line.startsWith("set cert regen"));
    if (first === undefined || second === undefined || more.length > 0)
      throw new Error("not two regenerations");
    return { holdMs, overshootMs: second.at - first.at - holdMs };
  } finally {
    lab.close();
  }
}
