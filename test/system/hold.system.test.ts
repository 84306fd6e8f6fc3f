// CallManager and TVS at real speed, with a hold of six seconds: no lab clock, no refusal, and each hold waited out to the end.
import { expect, test } from "vitest";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { changeInventory } from "../support/backup-cli.ts";
import { openCertChange } from "../support/cert-change.ts";

const holdMs = 6_000;

test("certificates are made anew at real speed under a hold of six seconds, and the platform refuses nothing", async () => {
  const change = await openCertChange({ release: "12.5", clock: createLabClock({ real: true }) });
  try {
    const cluster = change.lab.cluster();
    Object.assign(cluster.switches, { regenerationHoldMs: holdMs, serviceRestartMs: 0 });
    for (const { ssh } of cluster.nodes) Object.assign(ssh, { bannerMs: 0, promptMs: 0 });
    changeInventory(change.inventory, (entry) => Object.assign(entry, { regenerationHold: "6s" }));
    const result = await change.carryOut([
      "cert",
      "regen",
      "east",
      "tomcat",
      "CallManager",
      "TVS",
      "--node",
      "pub",
    ]);
    expect(result.json<RunDocument>()).toMatchObject({ error: null, waitsFor: null });
    const asked = cluster.commandLog.filter(({ line }) => line.startsWith("set cert regen"));
    const made = cluster.writes.filter(({ kind }) => kind === "regen");
    expect(made.map(({ line }) => line)).toEqual([
      "set cert regen tomcat",
      "set cert regen CallManager",
      "set cert regen TVS",
    ]);
    expect(asked.length, "the platform refused").toBe(made.length);
    for (const [at, { at: time }] of made.entries()) {
      if (at > 0) expect(time - (made[at - 1]?.at ?? 0)).toBeGreaterThanOrEqual(holdMs);
    }
    expect(change.stranded()).toEqual([]);
    expect(change.lab.complaints).toEqual([]);
  } finally {
    await change.close();
  }
}, 180_000);
