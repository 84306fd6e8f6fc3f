// Section 4 of the trust rules: when a reset is proven on a TFTP node, and when it is not.
import { describe, expect, test } from "vitest";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import type { ClusterFacts } from "../../src/facts/node-facts.ts";
import type { Forecast } from "../../src/verdict/forecast.ts";
import type { HeldList } from "../../src/verdict/held-list.ts";
import {
  judgeProof,
  type NodeProof,
  type ProofInput,
  type ProofName,
  proofOf,
} from "../../src/verdict/proof.ts";
import type { SignerIdentity } from "../../src/verdict/signer-identity.ts";
import {
  factsOf,
  from12,
  listOf,
  makeLab,
  nodeOf,
  releases,
  seen,
  signerOf,
  upTo11,
  withNode,
} from "../support/lab-facts.ts";

const tftpNodes = ["pub", "tftp2"];
const localSignerOf = (lab: StagedCluster) =>
  signerOf(lab, "pub", lab.profile.normalSigner === "CallManager" ? "ITLRecovery" : "CallManager");
const heldOf = (lab: StagedCluster): HeldList[] =>
  tftpNodes.map((node) => {
    const { file, bytes, lastSeenAt: seenAt } = seen(lab, node);
    return { node, file, bytes, seenAt, source: "history" };
  });
const forecast = (node: string, kind: Forecast["take"]["kind"]): Forecast => ({
  node,
  take: { kind, reason: "as planned" },
  heldSource: "history",
});

/** A localkey reset, with all that was known before it. */
async function reset(release: LabRelease): Promise<{ lab: StagedCluster; input: Omit<ProofInput, "facts"> }> {
  const lab = makeLab(release);
  const held = heldOf(lab);
  const baseline = Object.fromEntries(held.map((list) => [list.node, list.file.sha1]));
  await lab.resetLocalkey();
  const viaTvs = (from12 as readonly string[]).includes(release) ? "by-tvs" : "direct";
  const forecasts = [forecast("pub", "direct"), forecast("tftp2", viaTvs)];
  return {
    lab,
    input: { tftpNodes, signer: localSignerOf(lab), baseline, held, forecasts, mayBeUnchanged: [] },
  };
}

const prove = (lab: StagedCluster, input: Omit<ProofInput, "facts">, facts: ClusterFacts = factsOf(lab)) =>
  judgeProof({ ...input, facts });
const check = (proof: NodeProof | undefined, name: ProofName) =>
  proof?.checks.find((each) => each.name === name)?.isMet;
const proven = (proofs: readonly NodeProof[]) => proofs.map((proof) => proof.isProven);

describe.each(releases)("release %s", (release) => {
  test("every TFTP node is proven after localkey, by every check", async () => {
    const { lab, input } = await reset(release);
    const proofs = prove(lab, input);
    expect(proven(proofs)).toEqual([true, true]);
    for (const proof of proofs)
      expect(proof.checks.map((each) => each.isMet)).toEqual(Array.from({ length: 6 }, () => true));
  });

  test("remotekey of a rebuilt publisher: the file cannot prove itself, the certificate from the backup proves it", async () => {
    const lab = makeLab(release);
    const [held, oldKey, file] = [heldOf(lab), signerOf(lab, "pub", "ITLRecovery"), lab.recoveryFile()];
    lab.inThePast(86_400_000, () => lab.rebuildPublisher());
    await lab.resetRemotekey(file);
    const input = { tftpNodes, signer: oldKey, baseline: {}, held, forecasts: [], mayBeUnchanged: [] };
    const proofs = prove(lab, input);
    expect(proven(proofs)).toEqual([true, true]);
    expect(check(proofs[0], "signature")).toBe(true);
    expect(check(proofs[0], "verified-by-node")).toBeNull();
    const blind = withNode(factsOf(lab), "pub", { served: { kind: "unreachable", reason: "timed out" } });
    expect(proven(prove(lab, input, blind))).toEqual([false, true]);
  });
});

describe("the signer is the certificate that the plan named", () => {
  test("by serial: a node that was not reset is not proven", async () => {
    const { lab, input } = await reset("11.5");
    await lab.restartTftp(lab.node("tftp2"));
    const proofs = prove(lab, input);
    expect(proven(proofs)).toEqual([true, false]);
    expect(check(proofs[1], "signer")).toBe(false);
    expect(proofs[1]?.detail).toContain(input.signer.serial);
  });

  test("by key, not by role: an equal serial with another key is not it", async () => {
    const { lab, input } = await reset("11.5");
    const stranger = signerOf(lab, "tftp2", "CallManager");
    const signer: SignerIdentity = { ...stranger, serial: input.signer.serial };
    const proofs = prove(lab, { ...input, signer });
    expect(proven(proofs)).toEqual([false, false]);
    expect(check(proofs[0], "signer")).toBe(false);
    expect(check(proofs[0], "signature")).toBe(false);
  });
});

describe("the file served", () => {
  test("is not the file that show itl describes: not proven", async () => {
    const lab = makeLab("11.5");
    const held = heldOf(lab);
    lab.truthFaults.staleServed.add("tftp2");
    await lab.resetLocalkey();
    const input = {
      tftpNodes,
      signer: localSignerOf(lab),
      baseline: {},
      held,
      forecasts: [],
      mayBeUnchanged: [],
    };
    const proofs = prove(lab, input);
    expect(proven(proofs)).toEqual([true, false]);
    expect(check(proofs[1], "served-matches")).toBe(false);
  });

  test("whose signature does not verify with that certificate: not proven", async () => {
    const { lab, input } = await reset("11.5");
    lab.truthFaults.corruptServed.add("pub");
    const proofs = prove(lab, input);
    expect(proven(proofs)).toEqual([false, true]);
    expect(check(proofs[0], "signature")).toBe(false);
  });

  test("that cannot be read: not proven", async () => {
    const { lab, input } = await reset("11.5");
    const facts = withNode(factsOf(lab), "pub", {
      served: { kind: "unreadable", sha1: "00", reason: "HTML" },
    });
    expect(proven(prove(lab, input, facts))).toEqual([false, true]);
  });

  test.each(releases)(
    "that cannot be fetched: the proof rests on show itl alone, and says so (%s)",
    async (release) => {
      const { lab, input } = await reset(release);
      const facts = withNode(factsOf(lab), "pub", { served: { kind: "unreachable", reason: "timed out" } });
      const [proof, other] = prove(lab, input, facts);
      expect(proof).toMatchObject({
        isProven: true,
        findings: [{ code: "served-itl-unreachable", severity: "warn", node: "pub" }],
      });
      expect([check(proof, "served-matches"), check(proof, "signature")]).toEqual([null, null]);
      expect(proof?.detail).toContain("timed out");
      expect(other?.findings).toEqual([]);
    },
  );
});

describe("the checksum", () => {
  test("did not change: not proven, unless it was already so", async () => {
    const { lab, input } = await reset("11.5");
    const baseline = { ...input.baseline, pub: listOf(lab, "pub").file.sha1 };
    expect(proven(prove(lab, { ...input, baseline }))).toEqual([false, true]);
    expect(proven(prove(lab, { ...input, baseline, mayBeUnchanged: ["pub"] }))).toEqual([true, true]);
  });

  test("from before is not known: that alone proves nothing and refutes nothing", async () => {
    const { lab, input } = await reset("11.5");
    const [proof] = prove(lab, { ...input, baseline: { pub: null } });
    expect(proof?.isProven).toBe(true);
    expect(check(proof, "changed")).toBeNull();
    const { itl } = nodeOf(factsOf(lab), "pub");
    if (itl?.kind !== "shown") throw new Error("no list");
    const unsummed = withNode(factsOf(lab), "pub", { itl: { ...itl, checksums: {} } });
    expect(check(prove(lab, input, unsummed)[0], "changed")).toBeNull();
  });
});

describe("what is drawn together", () => {
  const node = nodeOf(factsOf(makeLab("11.5")), "pub");
  const checks = (parts: Partial<Record<ProofName, boolean | null>>) =>
    Object.entries(parts).map(([name, isMet]) => ({ name: name as ProofName, isMet, detail: `${name}?` }));

  test.each([
    [{ signer: true, signature: true, "verified-by-node": null }, true],
    [{ signer: true, signature: null, "verified-by-node": true }, true],
    [{ signer: true, signature: null, "verified-by-node": null }, false],
    [{ signer: true }, false],
    [{ signer: null, signature: true, "verified-by-node": true }, false],
    [{ signature: true, "verified-by-node": true }, false],
    [{ signer: true, signature: true, "verified-by-node": false }, false],
    [{}, false],
  ])("%j is proven: %s", (parts, isProven) => {
    expect(proofOf(node, checks(parts)).isProven).toBe(isProven);
  });

  test("is told: of a proof who signed it, what phones do and what was not checked; else what failed, or was not checked", () => {
    const proof = { signer: true, signature: true, changed: null, "phones-accept": null } as const;
    expect(proofOf(node, checks(proof)).detail).toBe("proven; signer?; phones-accept?; changed?");
    expect(proofOf(node, checks({ ...proof, changed: false, signature: false })).detail).toBe(
      "not proven; signature?; changed?",
    );
    expect(proofOf(node, checks({ ...proof, signature: null })).detail).toBe(
      "not proven; signature?; changed?; phones-accept?",
    );
  });
});

describe("a phone holding the held list would take it", () => {
  test.each(from12)("by-tvs where the plan said so for that node, else not proven (%s)", async (release) => {
    const { lab, input } = await reset(release);
    expect(proven(prove(lab, input))).toEqual([true, true]);
    const forecasts = tftpNodes.map((node) => forecast(node, "direct"));
    expect(proven(prove(lab, { ...input, forecasts }))).toEqual([true, false]);
  });

  test.each(from12)("a look that read no TVS certificate trusts the plan about TVS (%s)", async (release) => {
    const { lab, input } = await reset(release);
    const facts = factsOf(lab);
    const blind = {
      ...facts,
      nodes: facts.nodes.map((node) => ({ ...node, services: null, certificates: {} })),
    };
    expect(proven(prove(lab, input, blind))).toEqual([true, true]);
    const forecasts = tftpNodes.map((node) => forecast(node, "direct"));
    expect(proven(prove(lab, { ...input, forecasts }, blind))).toEqual([true, false]);
  });

  test("not at all: not proven, unless the plan had said that they will not", async () => {
    const { lab, input } = await reset("11.5");
    const held = input.held.map((list) => ({ ...list, file: { ...list.file, sha1: "", records: [] } }));
    expect(proven(prove(lab, { ...input, held }))).toEqual([false, false]);
    const [proof] = prove(lab, { ...input, held, forecasts: [forecast("pub", "not")] });
    expect(proof?.isProven).toBe(true);
    expect(check(proof, "phones-accept")).toBeNull();
    expect(proof?.detail).toContain("as the plan said");
  });

  test("whose list is not known: that alone refutes nothing", async () => {
    const { lab, input } = await reset("11.5");
    const [proof] = prove(lab, { ...input, held: [] });
    expect([proof?.isProven, check(proof, "phones-accept")]).toEqual([true, null]);
  });

  test("no list installed there: it takes the first one", async () => {
    const { lab, input } = await reset("11.5");
    expect(check(prove(lab, { ...input, forecasts: [] })[0], "phones-accept")).toBe(true);
  });
});

describe("the node itself", () => {
  test("does not verify a list that carries its signer: not proven", async () => {
    const { lab, input } = await reset("11.5");
    const { itl } = nodeOf(factsOf(lab), "pub");
    if (itl?.kind !== "shown") throw new Error("no list");
    const facts = withNode(factsOf(lab), "pub", { itl: { ...itl, isVerified: false, verdictText: "no" } });
    expect(proven(prove(lab, input, facts))).toEqual([false, true]);
  });

  test("names no signer: not proven", async () => {
    const { lab, input } = await reset("11.5");
    const { itl } = nodeOf(factsOf(lab), "pub");
    if (itl?.kind !== "shown") throw new Error("no list");
    const [proof] = prove(lab, input, withNode(factsOf(lab), "pub", { itl: { ...itl, signer: null } }));
    expect([proof?.isProven, check(proof, "signer")]).toEqual([false, false]);
  });

  test("could not be read: not proven, and told apart from a wrong list", async () => {
    const { lab, input } = await reset("11.5");
    const trouble = [{ code: "node-unreachable", command: null, message: "no route" }] as const;
    const [proof] = prove(lab, input, withNode(factsOf(lab), "pub", { itl: null, served: null, trouble }));
    expect(proof).toMatchObject({ node: "pub", isProven: false, isReadable: false });
    expect(proof?.detail).toContain("no route");
    expect(prove(lab, { ...input, tftpNodes: ["gone"] })[0]).toMatchObject({
      node: "gone",
      isProven: false,
      isReadable: false,
    });
  });

  test("serves no list any more: not proven, but read", async () => {
    const { lab, input } = await reset("11.5");
    const facts = withNode(factsOf(lab), "pub", { itl: { kind: "missing", text: "" }, served: null });
    expect(prove(lab, input, facts)[0]).toMatchObject({
      ...{ isProven: false, isReadable: true },
      detail: "not proven; `show itl` finds no ITL file",
    });
  });
});

test.each(upTo11)(
  "a reset on %s leaves equal files on all nodes, which is neither required nor refuted",
  async (release) => {
    const { lab, input } = await reset(release);
    expect(listOf(lab, "pub").file.sha1).toBe(listOf(lab, "tftp2").file.sha1);
    expect(proven(prove(lab, input))).toEqual([true, true]);
  },
);
