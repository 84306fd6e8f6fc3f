// A world → what must be true of its five-minute holds, by the lab's own books.
import { expect } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import type { ToolWorld } from "./tool-world.ts";

/** Within 1 s of the deadline, and what the platform needs between the change and its sentence of success. */
export const overshootMs = 1_000;
const platformMs = 3_000;

const regensOn = (world: ToolWorld, node: string) =>
  world.lab.cluster().writes.filter((write) => write.kind === "regen" && write.node === node);

/** True where the run is held by a hold: it must end five minutes after the last regeneration there, whoever was killed since. */
export function expectHold(world: ToolWorld, { steps, until }: RunDocument): boolean {
  const held = steps.find(({ outcome }) => outcome === "held");
  if (held === undefined || until === null || !held.detail.startsWith("waits for the hold on")) return false;
  const last = regensOn(world, held.node ?? "").at(-1);
  expect(last, `${held.step} waits though nothing was regenerated on ${held.node}`).toBeDefined();
  const lastsMs = Date.parse(until) - (last?.at ?? 0);
  expect(lastsMs, held.detail).toBeGreaterThanOrEqual(world.holdMs);
  // The deadline is told in whole seconds, rounded up.
  expect(lastsMs, held.detail).toBeLessThanOrEqual(world.holdMs + overshootMs + platformMs);
  return true;
}

/** No two regenerations of a node are closer than the hold, and none was typed that the platform refused. */
export function expectRegenerations(world: ToolWorld): void {
  const { nodes, commandLog, writes } = world.lab.cluster();
  for (const { name } of nodes) {
    const times = regensOn(world, name).map(({ at }) => at);
    for (const [index, at] of times.slice(1).entries())
      expect(at - (times[index] ?? 0), `regenerations on ${name}`).toBeGreaterThanOrEqual(world.holdMs);
  }
  const typed = commandLog.filter(({ line }) => line.startsWith("set cert regen"));
  expect(typed).toHaveLength(writes.filter(({ kind }) => kind === "regen").length);
}
