// The recovery records of the TFTP nodes' lists and the publisher's ITLRecovery: whose they are, and what is told of them.
import { describe, expect, test } from "vitest";
import type { CertificateFacts } from "../../src/facts/list-facts.ts";
import type { ClusterFacts } from "../../src/facts/node-facts.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import { judgeRecoveryRecords } from "../../src/verdict/judge-recovery-record.ts";
import { factsOf, makeLab, nodeOf, nowMs, signerOf, withNode } from "../support/lab-facts.ts";
import { withoutRecovery } from "../support/preflight-of.ts";

const lab = makeLab("11.5", { keyBits: 2048 });
const healthy = factsOf(lab);
const { certificates } = nodeOf(healthy, "pub");
const serial = signerOf(lab, "pub", "ITLRecovery").serial;
const judge = (facts: ClusterFacts) => judgeRecoveryRecords(facts, { certificateDays: 180, nowMs });
const told = (facts: ClusterFacts) => judge(facts).map(({ code, node }) => `${code} ${node}`);
const turned = (facts: ClusterFacts) => ({ ...facts, nodes: facts.nodes.toReversed() });
const own = (recovery: Partial<CertificateFacts>, callManager: Partial<CertificateFacts> | null = {}) => {
  const { ITLRecovery, CallManager } = certificates;
  if (ITLRecovery === undefined || CallManager === undefined) throw new Error("no certificates");
  const beside = callManager === null ? {} : { CallManager: { ...CallManager, ...callManager } };
  return withNode(healthy, "pub", {
    certificates: { ITLRecovery: { ...ITLRecovery, ...recovery }, ...beside },
  });
};

test("nothing is told of a healthy cluster, of one without publisher, and of no nodes at all", () => {
  expect(judge(healthy)).toEqual([]);
  expect(judge({ ...healthy, nodes: healthy.nodes.filter(({ node }) => node !== "pub") })).toEqual([]);
  expect(judge({ ...healthy, nodes: [] })).toEqual([]);
  expect(judge(withNode(healthy, "pub", { certificates: {} }))).toEqual([]);
});

test("the publisher is known by its role, not by its place", () => {
  const facts = own({ keyBits: 1024 });
  expect(told(facts)).toEqual(["recovery-key-weak pub"]);
  expect(told(turned(facts))).toEqual(["recovery-key-weak pub"]);
});

describe("the list of a node that is no TFTP node", () => {
  const stranger = makeLab("11.5", { name: "west" });
  stranger.replaceCertificate(stranger.publisher, "ITLRecovery");
  stranger.rebuildList(stranger.publisher);
  const itl = parseShownList(stranger.showItl(stranger.publisher));

  test("counts for nothing, neither another recovery record nor none", () => {
    const other = withNode(healthy, "cm3", { itl });
    expect(judge(other)).toEqual([]);
    expect(judge(withoutRecovery(other, "cm3"))).toEqual([]);
  });

  test("where the same list on a TFTP node is another cluster's", () => {
    const other = withNode(healthy, "tftp2", { itl });
    expect(told(other)).toEqual(["recovery-serial-differs null", "recovery-certificate-replaced pub"]);
    const theirs = signerOf(stranger, "pub", "ITLRecovery").serial;
    const [differs, replaced] = judge(other);
    expect(differs?.message).toMatch(new RegExp(`: pub ${serial}, tftp2 ${theirs}$`));
    expect(replaced?.message).toContain(
      `(serial ${serial}) is not the one in the served lists (tftp2 ${theirs})`,
    );
  });
});

test.each([
  [179, "expires"],
  [0, "expires"],
  [-0.001, "expired"],
  [-900, "expired"],
])("an ITLRecovery certificate with %d days left %s", (days, word) => {
  const notAfter = new Date(nowMs + days * 86_400_000).toISOString();
  const [finding] = judge(own({ notAfter }));
  expect(finding?.message).toBe(`pub: its ITLRecovery certificate (serial ${serial}) ${word} on ${notAfter}`);
});

describe("the size of the recovery key", () => {
  const weak = (facts: ClusterFacts) => judge(facts).map(({ message }) => /has (.*?);/.exec(message)?.[1]);

  test.each([
    [1024, 2048, "1024 bits, its CallManager key 2048"],
    [1024, 1024, "1024 bits"],
    [1024, 512, "1024 bits"],
    [2048, 4096, "2048 bits, its CallManager key 4096"],
  ])("%i beside %i is told in words", (keyBits, otherBits, text) => {
    expect(weak(own({ keyBits }, { keyBits: otherBits }))).toEqual([text]);
  });

  test("is judged without a CallManager certificate, and beside one with another kind of key", () => {
    expect(weak(own({ keyBits: 1024 }, null))).toEqual(["1024 bits"]);
    expect(weak(own({ keyBits: 2048 }, { keyKind: "ec", keyBits: 4096 }))).toEqual([]);
  });

  test("of another kind, or not known, is not judged", () => {
    expect(judge(own({ keyKind: "ec", keyBits: 256 }))).toEqual([]);
    expect(judge(own({ keyBits: null }))).toEqual([]);
  });
});
