// The gate between two anchors, from what `show itl` printed alone: who signs, what the list carries, whether phones follow.
import { describe, expect, test } from "vitest";
import type { ItlRecord } from "../../src/facts/itl-record.ts";
import type { NodeFacts } from "../../src/facts/node-facts.ts";
import { type FollowedInput, judgeFollowed } from "../../src/verdict/judge-followed.ts";
import type { NodeProof } from "../../src/verdict/proof.ts";
import { listFileOfShown } from "../../src/verdict/shown-list.ts";
import {
  hashOf,
  serviceOf,
  shownList,
  smallCertificate,
  smallCluster,
  smallNode,
  smallRecord,
} from "./small-facts.ts";

const record = (
  word: Parameters<typeof smallRecord>[0],
  serial: string,
  unit = "CallManager",
  node = "pub",
) => smallRecord(word, serial, { unit, node, certificateSha1: hashOf(serial) });

/** A node's list: signed by its first token, with the publisher's recovery token 0B and TVS 0C unless said. */
const listOf = (signer: readonly ItlRecord[], tvs = "0C", recovery = "0B") =>
  shownList([
    ...signer,
    ...(signer.some(({ serial }) => serial === recovery) ? [] : [record("token", recovery, "ITLRecovery")]),
    record("TVS", tvs),
  ]);
const byCallManager = (node: string, serial: string) => [
  record("token", serial, "CallManager", node),
  record("TFTP", serial, "CallManager", node),
];
const fileOf = (shown: ReturnType<typeof shownList>) => {
  const file = listFileOfShown(shown);
  if (file === null) throw new Error("no signer");
  return { file };
};

const certificates = {
  CallManager: smallCertificate("CallManager", "0A"),
  ITLRecovery: smallCertificate("ITLRecovery", "0B"),
  TVS: smallCertificate("TVS", "0C"),
};
const services = [
  serviceOf("Cisco Tftp", "STARTED"),
  serviceOf("Cisco Trust Verification Service", "STARTED"),
];
const pub = smallNode("pub", { services, certificates, itl: listOf(byCallManager("pub", "0A")) });
const sub = smallNode("sub", {
  services,
  certificates: { CallManager: smallCertificate("CallManager", "1A"), TVS: smallCertificate("TVS", "1C") },
  itl: listOf(byCallManager("sub", "1A")),
});

/** Both nodes serve what they did before, and nothing new is expected, unless said; `of` are parts of the two nodes. */
function judge(
  parts: Partial<FollowedInput> = {},
  of: { readonly pub?: Partial<NodeFacts>; readonly sub?: Partial<NodeFacts> } = {},
): readonly [NodeProof, NodeProof] {
  const [one, other] = judgeFollowed({
    facts: smallCluster({ ...sub, ...of.sub }, { ...pub, ...of.pub }),
    tftpNodes: ["pub", "sub"],
    before: {
      pub: fileOf(listOf(byCallManager("pub", "0A"))),
      sub: fileOf(listOf(byCallManager("sub", "1A"))),
    },
    expected: [],
    ...parts,
  });
  if (one === undefined || other === undefined) throw new Error("two proofs were wanted");
  return [one, other];
}
const proven = (...given: Parameters<typeof judge>) => judge(...given).map(({ isProven }) => isProven);
const check = (proof: NodeProof, name: string) => proof.checks.find((each) => each.name === name);
const newTvs = { node: "pub", unit: "TVS", serial: "0D", sha1: hashOf("0D") };
const newCapf = { node: "pub", unit: "CAPF", serial: "0E", sha1: hashOf("0E") };

describe("a node's list", () => {
  test("is proven by what `show itl` says where the file could not be fetched, one proof a node in the order asked", () => {
    const proofs = judge();
    expect(proofs.map(({ node, isProven, isReadable }) => [node, isProven, isReadable])).toEqual([
      ["pub", true, true],
      ["sub", true, true],
    ]);
    expect(proofs[0].checks.map(({ name, isMet }) => [name, isMet])).toEqual([
      ["signer", true],
      ["served-matches", null],
      ["signature", null],
      ["phones-accept", true],
      ["verified-by-node", true],
    ]);
  });

  test("is proven by nothing where the node does not call it verified", () => {
    expect(
      proven({}, { sub: { itl: { ...listOf(byCallManager("sub", "1A")), isVerified: false } } }),
    ).toEqual([true, false]);
  });

  test("has to carry what was made anew, every piece of it", () => {
    const followed = listOf(byCallManager("pub", "0A"), "0D");
    const both = { pub: { itl: followed }, sub: { itl: listOf(byCallManager("sub", "1A"), "0D") } };
    expect(proven({ expected: [newTvs] }, both)).toEqual([true, true]);
    expect(proven({ expected: [newTvs] }, { pub: { itl: followed } })).toEqual([true, false]);
    expect(proven({ expected: [newTvs, { ...newTvs, serial: "0F" }] }, both)).toEqual([false, false]);
    expect(judge({ expected: [newTvs] })[1].detail).toContain(
      "the list does not carry the new TVS certificate",
    );
  });

  test.each([
    ["the node has none", { kind: "missing", text: "" }, true, "`show itl` finds no ITL file"],
    ["it could not be read", null, false, "it said no"],
  ] as const)("that is not there proves nothing: %s", (_, itl, isReadable, words) => {
    const trouble = [{ code: "answer-not-understood", command: "show itl", message: "it said no" }] as const;
    const [, proof] = judge({}, { sub: { itl, trouble } });
    expect(proof).toMatchObject({ node: "sub", isProven: false, isReadable, detail: `not proven; ${words}` });
  });

  test("of a node that the look does not know proves nothing", () => {
    const [proof] = judge({ tftpNodes: ["cm9", "pub"] });
    expect(proof).toMatchObject({ node: "cm9", isProven: false, isReadable: false });
    expect(proof.detail).toContain("the node was not asked, or did not answer");
  });
});

describe("who signs it", () => {
  const reset = listOf(byCallManager("pub", "0A"));
  const recovered = (serial: string) => listOf([record("token", serial, "ITLRecovery")], "0C", serial);
  const signerOf = (...given: Parameters<typeof judge>) => {
    const [, proof] = judge(...given);
    return [check(proof, "signer")?.isMet, check(proof, "signer")?.detail];
  };

  test("is the node's own CallManager, or after a reset from 12.0 the publisher's", () => {
    expect(signerOf()[0]).toBe(true);
    expect(signerOf({}, { sub: { itl: reset } })).toEqual([true, "signed by pub, serial 0A"]);
  });

  test("is the publisher's ITLRecovery, not one that a subscriber has", () => {
    const itl = recovered("0B");
    expect(signerOf({}, { sub: { itl } })).toEqual([true, "signed by ITLRECOVERY_pub, serial 0B"]);
    const own = { ...sub.certificates, ITLRecovery: smallCertificate("ITLRecovery", "1B") };
    expect(signerOf({}, { sub: { itl: recovered("1B"), certificates: own } })).toEqual([
      false,
      "signed by ITLRECOVERY_pub, serial 1B; expected was serial 0B",
    ]);
  });

  test("is nobody else: a CallManager of before is refused, and so is another node's", () => {
    const old = listOf(byCallManager("sub", "1F"));
    expect(signerOf({}, { sub: { itl: old } })).toEqual([
      false,
      "signed by sub, serial 1F; expected was serial 1A",
    ]);
    const cm3 = smallNode("cm3", { certificates: { CallManager: smallCertificate("CallManager", "1F") } });
    const facts = smallCluster(cm3, { ...sub, itl: old }, pub);
    expect(signerOf({ facts })[0]).toBe(false);
  });

  test("is known by its role where no certificate of that role was read", () => {
    const blind = { pub: { certificates: {} }, sub: { certificates: {} } };
    expect(signerOf({}, blind)).toEqual([
      true,
      "signed by CallManager, serial 1A (its certificate was not read)",
    ]);
    expect(signerOf({}, { ...blind, sub: { certificates: {}, itl: recovered("0B") } })).toEqual([
      true,
      "signed by ITLRecovery, serial 0B (its certificate was not read)",
    ]);
    // Without a publisher in the look nothing of ITLRecovery is known either.
    const alone = smallCluster({ ...sub, itl: recovered("0B") });
    expect(signerOf({ facts: alone, tftpNodes: ["pub", "sub"] })[0]).toBe(true);
    expect(signerOf({ facts: smallCluster(sub), tftpNodes: ["pub", "sub"] })[0]).toBe(true);
  });

  test("is held against what was read, if only the publisher's CallManager was", () => {
    expect(signerOf({}, { sub: { certificates: {} } })[0]).toBe(false);
    expect(signerOf({}, { sub: { certificates: {}, itl: reset } })[0]).toBe(true);
  });

  test.each([
    ["a stranger", { name: "CN=stranger", issuerName: "CN=stranger", serial: "77" }, "stranger, serial 77"],
    ["nobody that it names", null, "nobody, serial "],
  ])("is never %s", (_, signer, words) => {
    const blind = { pub: { certificates: {} }, sub: { certificates: {}, itl: { ...reset, signer } } };
    expect(signerOf({}, blind)).toEqual([
      false,
      `signed by ${words}, which is no certificate of this cluster`,
    ]);
    expect(proven({}, blind)[1]).toBe(false);
    expect(signerOf({}, { sub: { itl: { ...reset, signer } } })[0]).toBe(false);
  });
});

describe("the phones that hold the list from before", () => {
  const phones = (...given: Parameters<typeof judge>) => {
    const [proof] = judge(...given);
    return [check(proof, "phones-accept")?.isMet, proof.isProven];
  };
  const carried = { pub: { itl: listOf(byCallManager("pub", "0A"), "0D") } };
  const unknown = { before: { pub: null } };

  test("have to be known where an anchor changed, and need not be otherwise", () => {
    expect(phones({ ...unknown, expected: [newTvs] }, carried)).toEqual([false, false]);
    expect(phones({ before: {}, expected: [newTvs] }, carried)).toEqual([false, false]);
    expect(phones({ expected: [newTvs] }, carried)).toEqual([true, true]);
    expect(phones(unknown)).toEqual([null, true]);
    expect(phones({ ...unknown, expected: [newCapf] })).toEqual([null, true]);
    // One anchor among other certificates is enough.
    expect(phones({ ...unknown, expected: [newCapf, newTvs] }, carried)).toEqual([false, false]);
    expect(phones({ expected: [newCapf] })).toEqual([true, true]);
  });

  /** A CallManager that their list does not name has signed: they have to ask a TVS. */
  const renewed = {
    ...{ itl: listOf(byCallManager("pub", "0F")) },
    certificates: { ...certificates, CallManager: smallCertificate("CallManager", "0F") },
  };

  test("take a signer that they do not know where a TVS of their list runs", () => {
    expect(phones({}, { pub: renewed })).toEqual([true, true]);
    const stopped = [serviceOf("Cisco Trust Verification Service", "STOPPED")];
    expect(phones({}, { pub: { ...renewed, services: stopped } })).toEqual([false, false]);
    const { TVS: _old, ...without } = renewed.certificates;
    const moved = { ...without, TVS: smallCertificate("TVS", "0D") };
    expect(phones({}, { pub: { ...renewed, certificates: moved } })).toEqual([false, false]);
  });

  test("are judged by the services that were looked at, not by this look, where those are given", () => {
    const nobody = { runningTvs: [], storeSerials: "any-of-cluster" } as const;
    expect(phones({ tvs: nobody }, { pub: renewed })).toEqual([false, false]);
    const theirs = { runningTvs: [hashOf("0C")], storeSerials: "any-of-cluster" } as const;
    const stopped = [serviceOf("Cisco Trust Verification Service", "STOPPED")];
    expect(phones({ tvs: theirs }, { pub: { ...renewed, services: stopped } })).toEqual([true, true]);
    expect(phones({ tvs: null }, { pub: renewed })).toEqual([false, false]);
  });
});
