// cert regen, from the plan to the proof, on every profile; the lab's phones and its hold are the judges.
import { afterEach, describe, expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type CertChange, openCertChange } from "../support/cert-change.ts";

let change: CertChange;

afterEach(async () => {
  expect(change.lab.complaints).toEqual([]);
  await change.close();
});

describe.each(["10.0", "11.5", "12.5", "15"] as const)("release %s", (release) => {
  test("CallManager and TVS of both nodes change one after the other, and no phone is lost", async () => {
    change = await openCertChange({ release });
    const cluster = change.lab.cluster();
    const result = await change.carryOut(["cert", "regen", "east", "CallManager", "TVS"]);
    const document = result.json<RunDocument>();
    expect({ error: document.error, outcome: document.outcome }).toMatchObject({ error: null });
    expect([0, 3]).toContain(result.exit);
    const regenerated = cluster.writes
      .filter(({ kind }) => kind === "regen")
      .map(({ node, line }) => `${node}: ${line}`);
    expect(regenerated).toEqual([
      "pub: set cert regen CallManager",
      "tftp2: set cert regen CallManager",
      "pub: set cert regen TVS",
      "tftp2: set cert regen TVS",
    ]);
    const asked = cluster.commandLog.filter(({ line }) => line.startsWith("set cert regen"));
    expect(asked.length, "the platform refused none of them").toBe(4);
    expect(change.stranded()).toEqual([]);
  }, 120_000);
});

test("certificates that phones do not judge by change without a gate, each with its own restarts, none of the lists touched", async () => {
  change = await openCertChange({ release: "12.5" });
  const lists = change.lab.cluster().nodes.map(({ listFile }) => listFile);
  const result = await change.run([
    "cert",
    "regen",
    "east",
    "ipsec",
    "tomcat",
    "--node",
    "pub",
    "--yes",
    "--json",
  ]);
  expect(result.exit).toBe(0);
  expect(change.written()).toEqual([
    "pub: set cert regen tomcat",
    "pub: utils service restart Cisco Tomcat",
    "pub: set cert regen ipsec",
    "pub: utils service restart Cisco DRF Master",
    "pub: utils service restart Cisco DRF Local",
    "tftp2: utils service restart Cisco DRF Local",
    "pub: utils service restart Cisco Tomcat",
  ]);
  expect(change.lab.cluster().nodes.map(({ listFile }) => listFile)).toEqual(lists);
});
