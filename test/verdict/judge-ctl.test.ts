// Whether a plan that writes the CTL of mixed mode is stopped: phones that would not take it, and what nobody knows.
import { describe, expect, test } from "vitest";
import type { NodeFacts } from "../../src/facts/node-facts.ts";
import { type CtlInput, judgeCtl } from "../../src/verdict/judge-ctl.ts";
import {
  hashOf,
  planOf as plan,
  shownList,
  smallCertificate,
  smallCluster,
  smallNode,
  smallRecord,
} from "./small-facts.ts";

const own = {
  CallManager: smallCertificate("CallManager", "0A"),
  ITLRecovery: smallCertificate("ITLRecovery", "0B"),
};
const ctl = shownList(
  ["0A", "0B"].map((serial) => smallRecord("token", serial, { certificateSha1: hashOf(serial) })),
);
const mixed = { release: "15.0.1.12900-234", clusterSecurityMode: 1, certificates: own };
const factsOf = (parts: Partial<NodeFacts> = {}) =>
  smallCluster(smallNode("sub"), smallNode("pub", { ...mixed, ...parts }));
const judge = (words: readonly string[], parts: Partial<CtlInput> = {}) =>
  judgeCtl({ facts: factsOf(), steps: plan(...words), ctl, ...parts });
const lost = ["ITLRecovery@pub", "update-ctl", "restart-tftp"];

test("phones follow, or the first CTL that they would not take stops the plan, once", () => {
  expect(judge(["update-ctl", "restart-tftp"])).toEqual([]);
  expect(judge(["reset-ctl", "restart-tftp"])).toEqual([]);
  const found = judge(["reset-ctl", "reset", ...lost, "CallManager@pub", "reset-ctl", "restart-tftp"]);
  expect(found).toMatchObject([{ code: "ctl-not-followed", severity: "block", node: null }]);
  expect(found[0]?.message).toMatch(/^the CTL of step s4 will be signed by pub's ITLRecovery certificate/);
});

test("a plan that only resets the CTL is looked at too", () => {
  expect(judge(["CallManager@pub", "reset-ctl", "restart-tftp"])[0]?.message).toMatch(
    /^the CTL of step s2 will be signed by pub's CallManager certificate/,
  );
});

test.each([
  ["writes no CTL", judge(["ITLRecovery@pub", "restart-tftp", "reset"])],
  ["writes no CTL, which could not be read", judge(["restart-tftp"], { ctl: null })],
  ["is of a cluster outside mixed mode", judge(lost, { facts: factsOf({ clusterSecurityMode: 0 }) })],
  ["is of one whose mode nobody read", judge(lost, { facts: factsOf({ clusterSecurityMode: null }) })],
  ["is of one whose publisher is not in the look", judge(lost, { facts: smallCluster(smallNode("sub")) })],
  ["has no steps", judge([], { ctl: null })],
])("nothing is said of a plan that %s", (_, found) => {
  expect(found).toEqual([]);
});

describe("what phones hold is not known", () => {
  const harmless = ["update-ctl", "restart-tftp"];

  test.each<[string, Partial<CtlInput>]>([
    ["it could not be read", { ctl: null }],
    ["it has none", { ctl: { kind: "missing", text: "CTL File not found" } }],
    ["it could not be read", { facts: factsOf({ release: null }) }],
  ])("`show ctl` on pub: %s", (why, parts) => {
    const found = judge(harmless, parts);
    expect(found).toMatchObject([{ code: "ctl-not-followed", severity: "block", node: null }]);
    expect(found[0]?.message).toBe(
      `the CTL will be written, and what phones hold is not known: \`show ctl\` on pub: ${why}`,
    );
  });

  test("for a certificate that was not read: it is taken to be in no CTL", () => {
    expect(
      judge(harmless, { facts: factsOf({ certificates: { CallManager: own.CallManager } }) }),
    ).toHaveLength(1);
    expect(judge(harmless, { facts: factsOf({ certificates: { ITLRecovery: own.ITLRecovery } }) })).toEqual(
      [],
    );
    const reset = ["reset-ctl", "restart-tftp"];
    expect(judge(reset, { facts: factsOf({ certificates: { ITLRecovery: own.ITLRecovery } }) })).toHaveLength(
      1,
    );
    expect(judge(reset, { facts: factsOf({ certificates: { CallManager: own.CallManager } }) })).toEqual([]);
  });
});
