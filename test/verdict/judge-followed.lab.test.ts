// The gate between two anchors, against the lab: what is served after a regeneration, and whether phones follow.
import { describe, expect, test } from "vitest";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import {
  type ExpectedCertificate,
  type FollowedInput,
  judgeFollowed,
} from "../../src/verdict/judge-followed.ts";
import type { NodeProof } from "../../src/verdict/proof.ts";
import {
  certificateOf,
  factsOf,
  from12,
  listOf,
  makeLab,
  nodeOf,
  releases,
  setTvs,
  upTo11,
  withNode,
} from "../support/lab-facts.ts";

const tftpNodes = ["pub", "tftp2"];
const rebuild = (lab: StagedCluster, names: readonly string[] = tftpNodes) => {
  for (const name of names) lab.rebuildList(lab.node(name));
};

type Unit = "CallManager" | "TVS" | "ITLRecovery" | "CAPF" | "tomcat" | "CallManager-ECDSA";

/** Regenerates, makes the lists of the named nodes anew, and gives what the gate is to judge. */
function regenerated(
  lab: StagedCluster,
  unit: Unit,
  node = "pub",
  rebuilt: readonly string[] = tftpNodes,
): FollowedInput {
  const before = Object.fromEntries(tftpNodes.map((name) => [name, listOf(lab, name)]));
  const { serial, sha1 } = certificateOf(lab.replaceCertificate(lab.node(node), unit));
  rebuild(lab, rebuilt);
  const expected: ExpectedCertificate[] = [{ node, unit, serial, sha1 }];
  return { facts: factsOf(lab), tftpNodes, before, expected };
}

const proven = (input: FollowedInput) => judgeFollowed(input).map(({ isProven }) => isProven);
const detail = (proof: NodeProof | undefined, name: string) =>
  proof?.checks.filter((check) => check.name === name).map((check) => `${check.isMet} ${check.detail}`);

describe.each(releases)("release %s", (release) => {
  test.each(["CallManager", "TVS", "ITLRecovery", "CAPF", "tomcat"] as const)(
    "a new %s is followed once every list is made anew, by what `show itl` says as well",
    (unit) => {
      const input = regenerated(makeLab(release), unit);
      expect(judgeFollowed(input).filter(({ isProven }) => !isProven)).toEqual([]);
      const nodes = input.facts.nodes.map((node) => ({
        ...node,
        served: { kind: "unreachable" as const, reason: "closed" },
      }));
      expect(proven({ ...input, facts: { ...input.facts, nodes } })).toEqual([true, true]);
    },
  );

  test.each(["TVS", "ITLRecovery", "CAPF"] as const)(
    "a node that still serves the list from before a new %s has not followed",
    (unit) => {
      const proofs = judgeFollowed(regenerated(makeLab(release), unit, "pub", ["pub"]));
      expect(proofs.map(({ isProven }) => isProven)).toEqual([true, false]);
      expect(detail(proofs[1], "carries")?.[0]).toMatch(
        /^false the list does not carry the new .* \(serial .*: it has /,
      );
    },
  );

  test("a CallManager certificate stands in its own node's list only", () => {
    const proofs = judgeFollowed(regenerated(makeLab(release), "CallManager", "tftp2", ["tftp2"]));
    expect(proofs.map((proof) => [proof.isProven, detail(proof, "carries")?.length])).toEqual([
      [true, 0],
      [true, 1],
    ]);
    expect(proven(regenerated(makeLab(release), "CallManager", "tftp2", []))).toEqual([true, false]);
    expect(proven(regenerated(makeLab(release), "CallManager", "cm3", []))).toEqual([true, true]);
  });

  test("of an anchor nothing is proven where nobody knows what phones held before", () => {
    const before = { pub: null };
    expect(proven({ ...regenerated(makeLab(release), "TVS"), before })).toEqual([false, false]);
    expect(proven({ ...regenerated(makeLab(release), "CAPF"), before })).toEqual([true, true]);
  });

  test("a record of the same serial and another certificate is not the new one", () => {
    const input = regenerated(makeLab(release), "TVS");
    const expected = input.expected.map((each) => ({ ...each, sha1: "00".repeat(20) }));
    expect(proven({ ...input, expected })).toEqual([false, false]);
    const joined = input.expected.map((each) => ({
      ...each,
      sha1: each.sha1.replaceAll(":", "").toLowerCase(),
      serial: each.serial.replaceAll(":", "").toLowerCase(),
    }));
    expect(proven({ ...input, expected: joined })).toEqual([true, true]);
  });

  test("a served file that is corrupt, or another one than shown, is not followed", () => {
    const lab = makeLab(release);
    const input = regenerated(lab, "TVS");
    lab.truthFaults.corruptServed.add("pub");
    expect(proven({ ...input, facts: factsOf(lab) })).toEqual([false, true]);
  });

  test("a node that cannot be read is not proven", () => {
    const input = regenerated(makeLab(release), "TVS");
    const facts = withNode(input.facts, "tftp2", { itl: null, served: null });
    expect(judgeFollowed({ ...input, facts })[1]).toMatchObject({ isProven: false, isReadable: false });
  });
});

test.each(upTo11)(
  "on %s a list that the old CallManager signed is not that of this cluster any more",
  (release) => {
    const [pub] = judgeFollowed(regenerated(makeLab(release), "CallManager", "pub", []));
    expect(pub?.isProven).toBe(false);
    expect(detail(pub, "signer")?.[0]).toMatch(/^false .*expected was serial/);
  },
);

test.each(upTo11)("on %s a new CallManager without a TVS that phones know strands them", (release) => {
  const lab = makeLab(release);
  for (const node of ["pub", "tftp2", "cm3"]) setTvs(lab, node, false);
  const proofs = judgeFollowed(regenerated(lab, "CallManager"));
  expect(proofs.map(({ isProven }) => isProven)).toEqual([false, true]);
  expect(detail(proofs[0], "phones-accept")?.[0]).toMatch(/^false phones would not take it/);
  const tvs = { runningTvs: [], storeSerials: "any-of-cluster" } as const;
  expect(proven({ ...regenerated(makeLab(release), "CallManager"), tvs })).toEqual([false, true]);
});

test.each(from12)(
  "on %s the list of a localkey reset is followed, the publisher's CallManager having signed",
  async (release) => {
    const lab = makeLab(release);
    const input = regenerated(lab, "ITLRecovery", "pub", ["pub"]);
    await lab.resetLocalkey();
    const proofs = judgeFollowed({ ...input, facts: factsOf(lab) });
    expect(proofs.map(({ isProven, detail: words }) => [isProven, words.includes("asking TVS")])).toEqual([
      [true, false],
      [true, true],
    ]);
  },
);

test.each(from12)("on %s a reset list without the new ITLRecovery is no step forward", async (release) => {
  const lab = makeLab(release);
  lab.switches.doesLocalkeyListCarryRecovery = false;
  const input = regenerated(lab, "ITLRecovery", "pub", []);
  await lab.resetLocalkey();
  const proofs = judgeFollowed({ ...input, facts: factsOf(lab) });
  expect(proofs.map((proof) => [proof.isProven, detail(proof, "carries")?.[0]?.slice(0, 5)])).toEqual([
    [false, "false"],
    [false, "false"],
  ]);
});

test("where no certificate of the signer's role was read, the role will do, and a stranger never", () => {
  const input = regenerated(makeLab("11.5"), "TVS");
  const nodes = input.facts.nodes.map((node) => {
    const { CallManager: _, ...certificates } = node.certificates;
    return { ...node, certificates };
  });
  const blind = { ...input.facts, nodes };
  expect(proven({ ...input, facts: blind })).toEqual([true, true]);
  const { itl } = nodeOf(blind, "pub");
  if (itl?.kind !== "shown") throw new Error("no list");
  const signer = { name: "CN=stranger", issuerName: "CN=stranger", serial: "01" };
  const bare = nodes.map((node) => ({ ...node, certificates: {} }));
  const strange = withNode({ ...blind, nodes: bare }, "pub", { itl: { ...itl, signer }, served: null });
  const [pub] = judgeFollowed({ ...input, facts: strange });
  expect(detail(pub, "signer")).toEqual([
    "false signed by stranger, serial 01, which is no certificate of this cluster",
  ]);
});

test("a certificate whose service stands in no list is not looked for there", () => {
  const stopped = makeLab("11.5");
  stopped.setService(stopped.publisher, "Cisco Certificate Authority Proxy Function", "STOPPED", false);
  rebuild(stopped);
  expect(proven(regenerated(stopped, "CAPF"))).toEqual([true, true]);
  const inactive = makeLab("11.5");
  inactive.setService(inactive.node("cm3"), "Cisco Trust Verification Service", "STOPPED", false);
  rebuild(inactive);
  expect(proven(regenerated(inactive, "TVS", "cm3"))).toEqual([true, true]);
  expect(proven(regenerated(makeLab("11.5"), "ITLRecovery", "cm3", []))).toEqual([true, true]);
});
