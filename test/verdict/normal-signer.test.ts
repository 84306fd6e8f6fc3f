// Sections 2 and 4 of the trust rules: the next TFTP restart brings the normal signer back, and what if it does not.
import { describe, expect, test } from "vitest";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import {
  expectedNormalSigner,
  judgeNormalSigner,
  type NormalSignerInput,
} from "../../src/verdict/normal-signer.ts";
import { normalSigner } from "../../src/verdict/release-rules.ts";
import {
  factsOf,
  from12,
  listOf,
  makeLab,
  nodeOf,
  releases,
  setTvs,
  signerOf,
  upTo11,
  withNode,
} from "../support/lab-facts.ts";

const tftpNodes = ["pub", "tftp2"];

/** A localkey reset and, on the named nodes, the TFTP restart after it. */
async function recovered(
  release: LabRelease,
  restarted: readonly string[] = tftpNodes,
): Promise<{ lab: StagedCluster; input: NormalSignerInput }> {
  const lab = makeLab(release);
  await lab.resetLocalkey();
  const reset = listOf(lab, "pub").file;
  for (const node of restarted) await lab.restartTftp(lab.node(node));
  const resetSigner = signerOf(lab, "pub", lab.profile.localkeySigner);
  const input: NormalSignerInput = {
    facts: factsOf(lab),
    tftpNodes,
    release: lab.profile.version,
    signersBefore: { pub: normalSigner(lab.profile.version), tftp2: normalSigner(lab.profile.version) },
    resetSigner,
    resetLists: { pub: reset, tftp2: reset },
    baseline: { pub: reset.sha1, tftp2: reset.sha1 },
  };
  return { lab, input };
}

const proven = (input: NormalSignerInput) => judgeNormalSigner(input).map((proof) => proof.isProven);

describe.each(releases)("release %s", (release) => {
  test("the normal signer is back on every TFTP node that was restarted", async () => {
    const { input } = await recovered(release);
    const proofs = judgeNormalSigner(input);
    expect(proofs.map((proof) => [proof.node, proof.isProven, proof.findings])).toEqual([
      ["pub", true, []],
      ["tftp2", true, []],
    ]);
    expect(proofs.map(({ detail }) => detail).join()).not.toContain("same file");
  });

  test("a node that was not restarted still serves the reset list", async () => {
    const { input } = await recovered(release, ["pub"]);
    expect(proven(input)).toEqual([true, false]);
    const changed = judgeNormalSigner(input)[1]?.checks.find((check) => check.name === "changed");
    expect(changed?.detail).toContain("same file");
  });

  test("a node that cannot be read is not proven", async () => {
    const { input } = await recovered(release);
    const facts = withNode(input.facts, "tftp2", { itl: null, served: null });
    expect(judgeNormalSigner({ ...input, facts })[1]).toMatchObject({ isProven: false, isReadable: false });
    const trouble = [{ code: "answer-not-understood", command: "show itl", message: "it said no" }] as const;
    const told = withNode(facts, "tftp2", { trouble });
    expect(judgeNormalSigner({ ...input, facts: told })[1]?.detail).toBe("not proven; it said no");
    const [stranger] = judgeNormalSigner({ ...input, tftpNodes: ["cm9"] });
    expect(stranger).toMatchObject({ node: "cm9", isProven: false, isReadable: false });
  });

  test("where the certificate was not read, its role has to do", async () => {
    const { input } = await recovered(release);
    const facts = { ...input.facts, nodes: input.facts.nodes.map((node) => ({ ...node, certificates: {} })) };
    const held = { ...input, resetLists: {} };
    expect(proven({ ...held, facts })).toEqual([true, true]);
    const unfinished = (await recovered(release, [])).input;
    const blind = {
      ...unfinished.facts,
      nodes: unfinished.facts.nodes.map((node) => ({ ...node, certificates: {} })),
    };
    const judged = judgeNormalSigner({ ...unfinished, resetLists: {}, facts: blind });
    expect(judged.map(({ isProven }) => isProven)).toEqual([false, false]);
    expect(judged[0]?.detail).toMatch(/signed by .* \((ITLRecovery|CallManager)\), expected was /);
  });
});

test.each(upTo11)(
  "up to 11.5 (%s) each node is expected to sign with its own CallManager certificate",
  (release) => {
    const lab = makeLab(release);
    const serial = (node: string) => expectedNormalSigner(factsOf(lab), node, lab.profile.version)?.serial;
    expect(serial("pub")).toBe(signerOf(lab, "pub", "CallManager").serial);
    expect(serial("tftp2")).toBe(signerOf(lab, "tftp2", "CallManager").serial);
  },
);

test.each(from12)(
  "from 12.0 (%s) every node is expected to serve what the publisher's ITLRecovery signed",
  (release) => {
    const lab = makeLab(release);
    const serial = (node: string) => expectedNormalSigner(factsOf(lab), node, lab.profile.version)?.serial;
    expect(serial("pub")).toBe(signerOf(lab, "pub", "ITLRecovery").serial);
    expect(serial("tftp2")).toBe(signerOf(lab, "pub", "ITLRecovery").serial);
  },
);

test.each(from12)("after remotekey (%s) the imported key is the normal signer", async (release) => {
  const lab = makeLab(release);
  const [key, file] = [signerOf(lab, "pub", "ITLRecovery"), lab.recoveryFile()];
  lab.replaceCertificate(lab.publisher, "ITLRecovery");
  for (const node of lab.activeTftpNodes()) lab.rebuildList(node);
  await lab.resetRemotekey(file);
  const reset = listOf(lab, "pub").file;
  for (const node of tftpNodes) await lab.restartTftp(lab.node(node));
  const base = (await recovered(release)).input;
  const resetLists = { pub: reset, tftp2: reset };
  expect(proven({ ...base, facts: factsOf(lab), resetSigner: key, resetLists, baseline: {} })).toEqual([
    true,
    true,
  ]);
});

describe("phones holding the reset list", () => {
  test.each(upTo11)(
    "of a subscriber take its own list by asking TVS, and are lost without (%s)",
    async (release) => {
      const { lab, input } = await recovered(release);
      const half = withNode(input.facts, "cm3", { certificates: {} });
      expect(proven({ ...input, facts: half })).toEqual([true, true]);
      expect(
        judgeNormalSigner(input)[1]?.checks.find((check) => check.name === "phones-accept")?.detail,
      ).toContain("asking TVS");
      for (const node of ["pub", "tftp2", "cm3"]) setTvs(lab, node, false);
      expect(proven({ ...input, facts: factsOf(lab) })).toEqual([true, false]);
    },
  );
});

describe("a node that was signed by the other role before the recovery, and is so again", () => {
  test("is accepted with a warning", async () => {
    // A cluster of release 12 whose lists CallManager signs normally, as one of Cisco's texts for 14 says.
    const { input } = await recovered("11.5");
    const odd = {
      ...input,
      release: "14.0.1.10000-20",
      signersBefore: { pub: "CallManager", tftp2: "CallManager" },
    } as const;
    const proofs = judgeNormalSigner(odd);
    expect(proofs.map((proof) => proof.isProven)).toEqual([true, true]);
    expect(proofs[0]?.findings).toMatchObject([{ code: "signer-unexpected", severity: "warn", node: "pub" }]);
  });

  test("is not accepted where it is the signer of the reset itself", async () => {
    const { input } = await recovered("11.5", []);
    const odd = { ...input, signersBefore: { pub: "ITLRecovery", tftp2: "ITLRecovery" } } as const;
    expect(proven(odd)).toEqual([false, false]);
  });

  test("is not accepted where nobody can tell whose certificate that is, though it was so before", async () => {
    const { input } = await recovered("12.5");
    const { itl } = nodeOf(input.facts, "tftp2");
    if (itl?.kind !== "shown") throw new Error("no list");
    const { serial } = itl.signer ?? {};
    const records = itl.records.filter((record) => record.serial !== serial);
    const facts = { ...input.facts, nodes: input.facts.nodes.map((node) => ({ ...node, certificates: {} })) };
    const odd: NormalSignerInput = {
      ...input,
      ...{ resetLists: {}, signersBefore: { pub: "ITLRecovery", tftp2: "other" } },
      facts: withNode(facts, "tftp2", { itl: { ...itl, records } }),
    };
    expect(proven(odd)).toEqual([true, false]);
    expect(judgeNormalSigner(odd)[1]?.findings).toEqual([]);
  });

  test("is not accepted where it signed otherwise before", async () => {
    const { input } = await recovered("11.5");
    expect(proven({ ...input, release: "14.0.1.10000-20", signersBefore: {} })).toEqual([false, false]);
  });
});

describe("a list that the node's own CallManager certificate did not sign", () => {
  test("is not the normal one, also where the served file cannot be fetched", async () => {
    const { lab, input } = await recovered("11.5");
    const { itl, served } = nodeOf(factsOf(lab), "pub");
    for (const file of [served, { kind: "unreachable", reason: "timed out" } as const]) {
      const facts = withNode(input.facts, "tftp2", { itl, served: file });
      expect(proven({ ...input, resetLists: {}, facts })).toEqual([true, false]);
    }
  });

  test("is not the normal one by what the served file itself vouches for", async () => {
    const { input } = await recovered("11.5");
    const { itl, served } = nodeOf(input.facts, "tftp2");
    if (itl?.kind !== "shown" || served?.kind !== "fetched") throw new Error("no list");
    const bytes = Buffer.from(served.bytes, "base64");
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const facts = withNode(input.facts, "tftp2", {
      itl: { ...itl, checksums: {} },
      served: { ...served, bytes: bytes.toString("base64"), signature: "valid" },
    });
    expect(proven({ ...input, resetLists: {}, facts })).toEqual([true, false]);
  });
});
