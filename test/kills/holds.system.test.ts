// A change of certificates killed for real: in the middle of its hold, and at every so many lines of its journal.
import { afterEach, expect, test, vi } from "vitest";
import { readJournal } from "../../src/run/journal.ts";
import { overshootMs } from "./hold-rules.ts";
import { always, carryToEnd, linesOf, onceAStage } from "./killed-run.ts";
import { openToolWorld, type ToolWorld } from "./tool-world.ts";

vi.setConfig({ testTimeout: 300_000 });
let world: ToolWorld;
afterEach(() => world.close());

test("killed in the middle of the hold, the next process waits the rest, and not from the start", async () => {
  world = await openToolWorld("11.5", "certificates");
  const cluster = world.lab.cluster();
  const begin = ["cert", "regen", "east", "CallManager", "TVS", "--node", "pub", "--yes"];
  const gate = (await world.run(begin)).document();
  const resume = ["resume", gate.run ?? "", "--yes"];
  const next = (await world.run([...resume, "--confirm", "phones-ready"])).document();
  expect(next).toMatchObject({ outcome: "held", waitsFor: "regenerate-phones-before-tvs" });
  cluster.bootPhones();
  const regenerations = () => cluster.writes.filter(({ kind }) => kind === "regen").map(({ at }) => at);
  const deadlines = () =>
    readJournal(world.journal()).flatMap((entry) =>
      entry.kind === "waiting" && entry.until !== null ? [Date.parse(entry.until)] : [],
    );
  const whenWaiting = (times: number) =>
    expect.poll(() => deadlines().length, { timeout: 60_000, interval: 20 }).toBe(times);

  const first = world.start([...resume, "--confirm", "regenerate-phones-before-tvs"]);
  await whenWaiting(1);
  world.shiftClock(150_000);
  first.kill();
  expect((await first.end).wasKilled).toBe(true);
  world.shiftClock(50_000);
  const second = world.start(resume);
  await whenWaiting(2);
  const [planned = 0, kept] = deadlines();
  expect(kept).toBe(planned);
  const [changedAt = 0] = regenerations();
  expect(planned - changedAt).toBeGreaterThanOrEqual(world.holdMs);
  world.shiftClock(planned - 5_000 - world.now());
  expect(regenerations()).toHaveLength(1);
  world.shiftClock(planned - world.now());
  const resumedAt = world.now();
  expect((await second.end).document()).toMatchObject({ outcome: "done", error: null });
  const [, againAt = 0] = regenerations();
  expect(againAt - changedAt).toBeGreaterThanOrEqual(world.holdMs);
  // What this machine needs for its look and its line is real time, and not the hold's.
  const realMs = world.now() - resumedAt;
  expect(againAt - changedAt).toBeLessThanOrEqual(planned - changedAt + overshootMs + realMs);
});

test("every process killed at its twelfth line: each certificate is made once, each restart carried out as planned", async () => {
  world = await openToolWorld("15", "certificates");
  const run = await carryToEnd(world, always("after", 12));
  expect(run.outcome).toBe("done");
  expect(run.kills.length).toBeGreaterThan(10);
  expect(linesOf(world)).toEqual({
    ...changesOf("pub", { "Cisco HAProxy": 1 }),
    ...changesOf("tftp2", { "Cisco HAProxy": 1 }),
  });
});

test("a renewal whose every process is killed at its fourteenth line: one regeneration, two backups", async () => {
  world = await openToolWorld("11.5", "renewal");
  const run = await carryToEnd(world, always("after", 14));
  expect(["done", "warned"]).toContain(run.outcome);
  expect(linesOf(world)["pub: set cert regen ITLRecovery"]).toBe(1);
  expect(world.kept().filter((path) => path.endsWith("manifest.json"))).toHaveLength(2);
});

test.each([4])("a backup killed at its line %d is taken once, whole", async (at) => {
  world = await openToolWorld("11.5", "backup");
  const run = await carryToEnd(world, onceAStage("after", at));
  expect(run).toMatchObject({ outcome: "done", kills: [`after:${at} in begin`] });
  expect(world.kept().filter((path) => path.endsWith("manifest.json"))).toHaveLength(1);
});

/** What CallManager and TVS of both nodes need on one of them. */
function changesOf(node: string, more: Readonly<Record<string, number>>): Record<string, number> {
  const restarts = {
    ...{
      "Cisco CallManager": 1,
      "Cisco CTIManager": 1,
      "Cisco Trust Verification Service": 4,
      "Cisco Tftp": 4,
    },
    ...more,
  };
  return Object.fromEntries([
    ...["CallManager", "TVS"].map((unit) => [`${node}: set cert regen ${unit}`, 1] as const),
    ...Object.entries(restarts).map(
      ([service, times]) => [`${node}: utils service restart ${service}`, times] as const,
    ),
  ]);
}
