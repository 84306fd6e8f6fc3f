// Whether a plan that regenerates certificates may start: one cluster of the lab for everything that stops it.
import { describe, expect, test } from "vitest";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { NodeCertificates } from "../../src/facts/node-certificates.ts";
import type { ClusterFacts } from "../../src/facts/node-facts.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import type { PlannedChange } from "../../src/verdict/anchor-order.ts";
import { judgeRegeneration, type RegenerationInput } from "../../src/verdict/judge-regeneration.ts";
import type { Finding } from "../../src/verdict/verdict.ts";
import {
  certificateOf,
  factsOf,
  makeLab,
  nodeOf,
  nowMs,
  releases,
  setTvs,
  withNode,
} from "../support/lab-facts.ts";

const regenerate = (unit: string, node = "pub"): PlannedChange => ({
  kind: "regenerate",
  step: `${unit}-${node}`,
  unit,
  node,
});
const step = (kind: "hold" | "gate" | "reset" | "reset-ctl"): PlannedChange => ({ kind, step: kind });

/** What `cert list` finds of every node. */
function certificatesOf(lab: StagedCluster): NodeCertificates[] {
  const facts = factsOf(lab);
  return lab.nodes.map(({ name, certificates }) => {
    const { node, address, role, isReachable, trouble } = nodeOf(facts, name);
    const own = [...certificates].map(([unit, certificate]) => ({
      unit,
      certificate: certificateOf(certificate),
    }));
    return { node, address, role, isReachable, trouble, certificates: isReachable ? own : [] };
  });
}

function judge(
  lab: StagedCluster,
  steps: readonly PlannedChange[],
  parts: Partial<RegenerationInput> = {},
): ReturnType<typeof judgeRegeneration> {
  return judgeRegeneration({
    facts: factsOf(lab),
    certificates: certificatesOf(lab),
    steps,
    accepted: [],
    replaceCaSigned: false,
    certificateDays: 1,
    nowMs,
    ...parts,
  });
}

const codes = (findings: readonly Finding[]) =>
  findings.map(({ code, node }) => (node === null ? code : `${code} ${node}`));
const strong = { keyBits: 2048 };

describe.each(releases)("release %s", (release) => {
  test("a healthy cluster may have every anchor made anew, with a hold and a gate between two", () => {
    const steps = [
      ...[
        regenerate("tomcat"),
        regenerate("CAPF"),
        regenerate("CallManager"),
        regenerate("CallManager", "tftp2"),
      ],
      ...[step("hold"), step("gate"), regenerate("TVS"), regenerate("TVS", "cm3")],
      ...[step("hold"), step("gate"), regenerate("ITLRecovery"), step("reset")],
    ];
    const { blocking, forecasts, tftpNodes } = judge(makeLab(release), steps);
    expect([codes(blocking), tftpNodes]).toEqual([[], ["pub", "tftp2"]]);
    expect(forecasts.map(({ units, nodes }) => [units, nodes])).toEqual([
      [["CAPF"], ["pub"]],
      [["CallManager"], ["pub", "tftp2"]],
      [["TVS"], ["pub", "cm3"]],
      [["ITLRecovery"], ["pub"]],
    ]);
  });

  test("two anchors without a gate are refused, and nobody can accept that", () => {
    const steps = [regenerate("CallManager"), step("hold"), regenerate("TVS")];
    const { blocking, isAcceptable } = judge(makeLab(release), steps, { accepted: ["anchors-in-one-plan"] });
    expect([codes(blocking), isAcceptable]).toEqual([["anchors-in-one-plan"], false]);
  });

  test("what was changed by hand and is in no list yet stops another anchor, not the same one", () => {
    const lab = makeLab(release);
    lab.replaceCertificate(lab.node("tftp2"), "CallManager");
    const found = codes(judge(lab, [regenerate("TVS")]).blocking);
    expect(found).toContain("anchor-moved-lately");
    expect(codes(judge(lab, [regenerate("CallManager", "tftp2")]).blocking)).not.toContain(
      "anchor-moved-lately",
    );
    expect(codes(judge(lab, [regenerate("tomcat")]).findings)).not.toContain("anchor-moved-lately");
    lab.replaceCertificate(lab.publisher, "TVS");
    expect(codes(judge(lab, [regenerate("CAPF")]).blocking)).toContain("anchor-moved-lately");
  });

  test("what is to be written to has to answer, and the publisher always", () => {
    const lab = makeLab(release);
    lab.node("cm3").isReachable = false;
    const accepted = ["node-unreachable"];
    expect(judge(lab, [regenerate("TVS")], { accepted })).toMatchObject({
      blocking: [],
      acceptedCodes: ["node-unreachable"],
    });
    const target = judge(lab, [regenerate("TVS", "cm3")], { accepted });
    expect([codes(target.blocking), target.isAcceptable]).toEqual([["node-unreachable cm3"], false]);
    const dead = makeLab(release);
    dead.publisher.isReachable = false;
    expect(codes(judge(dead, [regenerate("tomcat", "cm3")], { accepted }).blocking)).toEqual([
      "node-unreachable pub",
    ]);
  });

  test("a node that answered one look and not the other is told once", () => {
    const lab = makeLab(release);
    const certificates = certificatesOf(lab).map((each) =>
      each.node === "cm3" ? { ...each, isReachable: false, certificates: [] } : each,
    );
    const { blocking } = judge(lab, [regenerate("TVS", "cm3")], {
      certificates,
      accepted: ["node-unreachable"],
    });
    expect(codes(blocking)).toEqual(["node-unreachable cm3"]);
  });

  test("a certificate that a node does not have, and a node that is not there", () => {
    const lab = makeLab(release);
    const without = certificatesOf(lab).map((each) => ({
      ...each,
      certificates: each.certificates.filter(({ unit }) => unit !== "TVS"),
    }));
    expect(codes(judge(lab, [regenerate("TVS", "cm3")], { certificates: without }).blocking)).toEqual([
      "unit-not-on-node cm3",
    ]);
    expect(codes(judge(lab, [regenerate("TVS", "cm9")]).blocking)).toEqual(["unit-not-on-node cm9"]);
    expect(codes(judge(lab, [regenerate("TVS", "cm3")], { certificates: [] }).blocking)).toEqual([
      "unit-not-on-node cm3",
    ]);
    expect(codes(judge(lab, [regenerate("authz"), regenerate("authz")]).blocking)).toEqual([
      "unit-not-supported pub",
    ]);
  });

  test("a certificate of a CA is overwritten only where that was said", () => {
    const lab = makeLab(release);
    const certificates = certificatesOf(lab).map((each) => ({
      ...each,
      certificates: each.certificates.map(({ unit, certificate }) => ({
        unit,
        certificate: { ...certificate, isSelfSigned: unit !== "tomcat" },
      })),
    }));
    const steps = [regenerate("tomcat"), regenerate("ipsec")];
    const accepted = ["ca-signed-certificate"];
    expect(codes(judge(lab, steps, { certificates, accepted }).blocking)).toEqual([
      "ca-signed-certificate pub",
    ]);
    const wanted = judge(lab, steps, { certificates, replaceCaSigned: true });
    expect([codes(wanted.blocking), codes(wanted.findings)]).toEqual([
      [],
      expect.arrayContaining(["ca-signed-certificate pub"]),
    ]);
    const own = steps.map((each) => ({ ...each, replaceCaSigned: true }));
    expect(judge(lab, own, { certificates }).blocking).toEqual([]);
    const other = steps.map((each) => ({ ...each, replaceCaSigned: false }));
    expect(codes(judge(lab, other, { certificates, replaceCaSigned: true }).blocking)).toEqual([
      "ca-signed-certificate pub",
    ]);
  });
});

test.each([
  ["12.5", "ITLRecovery"],
  ["15", "ITLRecovery"],
  ["15", "CAPF"],
] as const)("on %s %s is the publisher's alone", (release, unit) => {
  expect(codes(judge(makeLab(release), [regenerate(unit, "tftp2")]).blocking)).toContain(
    "publisher-only-unit tftp2",
  );
  expect(codes(judge(makeLab("11.5"), [regenerate(unit, "tftp2")]).findings)).not.toContain(
    "publisher-only-unit tftp2",
  );
});

test("an unfinished reset stops anchors until it is accepted, and nothing else", async () => {
  const lab = makeLab("12.5", strong);
  await lab.resetLocalkey();
  expect(codes(judge(lab, [regenerate("TVS")]).blocking)).toEqual([
    "signer-unexpected pub",
    "signer-unexpected tftp2",
  ]);
  expect(judge(lab, [regenerate("TVS")], { accepted: ["signer-unexpected"] }).blocking).toEqual([]);
  expect(judge(lab, [regenerate("tomcat"), regenerate("CAPF")]).blocking).toEqual([]);
});

test("a list that cannot be fetched stops anchors, whose gate it could not prove", () => {
  const lab = makeLab("11.5");
  const facts = withNode(factsOf(lab), "tftp2", { served: { kind: "unreachable", reason: "closed" } });
  expect(codes(judge(lab, [regenerate("TVS")], { facts }).blocking)).toEqual([
    "served-itl-unreachable tftp2",
  ]);
  expect(judge(lab, [regenerate("tomcat")], { facts }).blocking).toEqual([]);
});

test("findings from elsewhere weigh as they do for anchors", () => {
  const left: Finding = {
    code: "phones-left-behind",
    severity: "warn",
    node: "pub",
    message: "pub: phones are left behind",
    advice: "See.",
  };
  const lab = makeLab("11.5");
  expect(codes(judge(lab, [regenerate("TVS")], { otherFindings: [left] }).blocking)).toEqual([
    "phones-left-behind pub",
  ]);
  expect(judge(lab, [regenerate("ipsec")], { otherFindings: [left] })).toMatchObject({ blocking: [] });
});

test("phones that nobody would answer stop a new CallManager up to 11.5", () => {
  const lab = makeLab("11.5");
  for (const node of ["pub", "tftp2", "cm3"]) setTvs(lab, node, false);
  const both = [regenerate("CallManager"), regenerate("CallManager", "tftp2")];
  expect(codes(judge(lab, both).blocking)).toEqual([
    "phones-would-be-lost pub",
    "phones-would-be-lost tftp2",
  ]);
  expect(judge(lab, [regenerate("ipsec")]).blocking).toEqual([]);
});

test("a new ITLRecovery from 12.0 with no TVS is lost without a reset behind it, and not with one", () => {
  const lab = makeLab("12.5", { nodes: [{ name: "pub" }] });
  setTvs(lab, "pub", false);
  const before = [step("reset"), regenerate("ITLRecovery")];
  expect(codes(judge(lab, before).blocking)).toEqual(["phones-would-be-lost pub"]);
  expect(judge(lab, [regenerate("ITLRecovery"), step("reset")]).blocking).toEqual([]);
});

describe("FN70613: CallManager in mixed mode", () => {
  const lab = makeLab("12.5", { isMixedMode: true });
  const plan = [regenerate("CallManager")];
  const on = (release: string | null, securityMode: number | null = 1): ClusterFacts =>
    withNode(factsOf(lab), "pub", { release, clusterSecurityMode: securityMode });
  const told = (
    facts: ClusterFacts,
    steps: readonly PlannedChange[] = plan,
    parts: Partial<RegenerationInput> = {},
  ) =>
    judge(lab, steps, { facts, ...parts })
      .findings.filter(({ code }) => code === "ctl-reset-first")
      .map(({ severity }) => severity);

  test.each([
    ["12.5.1.10000-22", ["block"]],
    ["12.5.1.12900-115", ["block"]],
    ["12.5.1", ["block"]],
    [null, ["block"]],
    ["12.5.1.13900-152", ["warn"]],
    ["14.0.1.10000-20", ["warn"]],
    ["12.0.1.10000-10", []],
    ["11.5.1.12900-21", []],
  ])("on %s it is %j", (release, expected) => {
    expect(told(on(release))).toEqual(expected);
    expect(told(on(release, 0))).toEqual([]);
    expect(told(on(release, null))).toEqual(expected);
  });

  test("a new CTL that phones have taken comes first, or nothing is said", () => {
    const facts = on("12.5.1.10000-22");
    expect(told(facts, [step("reset-ctl"), step("gate"), ...plan])).toEqual([]);
    expect(told(facts, [step("gate"), step("reset-ctl"), ...plan])).toEqual(["block"]);
    expect(told(facts, [...plan, step("reset-ctl"), step("gate")])).toEqual(["block"]);
    expect(told(facts, [step("gate"), ...plan])).toEqual(["block"]);
    expect(told(facts, [regenerate("TVS")])).toEqual([]);
  });

  test("what the CTL names settles it", () => {
    const ctl = parseShownList(lab.showCtl(lab.publisher));
    expect(told(on("12.5.1.10000-22"), plan, { ctl })).toEqual([]);
    const moved = makeLab("12.5", { isMixedMode: true });
    moved.replaceCertificate(moved.publisher, "ITLRecovery");
    const facts = withNode(factsOf(moved), "pub", { release: "15.0.1.12900-234" });
    expect(told(facts, plan, { ctl })).toEqual(["block"]);
    expect(told(on("15.0.1.12900-234"), plan, { ctl: { kind: "missing", text: "" } })).toEqual(["warn"]);
  });

  test("it can be accepted", () => {
    const facts = on("12.5.1.10000-22");
    expect(judge(lab, plan, { facts, accepted: ["ctl-reset-first"] }).blocking).toEqual([]);
  });
});
