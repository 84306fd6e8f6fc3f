// The flat steps of a change of certificates: what each unit of work holds, on which nodes, and where phones are waited for.
import { describe, expect, test } from "vitest";
import type { NodeCertificates } from "../../src/facts/node-certificates.ts";
import type { Step } from "../../src/playbook/step.ts";
import { expandSteps } from "../../src/run/expand-steps.ts";
import type { WorkBasis } from "../../src/run/work-basis.ts";

const all = [
  ...["Cisco Tomcat", "Cisco DRF Master", "Cisco DRF Local", "Cisco Certificate Authority Proxy Function"],
  ...["Cisco CallManager", "Cisco CTIManager", "Cisco HAProxy", "Cisco Trust Verification Service"],
];

/** A publisher that serves files, a TFTP node, and a node without TFTP, where neither CTIManager nor HAProxy is activated. */
const usual: WorkBasis = {
  ...{ release: "11.5.1", publisher: "pub", isMixedMode: false },
  ...{ tftpNodes: ["pub", "tftp2"], seenNodes: ["pub", "tftp2", "sub3"], baseline: [], certificates: [] },
  activatedServices: {
    pub: all,
    tftp2: all,
    sub3: all.filter((name) => !/CTI|HAProxy/.test(name)),
  },
};

const listed = (units: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(units).map(([node, names]) => ({
    ...{ node, address: "10.0.0.1", role: "subscriber", isReachable: true, trouble: [] },
    certificates: names.map((unit) => ({ unit, certificate: {} })),
  })) as unknown as NodeCertificates[];

const certificates = listed({
  tftp2: ["CallManager", "TVS", "tomcat"],
  pub: ["CallManager", "TVS", "tomcat", "ipsec", "CAPF", "ITLRecovery"],
  sub3: ["CallManager", "TVS", "tomcat", "ipsec"],
});

const regenerate = (units: readonly string[], more: Partial<Step> = {}): Step =>
  ({ verb: "regenerate", id: "r", units, ...more }) as Step;

function expand(steps: readonly Step[], basis: Partial<WorkBasis> = {}, seen = certificates) {
  return expandSteps(steps, { basis: { ...usual, ...basis }, certificates: seen });
}

/** `verb what: nodes`, one a step. */
const told = (steps: readonly Step[]) =>
  steps.map((step) => {
    const what = step.verb === "regenerate" ? step.units.join(",") : "service" in step ? step.service : "";
    const nodes = "nodes" in step ? `: ${step.nodes?.join(" ")}` : "";
    return `${step.verb} ${what.replace("Cisco ", "")}${nodes}`.replace(" :", ":").trim();
  });

describe("one unit of work", () => {
  test("CallManager of one node: hold, regeneration, restarts where activated, lists everywhere, proof", () => {
    const steps = expand([regenerate(["CallManager"], { nodes: ["sub3"] })]);
    expect(told(steps)).toEqual([
      "gate",
      "hold: sub3",
      "regenerate CallManager: sub3",
      "restart-service CallManager: sub3",
      "restart-service Trust Verification Service: pub tftp2 sub3",
      "restart-service Tftp: pub tftp2",
      "verify",
    ]);
    expect(steps.map(({ id }) => id)).toEqual([
      ...["r-callmanager-sub3-phones-ready", "r-callmanager-sub3-hold", "r-callmanager-sub3"],
      ...["r-callmanager-sub3-callmanager", "r-callmanager-sub3-trust-verification-service"],
      ...["r-callmanager-sub3-tftp", "r-callmanager-sub3-proof"],
    ]);
    expect(steps.map(({ work }) => work)).toEqual([undefined, ...Array(6).fill("r-callmanager-sub3")]);
    expect(steps.at(-1)).toMatchObject({ signer: "present" });
  });

  test("tomcat restarts where it stands, and asks nothing of phones", () => {
    expect(told(expand([regenerate(["tomcat"], { nodes: ["tftp2"] })]))).toEqual([
      ...["hold: tftp2", "regenerate tomcat: tftp2", "restart-service Tomcat: tftp2", "verify"],
    ]);
  });

  test("ipsec restarts DRF where it belongs", () => {
    expect(told(expand([regenerate(["ipsec"], { nodes: ["sub3"] })]))).toEqual([
      ...["hold: sub3", "regenerate ipsec: sub3", "restart-service DRF Master: pub"],
      ...["restart-service DRF Local: pub tftp2 sub3", "restart-service Tomcat: sub3", "verify"],
    ]);
  });

  test("a service that is activated nowhere is restarted nowhere; a node of which nothing is known neither", () => {
    const activatedServices = { pub: ["Cisco Tomcat"] };
    expect(told(expand([regenerate(["ipsec"], { nodes: ["sub3"] })], { activatedServices }))).toEqual([
      ...["hold: sub3", "regenerate ipsec: sub3", "verify"],
    ]);
  });

  test("ITLRecovery has its own playbook: hold and regeneration alone", () => {
    expect(told(expand([regenerate(["ITLRecovery"])]))).toEqual([
      ...["gate", "hold: pub", "regenerate ITLRecovery: pub"],
    ]);
  });

  test.each([
    ["CallManager", true],
    ["CallManager-ECDSA", true],
    ["CAPF", true],
    ["TVS", false],
    ["tomcat", false],
  ])("in mixed mode the CTL follows %s: %j", (unit, isWritten) => {
    const step = regenerate([unit], { nodes: ["pub"] });
    const steps = expand([step], { isMixedMode: true });
    expect(told(steps).includes("update-ctl")).toBe(isWritten);
    const at = steps.findIndex(({ verb }) => verb === "regenerate");
    if (isWritten) expect(steps[at + 1]).toMatchObject({ verb: "update-ctl", work: steps[at]?.work });
    expect(told(expand([step])).includes("update-ctl")).toBe(false);
  });

  test("the word for certificates of an authority goes along only where it was given", () => {
    const of = (more: Partial<Step>) =>
      expand([regenerate(["tomcat"], more)]).find(({ verb }) => verb === "regenerate");
    expect(of({ replaceCaSigned: true })).toHaveProperty("replaceCaSigned", true);
    expect(of({ replaceCaSigned: false })).not.toHaveProperty("replaceCaSigned");
  });
});

describe("nodes", () => {
  const nodesOf = (steps: readonly Step[]) =>
    steps.flatMap((step) => (step.verb === "regenerate" ? (step.nodes ?? []) : []));

  test("without names: every node that has the unit, the publisher first", () => {
    expect(nodesOf(expand([regenerate(["TVS"])]))).toEqual(["pub", "tftp2", "sub3"]);
  });

  test("named ones: once each, the publisher first", () => {
    const nodes = ["sub3", "tftp2", "pub", "sub3"];
    expect(nodesOf(expand([regenerate(["tomcat"], { nodes })]))).toEqual(["pub", "sub3", "tftp2"]);
  });

  test("no name is the same as none named", () => {
    expect(nodesOf(expand([regenerate(["tomcat"], { nodes: [] })]))).toHaveLength(3);
  });

  test("a unit that no node has is refused, with the step", () => {
    expect(() => expand([regenerate(["tomcat-ECDSA"])])).toThrow(
      expect.objectContaining({
        code: "usage",
        place: { step: "r" },
        hint: expect.stringMatching("cert list"),
      }),
    );
  });

  test("a unit of which no record says what it needs is refused, with the step", () => {
    expect(() => expand([regenerate(["authz"], { nodes: ["pub"] })])).toThrow(
      expect.objectContaining({ code: "playbook-invalid", place: { step: "r" } }),
    );
  });
});

describe("gates", () => {
  const order = (steps: readonly Step[], basis: Partial<WorkBasis> = {}) =>
    told(expand(steps, basis)).filter((line) => /^(gate|regenerate|reset|hold$)/.test(line));

  test("one stands before the first anchor, and one between two kinds of anchor", () => {
    expect(order([regenerate(["TVS", "CallManager"], { nodes: ["pub", "tftp2"] })])).toEqual([
      ...["gate", "regenerate CallManager: pub", "regenerate CallManager: tftp2"],
      ...["gate", "regenerate TVS: pub", "regenerate TVS: tftp2"],
    ]);
  });

  test("none stands between an anchor and what is none", () => {
    expect(order([regenerate(["tomcat", "CallManager", "CAPF"], { nodes: ["pub"] })])).toEqual(
      expect.arrayContaining(["gate", "regenerate CallManager: pub"]),
    );
    expect(
      order([regenerate(["tomcat", "CallManager", "CAPF"], { nodes: ["pub"] })]).filter(
        (line) => line === "gate",
      ),
    ).toHaveLength(1);
  });

  test("the same certificate of the same node needs one more; another node's does not", () => {
    const once = regenerate(["CallManager"], { nodes: ["pub"] });
    const again = { ...once, id: "r2" };
    const other = { ...regenerate(["CallManager"], { nodes: ["tftp2"] }), id: "r3" };
    expect(order([once, other, again])).toEqual([
      ...["gate", "regenerate CallManager: pub", "regenerate CallManager: tftp2"],
      ...["gate", "regenerate CallManager: pub"],
    ]);
  });

  test("one of the playbook counts, and the count begins anew behind it", () => {
    const once = regenerate(["CallManager"], { nodes: ["pub"] });
    const gate: Step = { verb: "gate", id: "g" };
    const again = { ...once, id: "r2" };
    expect(order([gate, once, { ...gate, id: "g2" }, again])).toEqual([
      ...["gate", "regenerate CallManager: pub", "gate", "regenerate CallManager: pub"],
    ]);
  });

  test("an added one stands before the unit's hold, not inside the unit", () => {
    const steps = expand([regenerate(["tomcat"], { nodes: ["pub"] }), { ...regenerate(["TVS"]), id: "t" }]);
    const at = steps.findIndex(({ verb }) => verb === "gate");
    expect(steps[at]?.id).toBe("t-tvs-pub-phones-ready");
    expect(steps[at]?.work).toBeUndefined();
    expect(steps[at - 1]).toMatchObject({ verb: "verify", work: "r-tomcat-pub" });
    expect(steps[at + 1]).toMatchObject({ verb: "hold", work: "t-tvs-pub" });
  });

  test("one between kinds names what it stands before", () => {
    const steps = expand([regenerate(["CallManager", "TVS"], { nodes: ["pub"] })]);
    expect(steps.filter(({ verb }) => verb === "gate").map(({ id }) => id)).toEqual([
      ...["r-callmanager-pub-phones-ready", "r-phones-before-tvs"],
    ]);
  });

  test("of the playbook are left out where no anchor changes, and kept where nothing, an anchor or a reset is", () => {
    const gate: Step = { verb: "gate", id: "g" };
    expect(order([gate, regenerate(["tomcat"], { nodes: ["pub"] })])).toEqual(["regenerate tomcat: pub"]);
    expect(order([gate])).toEqual(["gate"]);
    const reset = { verb: "reset", id: "x" } as Step;
    expect(order([gate, regenerate(["tomcat"], { nodes: ["pub"] }), reset])).toEqual([
      ...["gate", "regenerate tomcat: pub", "reset"],
    ]);
    expect(order([gate, regenerate(["TVS"], { nodes: ["pub"] })])).toEqual(["gate", "regenerate TVS: pub"]);
  });

  test("a step for another release neither stays nor counts", () => {
    const later = { ...regenerate(["TVS"], { nodes: ["pub"] }), fromRelease: "12.0" } as Step;
    const gate: Step = { verb: "gate", id: "g" };
    expect(order([gate, later, { ...regenerate(["tomcat"], { nodes: ["pub"] }), id: "r2" }])).toEqual([
      ...["regenerate tomcat: pub"],
    ]);
  });
});

describe("names", () => {
  const ids = (steps: readonly Step[]) => steps.map(({ id }) => id);

  test("signs that no id has become hyphens, and two alike nodes are told apart by their place", () => {
    const seenNodes = ["pub", "sub_a.lab", "sub-a.lab"];
    const step = regenerate(["tomcat"], { nodes: ["sub-a.lab", "sub_a.lab", "pub"] });
    expect(expand([step], { seenNodes }).filter(({ verb }) => verb === "regenerate")).toMatchObject([
      ...[{ id: "r-tomcat-pub" }, { id: "r-tomcat-sub-a-lab-3" }, { id: "r-tomcat-sub-a-lab-2" }],
    ]);
  });

  test("a step of the file keeps its name, the unit of work gives way", () => {
    const taken: Step = { verb: "confirm", id: "r-tomcat-pub-proof", text: "x" };
    const steps = expand([regenerate(["tomcat"], { nodes: ["pub"] }), taken], { activatedServices: {} });
    expect(ids(steps)).toEqual([
      ...["r-tomcat-pub-2-hold", "r-tomcat-pub-2", "r-tomcat-pub-2-proof", "r-tomcat-pub-proof"],
    ]);
  });

  test("a unit of work whose ids are taken gets a number, all its steps alike", () => {
    const seenNodes = ["pub", "pub-hold"];
    const activatedServices = {};
    const basis = { seenNodes, activatedServices };
    const step = regenerate(["tomcat"], { nodes: ["pub", "pub-hold"] });
    const taken: Step = { verb: "confirm", id: "r-tomcat-pub-hold-proof", text: "x" };
    const steps = expand([step, taken], basis);
    expect(ids(steps)).toEqual([
      ...["r-tomcat-pub-hold", "r-tomcat-pub", "r-tomcat-pub-proof"],
      ...["r-tomcat-pub-hold-2-hold", "r-tomcat-pub-hold-2", "r-tomcat-pub-hold-2-proof"],
      "r-tomcat-pub-hold-proof",
    ]);
    expect(steps[4]?.work).toBe("r-tomcat-pub-hold-2");
    expect(new Set(ids(steps)).size).toBe(steps.length);
  });
});
