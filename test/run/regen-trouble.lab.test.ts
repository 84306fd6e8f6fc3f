// Writes of a change of certificates that do not end as they should: the documented exit, `resume` looks or asks first, and nothing is sent twice.
import { afterEach, describe, expect, test } from "vitest";
import type { FaultAction } from "../../mocks/lab/faults.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { sweepChange } from "../faults/change-sweep.ts";
import { type CertChange, openCertChange } from "../support/cert-change.ts";

const tvs = "Cisco Trust Verification Service";
const restartTvs = `utils service restart ${tvs}`;
const step = "regenerate-tvs-pub-trust-verification-service";

describe("a restart that no list shows", () => {
  let change: CertChange;
  afterEach(async () => {
    expect(change.stranded()).toEqual([]);
    expect(change.lab.complaints).toEqual([]);
    expect(change.lab.cluster().faults.pending()).toEqual([]);
    await change.close();
  });
  const command = new RegExp(`^${restartTvs}$`);
  const typed = (node: string) =>
    change.lab.cluster().commandLog.filter((entry) => entry.node === node && entry.line === restartTvs)
      .length;
  const resume = async (run: string, ...flags: string[]): Promise<[number, RunDocument]> => {
    const result = await change.run(["resume", run, "--no-wait", "--yes", "--json", ...flags]);
    return [result.exit, result.json<RunDocument>()];
  };

  test.each<[string, FaultAction]>([
    ["its session is lost", { kind: "drop" }],
    ["it is answered in unknown words", { kind: "say", text: "The moon is full", goesOn: true }],
  ])("on both nodes, because %s: unknown, then a person is asked about each", async (_why, action) => {
    change = await openCertChange({ release: "12.5" });
    const cluster = change.lab.cluster();
    for (const node of ["pub", "tftp2"]) cluster.faults.add({ node, command, at: { kind: "after" }, action });
    const begun = await change.run(["cert", "regen", "east", "TVS", "--node", "pub", "--yes", "--json"]);
    const { run } = begun.json<RunDocument>();
    let [exit, document] = await resume(run ?? "", "--confirm", "phones-ready");
    for (const node of ["pub", "tftp2"]) {
      expect([exit, document.outcome, document.error?.code]).toEqual([22, "unknown", "outcome-unknown"]);
      expect(document.error).toMatchObject({ place: { cluster: "east", node, step } });
      expect(document.error?.message).toMatch(new RegExp(`^restart of ${tvs} on ${node}: `));
      expect(document.error?.hint).toContain("it asks for your word");
      expect(document.next).toContain(`itlctl resume ${run}`);
      expect(typed(node)).toBe(1);
      for (const _twice of [1, 2]) {
        [exit, document] = await resume(run ?? "");
        expect([exit, document.outcome, document.waitsFor]).toEqual([21, "held", step]);
        const held = document.steps.find((each) => each.step === step);
        expect(held?.detail).toMatch(
          new RegExp(
            `^the restart of ${tvs} on ${node} was sent at .*Z and its end is not known\\. Look whether`,
          ),
        );
        expect(document.next).toBe(`When that is clear: itlctl resume ${run} --confirm ${step}`);
      }
      [exit, document] = await resume(run ?? "", "--confirm", step);
    }
    expect([exit, document.outcome, document.error]).toEqual([0, "done", null]);
    expect([typed("pub"), typed("tftp2")]).toEqual([1, 1]);
  });

  test("a person's word that was written down outlives the process, and is asked for no second time", async () => {
    change = await openCertChange({ release: "11.5" });
    const cluster = change.lab.cluster();
    cluster.faults.add({ node: "pub", command, at: { kind: "after" }, action: { kind: "drop" } });
    const begun = await change.run(["cert", "regen", "east", "TVS", "--node", "pub", "--yes", "--json"]);
    const run = begun.json<RunDocument>().run ?? "";
    await resume(run, "--confirm", "phones-ready");
    await resume(run);
    // The word is on disk, and then the node cannot be looked at.
    await cluster.setReachable(cluster.publisher, false);
    const [stopped] = await resume(run, "--confirm", step);
    expect(stopped).toBe(22);
    await cluster.setReachable(cluster.publisher, true);
    const [exit, document] = await resume(run);
    expect([exit, document.outcome]).toEqual([0, "done"]);
    expect(typed("pub")).toBe(1);
  });
});

test("every so many of the troubles that the deep run puts at each point of `set cert regen`", async () => {
  const swept = await sweepChange("regenerate", ["15"], (_one, index) => index < 2 || index % 11 === 0);
  expect(swept.length).toBeGreaterThan(4);
  const byHand = swept.find(({ trouble }) => trouble.includes("by hand"));
  // Refused for the hold, waited out: typed once more, carried out once.
  expect(byHand?.result).toMatchObject({ first: "held 21 (settling)", sent: 2, took: 1, final: "done 0" });
}, 120_000);
