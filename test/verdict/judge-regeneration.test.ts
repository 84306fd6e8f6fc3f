// What of all findings stops a plan that regenerates certificates: what weighs more for anchors, and what nobody may accept.
import { describe, expect, test } from "vitest";
import type { ClusterFacts, NodeFacts } from "../../src/facts/node-facts.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import { judgeRegeneration, type RegenerationInput } from "../../src/verdict/judge-regeneration.ts";
import type { Finding } from "../../src/verdict/verdict.ts";
import { certificateOf, factsOf, makeLab, nodeOf, nowMs, withNode } from "../support/lab-facts.ts";
import { planOf, smallCertificate } from "./small-facts.ts";

const lab = makeLab("12.5", { isMixedMode: true, keyBits: 2048 });
const seen = factsOf(lab);
/** Mixed mode is for the tests of the CTL. */
const healthy = withNode(seen, "pub", { clusterSecurityMode: 0 });
const units = ["tomcat", "ipsec", "CAPF", "CallManager", "CallManager-ECDSA", "TVS", "ITLRecovery", "authz"];
const certificates = healthy.nodes.map(({ node, address, role, isReachable, trouble }) => ({
  ...{ node, address, role, isReachable, trouble },
  certificates: units.map((unit) => ({ unit, certificate: smallCertificate(unit, "0A") })),
}));
const finding = (code: Finding["code"], node: string | null, severity: Finding["severity"] = "block") => ({
  ...{ code, severity, node, message: `${code} of ${node}`, advice: "See." },
});

const judge = (words: readonly string[], parts: Partial<RegenerationInput> = {}) =>
  judgeRegeneration({
    ...{ facts: healthy, certificates, steps: planOf(...words), accepted: [] },
    ...{ replaceCaSigned: false, certificateDays: 1, nowMs, ...parts },
  });
const codes = (findings: readonly Finding[]) =>
  findings.map(({ code, node, severity }) => `${severity} ${code}${node === null ? "" : ` ${node}`}`);
const found = (...given: Parameters<typeof judge>) => codes(judge(...given).findings);
const stops = (...given: Parameters<typeof judge>) => codes(judge(...given).blocking);

test("nothing is found in a healthy cluster, whatever is planned in its order", () => {
  expect(found([])).toEqual([]);
  expect(found(["tomcat@pub", "CAPF@pub", "CallManager@tftp2", "hold", "gate", "TVS@cm3"])).toEqual([]);
});

describe("the forecasts", () => {
  const forecastsOf = (...words: readonly string[]) =>
    judge(words).forecasts.map(({ units: of, nodes, forecasts }) => [
      [of.join(), nodes.join()],
      forecasts.map(({ node, via, take }) => `${node} ${via} ${take.kind}`),
    ]);
  const direct = ["pub restart direct", "tftp2 restart direct"];

  test("are one for each kind of certificates that makes new lists, of all its nodes together", () => {
    const words = ["CAPF@pub", "tomcat@pub", "CallManager@pub", "CallManager@tftp2", "CallManager@pub"];
    expect(forecastsOf(...words, "hold", "gate", "TVS@pub")).toEqual([
      [["CAPF", "pub"], direct],
      [["CallManager", "pub,tftp2"], direct],
      [["TVS", "pub"], direct],
    ]);
    expect(forecastsOf("CallManager@pub", "CallManager-ECDSA@pub", "authz@pub")).toEqual([
      [["CallManager,CallManager-ECDSA", "pub"], direct],
    ]);
    expect(forecastsOf("tomcat@pub", "ipsec@cm3", "restart-tftp")).toEqual([]);
  });

  test("are of serving nodes only", () => {
    expect(judge([]).tftpNodes).toEqual(["pub", "tftp2"]);
    const { services } = nodeOf(healthy, "tftp2");
    const stopped = services?.map((row) => (row.name === "Cisco Tftp" ? { ...row, state: "STOPPED" } : row));
    const facts = withNode(healthy, "tftp2", { services: stopped ?? null });
    const judged = judge(["TVS@pub"], { facts });
    expect([judged.tftpNodes, judged.forecasts[0]?.forecasts.length]).toEqual([["pub"], 1]);
  });

  test("of a new ITLRecovery are of the reset that follows it, and of none before it", () => {
    const via = (...words: readonly string[]) =>
      judge(words).forecasts.flatMap(({ forecasts }) => forecasts.map((each) => each.via));
    expect(via("ITLRecovery@pub", "reset")).toEqual(["reset", "reset"]);
    expect(via("ITLRecovery@pub", "reset", "confirm", "restart-tftp")).toEqual(["reset", "reset"]);
    expect(via("ITLRecovery@pub", "ITLRecovery@pub", "reset", "confirm")).toEqual(["reset", "reset"]);
    expect(via("reset", "ITLRecovery@pub")).toEqual(["restart", "restart"]);
    expect(via("ITLRecovery@pub", "restart-tftp", "gate")).toEqual(["restart", "restart"]);
    expect(via("ITLRecovery@pub", "reset", "ITLRecovery@pub")).toEqual(["restart", "restart"]);
  });

  test("stop the plan where phones would be lost", () => {
    const nodes = healthy.nodes.map((node) => ({
      ...node,
      services: (node.services ?? []).filter(({ name }) => name !== "Cisco Trust Verification Service"),
    }));
    const facts = { ...healthy, nodes };
    const lost = ["block phones-would-be-lost pub", "block phones-would-be-lost tftp2"];
    expect(stops(["ITLRecovery@pub"], { facts, accepted: ["phones-would-be-lost"] })).toEqual(lost);
    // The reset's signer is the publisher's CallManager: the phones of tftp2 do not know it.
    expect(stops(["ITLRecovery@pub", "reset"], { facts })).toEqual(lost.slice(1));
  });
});

describe("a finding that weighs more where an anchor is made anew", () => {
  const warned = [
    "signer-unexpected",
    "tftp-node-not-in-inventory",
    "phones-left-behind",
    "served-itl-unreachable",
  ] as const;

  test.each(warned)("%s stops it, and no other certificate", (code) => {
    const parts = { otherFindings: [finding(code, "pub", "warn")] };
    for (const word of ["TVS@cm3", "CallManager@pub", "CallManager-ECDSA@pub", "ITLRecovery@pub"])
      expect(stops(["tomcat@pub", word], parts)).toEqual([`block ${code} pub`]);
    expect(found(["tomcat@pub", "CAPF@pub", "ipsec@cm3", "reset"], parts)).toEqual([`warn ${code} pub`]);
    expect(stops(["tomcat@pub", "CAPF@pub"], parts)).toEqual([]);
    expect(judge(["TVS@pub"], { ...parts, accepted: [code] })).toMatchObject({
      blocking: [],
      acceptedCodes: [code],
    });
  });

  test("others stay what they are, with all that was told of them", () => {
    const others = [finding("clock-skew", "pub", "warn"), finding("backup-stale", null, "warn")];
    expect(judge(["TVS@pub"], { otherFindings: others }).findings).toEqual(others);
    const [raised] = judge(["TVS@pub"], {
      otherFindings: [finding("phones-left-behind", "pub", "warn")],
    }).findings;
    expect(raised).toEqual(finding("phones-left-behind", "pub", "block"));
  });
});

describe("what is accepted", () => {
  const unwell = [
    finding("itl-not-verified", "pub"),
    finding("itl-not-verified", "tftp2"),
    finding("clock-skew", "pub", "warn"),
  ];

  test("no longer stops, is named once, and stays among the findings", () => {
    const judged = judge(["tomcat@pub"], {
      otherFindings: unwell,
      accepted: ["itl-not-verified", "clock-skew"],
    });
    expect([judged.blocking, judged.acceptedCodes]).toEqual([[], ["itl-not-verified"]]);
    expect(judged.findings).toEqual(unwell);
  });

  test("is what was named only; the rest may still be accepted", () => {
    const judged = judge(["tomcat@pub"], {
      otherFindings: [...unwell, finding("itl-missing", "tftp2")],
      accepted: ["itl-missing"],
    });
    expect(codes(judged.blocking)).toEqual(["block itl-not-verified pub", "block itl-not-verified tftp2"]);
    expect([judged.isAcceptable, judged.acceptedCodes]).toEqual([true, ["itl-missing"]]);
  });

  test.each([
    ...([
      "publisher-mismatch",
      "anchors-in-one-plan",
      "anchor-moved-lately",
      "phones-would-be-lost",
    ] as const),
    ...(["ca-signed-certificate", "unit-not-on-node", "unit-not-supported", "publisher-only-unit"] as const),
  ])("is never %s", (code) => {
    const parts = { otherFindings: [...unwell, finding(code, null)], accepted: [code, "itl-not-verified"] };
    const judged = judge(["tomcat@pub"], parts);
    expect([codes(judged.blocking), judged.isAcceptable, judged.acceptedCodes]).toEqual([
      [`block ${code}`],
      false,
      ["itl-not-verified"],
    ]);
    expect(judge([], { otherFindings: [...unwell, finding(code, null)] }).isAcceptable).toBe(false);
  });

  test.each(["node-unreachable", "login-refused", "host-key-refused"] as const)(
    "may be %s of a node that the plan does not need, and not of the publisher or one to be written to",
    (code) => {
      const of = (node: string | null, words: readonly string[], facts: ClusterFacts = healthy) => {
        const judged = judge(words, {
          facts,
          otherFindings: [finding(code, node)],
          accepted: [code, "node-unreachable"],
        });
        return judged.blocking.length === 0;
      };
      const silent = (name: string) => withNode(healthy, name, { isReachable: false });
      expect(of("cm3", ["tomcat@pub"])).toBe(true);
      expect(of("pub", ["tomcat@cm3"])).toBe(false);
      // It answered after all, in both looks: what was told of it elsewhere can be accepted.
      expect(of("cm3", ["tomcat@cm3"])).toBe(true);
      expect(of("cm3", ["tomcat@cm3"], silent("cm3"))).toBe(false);
      expect(of("cm3", ["tomcat@tftp2"], silent("cm3"))).toBe(true);
      expect(of(null, ["tomcat@cm3"])).toBe(true);
    },
  );

  test("may be another finding of a node that the plan needs", () => {
    const parts = { otherFindings: [finding("itl-not-verified", "pub")], accepted: ["itl-not-verified"] };
    expect(stops(["tomcat@pub"], parts)).toEqual([]);
  });
});

describe("an anchor that was changed by hand and is in no list yet", () => {
  const moved = (unit: "TVS" | "CallManager" | "ITLRecovery", node = "pub"): ClusterFacts => {
    const own = { ...nodeOf(healthy, node).certificates, [unit]: smallCertificate(unit, "77") };
    return withNode(healthy, node, { certificates: own });
  };
  const isStopped = (facts: ClusterFacts, ...words: readonly string[]) =>
    stops(words, { facts }).includes("block anchor-moved-lately");

  test.each([
    [["CallManager@pub"], true],
    [["tomcat@pub", "CallManager@pub"], true],
    [["ITLRecovery@pub", "reset"], true],
    // The same one again: nothing else has to hold meanwhile, and forecasts judge it.
    [["TVS@pub"], false],
    // Nobody asks first whether phones hold what is served: any new list would bring it to them.
    [["CAPF@pub"], true],
    [["restart-tftp"], true],
    [["restart-tvs"], true],
    [["tomcat@pub", "hold", "restart-tftp"], true],
    [["gate", "restart-tftp"], true],
    [["gate", "CAPF@pub"], false],
    [["gate", "tomcat@pub", "CAPF@pub", "restart-tftp"], false],
    [["CAPF@pub", "gate"], true],
    [["hold", "CAPF@pub", "restart-tftp", "gate"], true],
    [["restart-tftp", "gate", "CAPF@pub"], true],
    [["restart-tftp", "gate", "TVS@pub"], true],
    [["gate", "restart-tftp", "TVS@pub"], false],
    // No list is made anew.
    [["tomcat@pub", "ipsec@cm3"], false],
    [["tomcat@pub", "gate"], false],
    [["authz@pub"], false],
    [[], false],
  ])("stops %j: %s", (words, expected) => {
    expect(isStopped(moved("TVS"), ...words)).toBe(expected);
    expect(isStopped(healthy, ...words)).toBe(false);
  });

  test("stops with another, whatever is planned", () => {
    const both = withNode(moved("TVS"), "tftp2", {
      certificates: {
        ...nodeOf(healthy, "tftp2").certificates,
        CallManager: smallCertificate("CallManager", "78"),
      },
    });
    expect(isStopped(both, "gate", "CAPF@pub")).toBe(true);
    expect(isStopped(both, "TVS@pub")).toBe(true);
    expect(isStopped(both, "tomcat@pub")).toBe(false);
  });
});

describe("the CTL in mixed mode", () => {
  const ctl = parseShownList(lab.showCtl(lab.publisher));
  const mixed = (parts: Partial<NodeFacts> = {}) => withNode(seen, "pub", parts);
  const early = { facts: mixed({ release: "12.5.1.10000-22" }) };
  const told = (words: readonly string[], parts: Partial<RegenerationInput> = {}) =>
    judge(words, { facts: mixed(), ctl, ...parts }).findings.find(({ code }) => code === "mixed-mode");

  test("is left to people where no step writes it, and to the plan where one does", () => {
    expect(told(["tomcat@pub"])?.message).toMatch(/which an ITL reset does not touch$/);
    expect(told(["tomcat@pub"])?.advice).not.toContain("Leave the CTL to this plan");
    expect(told(["update-ctl", "restart-tftp"])?.message).toMatch(/phones hold a CTL as well$/);
    expect(told(["update-ctl", "restart-tftp"])?.advice).toContain("which writes it once;");
    const thrice = ["reset-ctl", "restart-tftp", "gate", "update-ctl", "restart-tftp", "update-ctl"];
    expect(told(thrice)?.advice).toContain("which writes it 3 times;");
    const other = finding("clock-skew", null, "warn");
    expect(judge(["update-ctl"], { facts: mixed(), ctl, otherFindings: [other] }).findings).toContainEqual(
      other,
    );
  });

  test("is judged by what was read of it, the publisher's ITLRecovery and the mode", () => {
    expect(stops(["CallManager@pub"], early)).toEqual(["block ctl-reset-first"]);
    expect(judge(["CallManager@pub"], early).blocking[0]?.message).not.toContain("is not known");
    expect(stops(["CallManager@pub"], { ...early, ctl })).toEqual([]);
    const { ITLRecovery: _unread, ...without } = nodeOf(seen, "pub").certificates;
    const blind = { facts: mixed({ release: "12.5.1.10000-22", certificates: without }), ctl };
    expect(stops(["CallManager@pub"], blind)).toEqual(["block ctl-reset-first"]);
    expect(
      stops(["CallManager@pub"], { facts: withNode(early.facts, "pub", { clusterSecurityMode: 0 }) }),
    ).toEqual([]);
  });

  test("has to be mended first where FN70613 asks for it; what is written later is judged when that is done", () => {
    const words = ["CallManager@pub", "update-ctl", "restart-tftp"];
    expect(stops(words, early)).toEqual(["block ctl-reset-first"]);
    expect(stops(["update-ctl", "restart-tftp"], early)).toEqual(["block ctl-not-followed"]);
    const mended = { facts: mixed({ release: "12.5.1.16900-48" }) };
    expect(stops(words, mended)).toEqual(["block ctl-not-followed"]);
    expect(stops(words, { ...mended, ctl })).toEqual([]);
  });

  test("the publisher's certificates are those of the look", () => {
    const { ITLRecovery } = nodeOf(seen, "pub").certificates;
    expect(ITLRecovery?.serial).toBe(certificateOf(lab.publisher.certificates.get("ITLRecovery")).serial);
  });
});

test("without a publisher in the look nothing is known of its release, and nothing is thrown", () => {
  const facts = { ...healthy, nodes: healthy.nodes.filter(({ role }) => role !== "publisher") };
  const judged = judge(["tomcat@cm3", "update-ctl"], { facts });
  expect(codes(judged.blocking).filter((code) => !code.includes("publisher"))).toEqual([]);
  expect(codes(judge(["CallManager@tftp2"], { facts }).findings)).toContain("block ctl-reset-first");
});
