// A plan in, the lab's process with its inventory in a temporary folder out; `close` ends both.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LabAnswer, LabOrder, LabPlan } from "./lab-orders.ts";

type Look = Extract<LabAnswer, { kind: "nodes" }>;

export interface LabChild {
  readonly folder: string;
  /** The passwords that the inventory names, and the inventory itself as ITLCTL_INVENTORY. */
  readonly environment: Readonly<Record<string, string>>;
  /** What was typed since the last order; throws where the lab complains. */
  look(): Promise<Look>;
  /** Lets happen what the scenario says. */
  play(): Promise<Look>;
  close(): void;
}

/** Resolves when every port of the lab listens. */
export async function openLabChild(plan: Omit<LabPlan, "folder">): Promise<LabChild> {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-bench-"));
  const server = fileURLToPath(new URL("lab-server.ts", import.meta.url));
  const child = fork(server, [JSON.stringify({ ...plan, folder } satisfies LabPlan)], {
    execArgv: ["--import", "tsx"],
  });
  const next = () =>
    new Promise<LabAnswer>((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`the lab's process ended with ${code}`));
      child.once("exit", onExit);
      child.once("message", (answer: LabAnswer) => {
        child.off("exit", onExit);
        resolve(answer);
      });
    });
  const order = async (kind: LabOrder["kind"]): Promise<Look> => {
    const answer = next();
    child.send({ kind } satisfies LabOrder);
    const given = await answer;
    if (given.kind !== "nodes") throw new Error("the lab answered something else");
    if (given.complaints.length > 0) throw new Error(`the lab complains: ${given.complaints.join("; ")}`);
    return given;
  };
  const ready = await next();
  if (ready.kind !== "ready") throw new Error("the lab answered something else");
  return {
    folder,
    environment: { ...ready.environment, ITLCTL_INVENTORY: join(folder, "clusters.yaml") },
    look: () => order("look"),
    play: () => order("play"),
    close() {
      child.disconnect();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
