// The table of units: their order, their nodes, and what has to be restarted and what that does to people.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseServiceList } from "../../src/facts/service-list.ts";
import type { NodeCertificates } from "../../src/facts/node-certificates.ts";
import {
  anchorKind,
  inRegenerationOrder,
  isRegenerationUnit,
  makesNewLists,
  nodesOfUnit,
  regenerationOrder,
  servicesOfUnit,
  touchesAnchor,
} from "../../src/verdict/regeneration-units.ts";
import {
  effectsOfRestart,
  estimateUnitMs,
  regenerationEstimateMs,
  restartEstimateMs,
  verifyEstimateMs,
} from "../../src/verdict/restart-effects.ts";
import { factsOf, makeLab, nodeOf } from "../support/lab-facts.ts";

const [certificate] = Object.values(nodeOf(factsOf(makeLab("11.5")), "pub").certificates);
if (certificate === undefined) throw new Error("the lab has no certificate");

/** A look at nodes that have these units, `pub` among them wherever it stands. */
const look = (units: Readonly<Record<string, readonly string[]>>): NodeCertificates[] =>
  Object.entries(units).map(([node, own]) => ({
    node,
    address: "10.1.1.1",
    role: node === "pub" ? "publisher" : "subscriber",
    isReachable: true,
    trouble: [],
    certificates: own.map((unit) => ({ unit, certificate })),
  }));

const nodes = (unit: string, release: string, certificates: readonly NodeCertificates[]) =>
  nodesOfUnit({ unit, release, publisher: "pub", certificates });

const all = look({
  sub: ["CallManager", "CAPF", "ITLRecovery", "TVS"],
  pub: ["CallManager", "CAPF", "ITLRecovery"],
  sub2: ["CallManager", "CAPF", "ITLRecovery"],
});

test.each([
  ["CallManager", "11.5.1.12900-21", ["pub", "sub", "sub2"]],
  ["CAPF", "12.5.1.16900-48", ["pub", "sub", "sub2"]],
  ["CAPF", "14.0.1.10000-20", ["pub"]],
  ["ITLRecovery", "10.0.1.10000-24", ["pub"]],
  ["ITLRecovery", "12.5.1.16900-48", ["pub"]],
  ["TVS", "15.0.1.12900-234", ["sub"]],
  ["ipsec", "15.0.1.12900-234", []],
])("%s on %s is regenerated on %j", (unit, release, expected) => {
  expect(nodes(unit, release, all)).toEqual(expected);
});

test("units come in the documented order, each once, and what is not in it stands last", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...regenerationOrder, "authz" as const)), (units) => {
      const sorted = inRegenerationOrder(units);
      expect(sorted).toEqual([...regenerationOrder, "authz"].filter((unit) => units.includes(unit as never)));
    }),
  );
  expect(
    regenerationOrder.filter((unit) =>
      ["tomcat", "ipsec", "CAPF", "CallManager", "TVS", "ITLRecovery"].includes(unit),
    ),
  ).toEqual(["tomcat", "ipsec", "CAPF", "CallManager", "TVS", "ITLRecovery"]);
});

test("what phones judge lists by are three anchors, ECDSA being one with CallManager", () => {
  expect(regenerationOrder.map(anchorKind)).toEqual([
    ...[null, null, null, null],
    ...["CallManager", "CallManager", "TVS", "ITLRecovery"],
  ]);
  expect(regenerationOrder.filter(touchesAnchor)).toEqual(regenerationOrder.slice(4));
  expect([isRegenerationUnit("authz"), isRegenerationUnit("TVS")]).toEqual([false, true]);
});

test.each([
  ["tomcat", ["node Cisco Tomcat"]],
  ["ipsec", ["publisher Cisco DRF Master", "everywhere Cisco DRF Local", "node Cisco Tomcat"]],
  [
    "CAPF",
    [
      "publisher Cisco Certificate Authority Proxy Function",
      "everywhere Cisco Trust Verification Service",
      "everywhere Cisco Tftp",
    ],
  ],
  [
    "CallManager-ECDSA",
    [
      "node Cisco CallManager",
      "node Cisco CTIManager",
      "node Cisco HAProxy",
      "everywhere Cisco Trust Verification Service",
      "everywhere Cisco Tftp",
    ],
  ],
  ["TVS", ["everywhere Cisco Trust Verification Service", "everywhere Cisco Tftp"]],
  ["ITLRecovery", ["everywhere Cisco Trust Verification Service", "everywhere Cisco Tftp"]],
] as const)("after a new %s certificate these are restarted: %j", (unit, expected) => {
  expect(servicesOfUnit(unit).map(({ service, where }) => `${where} ${service}`)).toEqual(expected);
});

test("every anchor and CAPF make new lists, and Cisco Tftp comes last there", () => {
  expect(regenerationOrder.filter(makesNewLists)).toEqual(regenerationOrder.slice(3));
  for (const unit of regenerationOrder.filter(makesNewLists)) {
    expect(servicesOfUnit(unit).at(-1)).toEqual({ service: "Cisco Tftp", where: "everywhere" });
  }
});

test("every service of the table is one that nodes list, with effects and an estimate of its own", () => {
  const row = (name: string) => parseServiceList(`Requesting service status\n${name}[STARTED]`)[0]?.name;
  const unknown = restartEstimateMs("Cisco Unheard Of");
  for (const { service } of regenerationOrder.flatMap(servicesOfUnit)) {
    expect(row(service)).toBe(service);
    expect(effectsOfRestart(service).join()).not.toMatch(/not known/);
    expect(restartEstimateMs(service)).toBeGreaterThan(0);
  }
  expect(effectsOfRestart("Cisco CallManager").join()).toMatch(/registrations.*dropped.*calls/);
  expect(effectsOfRestart("Cisco Unheard Of").join()).toMatch(/not known/);
  expect(unknown).toBeGreaterThanOrEqual(60_000);
});

test("a unit of work lasts as long as its parts, by the number of nodes of each", () => {
  const lastsMs = estimateUnitMs("TVS", ({ where }) => (where === "everywhere" ? 3 : 1));
  const restartsMs =
    3 * (restartEstimateMs("Cisco Trust Verification Service") + restartEstimateMs("Cisco Tftp"));
  expect(lastsMs).toBe(regenerationEstimateMs + restartsMs + verifyEstimateMs);
});
