// A few of the sweep's kills, and those in the middle of a running command: the built tool as a process, killed for real.
import { afterEach, describe, expect, test, vi } from "vitest";
import type { LabCluster } from "../../mocks/lab/model.ts";
import { oneWriteEach } from "./kill-sweep.ts";
import { carryToEnd, onceAStage, writesOf } from "./killed-run.ts";
import { openToolWorld, type ToolWorld } from "./tool-world.ts";

vi.setConfig({ testTimeout: 120_000 });
let world: ToolWorld | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

test("killed in its first line, the run never began; the next process is killed in its first line too", async () => {
  world = await openToolWorld("11.5", "local");
  const run = await carryToEnd(world, onceAStage("torn", 1));
  expect(run).toMatchObject({ outcome: "done", kills: ["torn:1 in begin", "torn:1 in phones"], holds: [] });
  expect(writesOf(world)).toEqual(oneWriteEach);
});

test("killed when a write was intended and not yet sent, it is sent after the settling time", async () => {
  world = await openToolWorld("11.5", "local");
  const run = await carryToEnd(world, ({ stage, isFirst }) =>
    isFirst ? { place: "after", at: stage === "begin" ? 8 : 6 } : null,
  );
  expect(run).toMatchObject({ outcome: "done", holds: ["reset", "restart-tftp"] });
  expect(writesOf(world)).toEqual(oneWriteEach);
});

describe("killed while the reset runs", () => {
  const typed = (cluster: LabCluster) =>
    cluster.commandLog.filter(({ line }) => line.startsWith("utils itl reset"));

  test("and the platform goes on: waited for, then seen as done", async () => {
    world = await openToolWorld("12.5", "local");
    const cluster = world.lab.cluster();
    const restart = holdRestarts(world);
    const killed = await world.run(world.beginArguments, { place: "heard", at: 3 });
    expect(killed.wasKilled).toBe(true);
    const resume = ["resume", world.runIds()[0] ?? "", "--yes", "--no-wait"];
    const early = (await world.run(resume)).document();
    expect(early).toMatchObject({ outcome: "held", waitsFor: null, until: expect.any(String) });
    const detail = early.steps.find(({ step }) => step === "reset")?.detail;
    expect(detail).toMatch(
      /pub has the new list; tftp2 serves the list from before; it may still be at work/,
    );
    restart.goOn();
    const isStarted = () =>
      cluster.nodes.every((node) => !node.services.some(({ state }) => state.endsWith("ING")));
    await expect.poll(isStarted, { timeout: 20_000 }).toBe(true);
    expect((await world.run(resume)).document()).toMatchObject({ outcome: "held", waitsFor: "phones" });
    expect(typed(cluster)).toHaveLength(1);
    expect(writesOf(world)).toEqual({ "reset on pub": 1 });
  });

  test("and the platform stops it: sent again, after the settling time and with every list as before", async () => {
    world = await openToolWorld("11.5", "local");
    const cluster = world.lab.cluster();
    cluster.faults.add({ command: /^utils itl reset/, at: { kind: "before" }, action: { kind: "stall" } });
    const before = cluster.activeTftpNodes().map(({ listFile }) => listFile);
    const recovery = world.start(world.beginArguments);
    await expect.poll(() => typed(cluster).length, { timeout: 20_000, interval: 5 }).toBe(1);
    recovery.kill();
    expect((await recovery.end).wasKilled).toBe(true);
    const resume = ["resume", world.runIds()[0] ?? "", "--yes", "--no-wait"];
    const early = await world.run(resume);
    expect(early.exit).toBe(21);
    expect(early.document().until).not.toBeNull();
    expect(cluster.activeTftpNodes().map(({ listFile }) => listFile)).toEqual(before);
    expect([typed(cluster).length, writesOf(world)]).toEqual([1, {}]);
    world.shiftClock(15 * 60_000);
    expect((await world.run(resume)).document()).toMatchObject({ outcome: "held", waitsFor: "phones" });
    expect([typed(cluster).length, writesOf(world)]).toEqual([2, { "reset on pub": 1 }]);
  });
});

/** Restarts of services in the lab stand still until `goOn`. */
function holdRestarts({ lab }: ToolWorld): { goOn(): void } {
  const { sleep } = lab.clock;
  const restartMs = 123_456;
  lab.cluster().switches.serviceRestartMs = restartMs;
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  Object.assign(lab.clock, {
    sleep: (ms: number, signal?: AbortSignal) => (ms === restartMs / 2 ? gate : sleep(ms, signal)),
  });
  return { goOn: () => goOn() };
}
