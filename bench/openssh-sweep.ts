// Nodes with their commands in; the wall time of OpenSSH driven by expect over them out, one process pair a node.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SweepNode } from "./lab-orders.ts";
import { runTimed } from "./timed-process.ts";

const script = fileURLToPath(new URL("openssh.exp", import.meta.url));

/** Null where `expect` or `ssh` is missing. Throws when a visit fails. */
export async function sweepWithOpenSsh(
  nodes: readonly SweepNode[],
  parallel: number,
  knownHosts: string,
): Promise<number | null> {
  if (!isHere("expect") || !isHere("ssh")) return null;
  const startMs = performance.now();
  const waiting = nodes.values();
  const places = Array.from({ length: Math.min(parallel, nodes.length) }, async () => {
    for (const { name, port, username, password, commands } of waiting) {
      const words = ["expect", script, String(port), username, knownHosts, ...commands];
      const { exit, stderr } = await runTimed(words, { BENCH_PASSWORD: password });
      if (exit !== 0) throw new Error(`expect at ${name} ended with ${exit}: ${stderr}`);
    }
  });
  await Promise.all(places);
  return performance.now() - startMs;
}

function isHere(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
