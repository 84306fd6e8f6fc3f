// What a story on the lab is told with: the built tool run as a shell would, and the phones' own verdicts.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LabCluster } from "../lab/model.ts";

const program = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

export const say = (text: string) => process.stdout.write(`${text}\n`);
export const tell = (text: string) => say(`\n# ${text}`);

/** Runs the built tool as a shell would, its output passed on as it comes. */
export function itlctl(
  args: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ exit: number; out: string }> {
  const isQuiet = args.includes("--json");
  if (!isQuiet) say(`\n$ itlctl ${args.join(" ")}`);
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...environment, ITLCTL_INVENTORY: folder, ITLCTL_STATE: join(folder, "state") },
    stdio: ["ignore", "pipe", isQuiet ? "ignore" : "inherit"],
  });
  let out = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
    if (!isQuiet) process.stdout.write(chunk);
  });
  return new Promise((resolve) => {
    child.on("close", (code) => {
      if (!isQuiet) say(`(exit ${code})`);
      resolve({ exit: code ?? 1, out });
    });
  });
}

/** Boots every phone, prints what each did, and gives how many trust. */
export function printPhones(cluster: LabCluster, title: string): number {
  const verdicts = cluster.bootPhones();
  const trusting = verdicts.filter(({ accepted }) => accepted !== "rejected").length;
  say(`\n${title}: ${trusting} of ${verdicts.length} phones trust their cluster`);
  for (const { phone, accepted, reason } of verdicts) say(`  ${phone}  ${accepted.padEnd(8)}  ${reason}`);
  return trusting;
}

/** Throws where a command of the story ended otherwise. */
export function requireExit(what: string, exit: number, ...allowed: readonly number[]): void {
  if (!allowed.includes(exit)) throw new Error(`${what} ended with ${exit}, not ${allowed.join(" or ")}`);
}
