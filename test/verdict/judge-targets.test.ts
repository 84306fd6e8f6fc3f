// What forbids a single certificate of a plan: a node that gave nothing, a unit it does not have, a certificate of a CA.
import { describe, expect, test } from "vitest";
import type { NodeCertificates } from "../../src/facts/node-certificates.ts";
import type { NodeFacts, NodeTrouble } from "../../src/facts/node-facts.ts";
import type { PlannedRegeneration } from "../../src/verdict/anchor-order.ts";
import { judgeTargets, type TargetsInput, unansweredTargets } from "../../src/verdict/judge-targets.ts";
import type { Finding } from "../../src/verdict/verdict.ts";
import { smallCertificate, smallCluster, smallNode } from "./small-facts.ts";

/** `TVS@pub` and so on. */
const changesOf = (...words: readonly string[]) =>
  words.map((word, at): PlannedRegeneration => {
    const [unit = "", node = ""] = word.split("@");
    return { kind: "regenerate", step: `s${at + 1}`, unit, node };
  });
const units = ["tomcat", "CAPF", "CallManager", "TVS", "ITLRecovery"];
const looked = (node: string, parts: Partial<NodeCertificates> = {}): NodeCertificates => {
  const { address, role, isReachable, trouble } = smallNode(node);
  const certificates = units.map((unit) => ({ unit, certificate: smallCertificate(unit, "0A") }));
  return { ...{ node, address, role, isReachable, trouble, certificates }, ...parts };
};
const gone = { isReachable: false, certificates: [] };
const trouble = (code: NodeTrouble["code"], command: string | null = null): NodeTrouble[] => [
  { code, command, message: `${code} ${command}` },
];

function judge(words: readonly string[], parts: Partial<TargetsInput> = {}): Finding[] {
  return judgeTargets({
    facts: smallCluster(smallNode("sub"), smallNode("pub")),
    certificates: [looked("sub"), looked("pub")],
    changes: changesOf(...words),
    release: "15.0.1.12900-234",
    replaceCaSigned: false,
    seen: [],
    ...parts,
  });
}
const codes = (findings: readonly Finding[]) => findings.map(({ code, node }) => `${code} ${node}`);

test("nothing forbids what a node has and has signed itself", () => {
  expect(judge(["tomcat@sub", "CallManager@pub", "TVS@sub", "CAPF@pub", "ITLRecovery@pub"])).toEqual([]);
  expect(judge([])).toEqual([]);
});

test("a unit that is not known is refused, once for each node it is planned for", () => {
  const found = judge(["authz@pub", "TVS@pub", "authz@pub", "authz@sub", "other@pub"]);
  expect(codes(found)).toEqual([
    "unit-not-supported pub",
    "unit-not-supported sub",
    "unit-not-supported pub",
  ]);
  expect(found.map(({ message }) => /a new (\w+) /.exec(message)?.[1])).toEqual(["authz", "authz", "other"]);
  expect(found[0]?.severity).toBe("block");
});

describe("what the publisher alone has", () => {
  test.each([
    ["ITLRecovery", "12.5.1.16900-48", true],
    ["ITLRecovery", "12.0.1.10000-10", false],
    ["CAPF", "14.0.1.10000-20", true],
    ["CAPF", "12.5.1.16900-48", false],
    ["TVS", "15.0.1.12900-234", false],
    ["ITLRecovery", null, false],
  ])("%s on %s of a subscriber is refused: %s", (unit, release, isRefused) => {
    expect(codes(judge([`${unit}@sub`], { release }))).toEqual(isRefused ? ["publisher-only-unit sub"] : []);
    expect(judge([`${unit}@pub`], { release })).toEqual([]);
  });

  test("the advice names the publisher where there is one", () => {
    const advice = (facts: TargetsInput["facts"]) => judge(["CAPF@sub"], { facts })[0]?.advice;
    expect(advice(smallCluster(smallNode("sub"), smallNode("pub")))).toContain(
      "Name the publisher (pub) for",
    );
    expect(advice(smallCluster(smallNode("sub")))).toContain("Name the publisher for CAPF");
  });
});

describe("a unit that the node does not list", () => {
  const bare = (parts: Partial<NodeCertificates> = {}) => ({
    certificates: [
      looked("sub", { certificates: [{ unit: "CAPF", certificate: smallCertificate("CAPF", "1") }] }),
      looked("pub"),
    ].map((each) => (each.node === "sub" ? { ...each, ...parts } : each)),
  });

  test("is refused, on that node only", () => {
    const found = judge(["TVS@pub", "TVS@sub"], bare());
    expect(found).toMatchObject([{ code: "unit-not-on-node", severity: "block", node: "sub" }]);
    expect(found[0]?.message).toBe("sub: it lists no TVS certificate");
  });

  test("may also have been one that could not be read", () => {
    const found = judge(
      ["TVS@sub"],
      bare({ trouble: trouble("answer-not-understood", "show cert own TVS") }),
    );
    expect(codes(found)).toEqual(["answer-not-understood sub", "unit-not-on-node sub"]);
    expect(found[1]?.message).toBe("sub: it lists no TVS certificate, or it could not be read");
  });
});

describe("a certificate that a CA has signed", () => {
  const certificate = { ...smallCertificate("tomcat", "0A"), isSelfSigned: false, issuer: "CN=The CA" };
  const certificates = [looked("pub", { certificates: [{ unit: "tomcat", certificate }] })];
  const judged = (isWanted: boolean, ofStep?: boolean) =>
    judge([], {
      certificates,
      replaceCaSigned: isWanted,
      changes: changesOf("tomcat@pub").map((change) =>
        ofStep === undefined ? change : { ...change, replaceCaSigned: ofStep },
      ),
    });

  test.each([
    [false, undefined, "block"],
    [true, undefined, "warn"],
    [false, true, "warn"],
    [true, false, "block"],
    [false, false, "block"],
    [true, true, "warn"],
  ] as const)("is overwritten only where that was said: plan %s, step %s: %s", (plan, step, severity) => {
    const found = judged(plan, step);
    expect(found).toMatchObject([{ code: "ca-signed-certificate", severity, node: "pub" }]);
    expect(found[0]?.message).toContain("issued by CN=The CA");
    expect(found[0]?.advice).toMatch(severity === "block" ? /--replace-ca-signed/ : /^Be ready/);
  });
});

describe("trouble of a node", () => {
  const down = [looked("sub", { ...gone, trouble: trouble("node-unreachable") }), looked("pub")];

  test("is told where it is to be written to, and of no other node", () => {
    expect(codes(judge(["TVS@sub", "CallManager@sub"], { certificates: down }))).toEqual([
      "node-unreachable sub",
    ]);
    expect(judge(["TVS@pub"], { certificates: down })).toEqual([]);
  });

  test("is not told again where another look has told it, in whatever words", () => {
    const seen = (code: Finding["code"], node: string): Finding[] => [
      { code, severity: "block", node, message: "as told before", advice: "" },
    ];
    const found = (told: readonly Finding[]) => codes(judge(["TVS@sub"], { certificates: down, seen: told }));
    expect(found(seen("node-unreachable", "sub"))).toEqual([]);
    expect(found([...seen("mixed-mode", "pub"), ...seen("node-unreachable", "sub")])).toEqual([]);
    expect(found(seen("node-unreachable", "pub"))).toEqual(["node-unreachable sub"]);
    expect(found(seen("itl-missing", "sub"))).toEqual(["node-unreachable sub"]);
  });

  test("that is an answer which was not understood is another one for each command", () => {
    const odd = [looked("sub", { trouble: trouble("answer-not-understood", "show cert list own") })];
    const told = (message: string): Finding[] => [
      { code: "answer-not-understood", severity: "block", node: "sub", message, advice: "" },
    ];
    const given = (seen: readonly Finding[]) => codes(judge(["TVS@sub"], { certificates: odd, seen }));
    const same = "sub: `show cert list own`: answer-not-understood show cert list own";
    expect(given(told("sub: `show itl`: it said no"))).toEqual(["answer-not-understood sub"]);
    expect(given(told(same))).toEqual([]);
  });
});

describe("a node whose certificates were not read", () => {
  const only = { certificates: [looked("pub")] };
  const seen = (code: Finding["code"], node = "sub"): Finding[] => [
    { code, severity: "block", node, message: "", advice: "" },
  ];

  test.each(["node-unreachable", "login-refused", "host-key-refused"] as const)(
    "is told by the look that got no answer, as %s",
    (code) => {
      expect(judge(["TVS@sub"], { ...only, seen: seen(code) })).toEqual([]);
      expect(judge(["TVS@sub"], { ...only, seen: [...seen("mixed-mode"), ...seen(code)] })).toEqual([]);
    },
  );

  test.each([
    ["nothing was told", []],
    ["something else was told of it", seen("itl-missing")],
    ["another node gave no answer", seen("node-unreachable", "pub")],
  ])("is refused where %s", (_, told) => {
    const found = judge(["TVS@sub"], { ...only, seen: told });
    expect(found).toMatchObject([{ code: "unit-not-on-node", severity: "block", node: "sub" }]);
    expect(found[0]?.message).toBe("sub: its certificates were not read");
  });

  test("is refused where no look knows it, whatever was told", () => {
    const found = judge(["TVS@cm9"], { seen: seen("node-unreachable", "cm9") });
    expect(found).toMatchObject([{ code: "unit-not-on-node", severity: "block", node: "cm9" }]);
    expect(found[0]?.message).toBe("cm9: the inventory has no such node");
    const listed = [looked("cm9", gone)];
    expect(codes(judge(["TVS@cm9"], { certificates: listed }))).toEqual([
      "node-unreachable cm9",
      "unit-not-on-node cm9",
    ]);
  });
});

describe("nodes to be written to that gave one look no answer", () => {
  const unanswered = (
    words: readonly string[],
    parts: {
      readonly facts?: readonly NodeFacts[];
      readonly certificates?: readonly NodeCertificates[];
    } = {},
  ) =>
    unansweredTargets({
      facts: smallCluster(...(parts.facts ?? [smallNode("sub"), smallNode("pub")])),
      certificates: parts.certificates ?? [looked("sub"), looked("pub")],
      changes: changesOf(...words),
    });

  test("are named once, in the plan's order, whichever look it was", () => {
    const words = ["TVS@sub", "TVS@pub", "CAPF@sub"];
    expect(unanswered(words)).toEqual([]);
    const facts = [smallNode("pub"), smallNode("sub", { isReachable: false })];
    expect(unanswered(words, { facts })).toEqual(["sub"]);
    expect(unanswered(words, { certificates: [looked("sub"), looked("pub", gone)] })).toEqual(["pub"]);
    expect(unanswered(words, { certificates: [] })).toEqual(["sub", "pub"]);
    expect(unanswered(["TVS@cm9", "TVS@pub"])).toEqual(["cm9"]);
  });

  test("and those that nothing is planned for are not", () => {
    const facts = [smallNode("pub"), smallNode("sub", { isReachable: false })];
    expect(unanswered(["TVS@pub"], { facts })).toEqual([]);
    expect(unanswered([], { certificates: [] })).toEqual([]);
  });
});
