// Forecasts against the lab: certificates are changed as forecast, lists made anew, and phones boot.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import { movedAnchors } from "../../src/verdict/moved-anchors.ts";
import {
  type CertificateChange,
  forecastChanges,
  forecastRegeneration,
  judgeForecasts,
  type RegenerationForecast,
} from "../../src/verdict/regeneration-forecast.ts";
import {
  factsOf,
  from12,
  makeLab,
  releases,
  replace,
  setTvs,
  upTo11,
  withNode,
} from "../support/lab-facts.ts";

const tftpNodes = ["pub", "tftp2"];
const everyNode = ["pub", "tftp2", "cm3"];

/** What the phones of each node then do, in the words of a forecast. */
function boot(lab: StagedCluster): Record<string, string> {
  const said = lab.bootPhones().map(({ phone, accepted }) => {
    return [lab.phone(phone).tftpNode, accepted === "rejected" ? "not" : accepted];
  });
  return Object.fromEntries(said) as Record<string, string>;
}

function carryOut(lab: StagedCluster, changes: readonly CertificateChange[]): void {
  for (const { unit, node } of changes) lab.replaceCertificate(lab.node(node), unit as "TVS");
  for (const node of lab.activeTftpNodes()) lab.rebuildList(node);
}

const kinds = (forecasts: readonly RegenerationForecast[]) =>
  Object.fromEntries(forecasts.map(({ node, take }) => [node, take.kind]));

const change = fc.oneof(
  fc.record({
    unit: fc.constantFrom("CallManager", "TVS", "CAPF", "tomcat"),
    node: fc.constantFrom(...everyNode),
  }),
  fc.record({ unit: fc.constant("ITLRecovery"), node: fc.constant("pub") }),
);

describe.each(releases)("release %s", (release) => {
  test("phones do what was forecast, whatever was changed by hand before and whichever services stand still", () => {
    const byHand = fc.array(change, { maxLength: 2 });
    const stopped = fc.subarray(everyNode);
    const changes = fc.array(change, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(byHand, stopped, changes, (hand, still, planned) => {
        const lab = makeLab(release, { phones: 4 });
        for (const { unit, node } of hand) lab.replaceCertificate(lab.node(node), unit as "TVS");
        for (const node of still) setTvs(lab, node, false);
        const forecasts = forecastChanges({ changes: planned, facts: factsOf(lab), tftpNodes });
        carryOut(lab, planned);
        if (forecasts.length > 0) expect(kinds(forecasts)).toEqual(boot(lab));
        else expect(planned.every(({ unit }) => unit === "tomcat")).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test("a certificate changed by hand is seen until the lists carry it, and no other", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom("CallManager", "TVS", "ITLRecovery"), { maxLength: 3 }),
        (units) => {
          const lab = makeLab(release);
          for (const unit of units) lab.replaceCertificate(lab.publisher, unit);
          expect(new Set(movedAnchors(factsOf(lab), tftpNodes).map(({ unit }) => unit))).toEqual(
            new Set(units),
          );
          for (const node of lab.activeTftpNodes()) lab.rebuildList(node);
          expect(movedAnchors(factsOf(lab), tftpNodes)).toEqual([]);
        },
      ),
      { numRuns: 8 },
    );
  });
});

const forecast = (lab: StagedCluster, unit: string, node = "pub", hasResetAfter = false) =>
  forecastRegeneration({ unit, node, facts: factsOf(lab), tftpNodes, hasResetAfter });

test.each(upTo11)(
  "on %s a new CallManager is taken by asking TVS, and without one its phones would be lost",
  (release) => {
    const lab = makeLab(release);
    expect(kinds(forecast(lab, "CallManager"))).toEqual({ pub: "by-tvs", tftp2: "direct" });
    for (const node of everyNode) setTvs(lab, node, false);
    const changes = [{ unit: "CallManager", node: "pub" }];
    expect(judgeForecasts(forecast(lab, "CallManager"), changes)).toMatchObject([
      {
        code: "phones-would-be-lost",
        node: "pub",
        advice: expect.stringMatching(/^Start Cisco Trust Verification Service/) as string,
      },
    ]);
  },
);

test.each(from12)(
  "on %s the list after a new ITLRecovery is that of the reset, where a reset follows",
  async (release) => {
    const lab = makeLab(release, { phones: 4 });
    const said = forecast(lab, "ITLRecovery", "pub", true);
    expect(said.map(({ via }) => via)).toEqual(["reset", "reset"]);
    expect(said[0]?.take.reason).toContain("localkey reset that follows");
    expect(forecast(lab, "ITLRecovery").map(({ via, take }) => [via, take.kind])).toEqual([
      ["restart", "by-tvs"],
      ["restart", "by-tvs"],
    ]);
    lab.replaceCertificate(lab.publisher, "ITLRecovery");
    await lab.resetLocalkey();
    expect(kinds(said)).toEqual(boot(lab));
  },
);

test.each(upTo11)("on %s a new ITLRecovery changes nothing that phones judge by, reset or not", (release) => {
  const said = forecast(makeLab(release), "ITLRecovery", "pub", true);
  expect(said.map(({ via, take }) => [via, take.kind])).toEqual([
    ["restart", "direct"],
    ["restart", "direct"],
  ]);
});

test("the signer is read from the list: where CallManager signs on 12.5, the worse of both ways counts", async () => {
  const lab = makeLab("12.5");
  await lab.resetLocalkey();
  for (const node of everyNode) setTvs(lab, node, false);
  expect(kinds(forecast(lab, "CallManager"))).toEqual({ pub: "not", tftp2: "not" });
  expect(kinds(forecast(lab, "TVS"))).toMatchObject({ pub: "direct" });
  lab.replaceCertificate(lab.publisher, "ITLRecovery");
  expect(kinds(forecast(lab, "TVS"))).toMatchObject({ pub: "not" });
});

test("nothing is forecast of a node whose list is not known, nor where a stranger signs", () => {
  const lab = makeLab("11.5");
  const facts = withNode(factsOf(lab), "tftp2", { itl: null, served: null });
  expect(kinds(forecastChanges({ changes: [{ unit: "TVS", node: "pub" }], facts, tftpNodes }))).toEqual({
    pub: "direct",
    tftp2: "not",
  });
  const { itl } = factsOf(lab).nodes[0] ?? {};
  if (itl?.kind !== "shown") throw new Error("no list");
  const signer = { name: "CN=stranger", issuerName: "CN=stranger", serial: "01" };
  const strange = withNode(factsOf(lab), "pub", { itl: { ...itl, signer }, served: null });
  const [pub] = forecastChanges({ changes: [{ unit: "TVS", node: "pub" }], facts: strange, tftpNodes });
  expect(pub?.take).toEqual({ kind: "not", reason: "nobody knows CN=stranger to sign again" });
});

test("lists that do not name a node's service say nothing about its certificate", () => {
  const lab = makeLab("11.5");
  lab.setService(lab.node("cm3"), "Cisco Trust Verification Service", "STOPPED", false);
  replace(lab, []);
  lab.setService(lab.node("cm3"), "Cisco Trust Verification Service", "STARTED", true);
  expect(movedAnchors(factsOf(lab), tftpNodes)).toEqual([]);
  lab.replaceCertificate(lab.publisher, "TVS");
  expect(movedAnchors(factsOf(lab), tftpNodes).map(({ unit }) => unit)).toContain("TVS");
});
