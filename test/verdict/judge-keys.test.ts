// Which of two keys helps, list by list: what is firmly known of one node's phones, and what only stands for a key.
import { describe, expect, test } from "vitest";
import type { ListFile } from "../../src/facts/list-facts.ts";
import type { HeldList } from "../../src/verdict/held-list.ts";
import { judgeKeys, recoverySerialsOf } from "../../src/verdict/key-choice.ts";
import { recoveryRecordOf } from "../../src/verdict/signed-by.ts";
import {
  certificateOf,
  factsOf,
  listOf,
  makeLab,
  nowMs,
  replace,
  signerOf,
  withNode,
} from "../support/lab-facts.ts";

const lab = makeLab("11.5");
const own = signerOf(lab, "pub", "ITLRecovery");
const { file } = listOf(lab, "pub");
const withoutRecovery = { ...file, records: file.records.filter((each) => each !== recoveryRecordOf(file)) };
const held = (pub: ListFile, tftp2: ListFile) =>
  Object.entries({ pub, tftp2 }).map(
    ([node, list]): HeldList => ({ node, file: list, bytes: "", source: "served", seenAt: null }),
  );
const made = certificateOf(lab.publisher.certificates.get("ITLRecovery"));
const young = withNode(factsOf(lab), "pub", {
  certificates: { ITLRecovery: { ...made, notBefore: new Date(nowMs - 86_400_000).toISOString() } },
});
const both = held(file, file);
const judge = (parts: Partial<Parameters<typeof judgeKeys>[0]>) =>
  judgeKeys({
    ...{ facts: factsOf(lab), release: "11.5.1", held: both, remote: null, assumedNodes: [], nowMs },
    ...parts,
  });
const unopened = { identity: null, note: "wrong password" };

describe("what speaks against an assumed list", () => {
  const assumed = ["pub", "tftp2"];

  test("counts where all lists that hold the local key are assumed, not where one of them is known", () => {
    expect(judge({ facts: young, assumedNodes: assumed })).toMatchObject({
      ...{ recommended: null, isInDoubt: true, local: { helpedNodes: ["pub", "tftp2"] } },
    });
    expect(judge({ facts: young, assumedNodes: ["pub"] })).toMatchObject({
      ...{ recommended: "local", isInDoubt: false },
    });
  });

  test("counts where the one that is known does not hold the local key", () => {
    const mixed = { facts: young, assumedNodes: ["pub"], held: held(file, withoutRecovery) };
    expect(judge(mixed)).toMatchObject({ recommended: null, isInDoubt: true });
  });

  test("recommends no key that is only assumed itself, and none that helps nobody", () => {
    const inDoubt = { facts: young, assumedNodes: assumed };
    expect(judge({ ...inDoubt, remote: unopened })).toMatchObject({
      ...{ recommended: null, isInDoubt: true, remote: { isAssumed: true, helpedNodes: ["pub", "tftp2"] } },
    });
    const stranger = { identity: signerOf(lab, "cm3", "CallManager"), note: "" };
    expect(judge({ ...inDoubt, remote: stranger })).toMatchObject({ recommended: null, isInDoubt: true });
    const opened = { identity: signerOf(lab, "tftp2", "CallManager"), note: "" };
    const other = held(file, listOf(lab, "tftp2").file);
    expect(judge({ ...inDoubt, held: other, remote: opened })).toMatchObject({
      ...{ recommended: "remote", isInDoubt: false },
      reason: expect.stringMatching(/^it is a token of the list that phones of tftp2 hold, and /) as string,
    });
  });
});

describe("a recovery key that could not be opened", () => {
  test("is taken for the first recovery token that any list has", () => {
    const { remote } = judge({ held: held(withoutRecovery, file), remote: unopened });
    expect(remote).toMatchObject({ isAssumed: true, helpedNodes: ["tftp2"], signer: { serial: own.serial } });
    expect(judge({ held: held(withoutRecovery, withoutRecovery), remote: unopened }).remote).toBeNull();
  });

  test("is recommended where the local one does not help, and said to be unknown", () => {
    const facts = withNode(factsOf(lab), "pub", {
      certificates: { ITLRecovery: certificateOf(lab.node("cm3").certificates.get("CallManager")) },
    });
    const judgement = judge({ facts, remote: unopened });
    expect(judgement).toMatchObject({ recommended: "remote", local: { helpedNodes: [] } });
    expect(judgement.reason).toContain("could not be looked into");
    const opened = judge({ facts, remote: { identity: own, note: "" } });
    expect(opened.reason).toBe(
      "the given key's certificate is a token of the list that phones of pub, tftp2 hold",
    );
  });

  test("does not outweigh a local one that helps, from 12.0 neither", () => {
    const newer = makeLab("12.5");
    const list = listOf(newer, "pub").file;
    const parts = { facts: factsOf(newer), held: held(list, list), remote: unopened, release: "12.5.1" };
    expect(judge(parts)).toMatchObject({ recommended: "local", remote: { isAssumed: true } });
    expect(
      judge({ ...parts, remote: { identity: signerOf(newer, "pub", "ITLRecovery"), note: "" } }),
    ).toMatchObject({
      recommended: "remote",
    });
    const stranger = { identity: signerOf(newer, "cm3", "CallManager"), note: "" };
    expect(judge({ ...parts, remote: stranger })).toMatchObject({
      recommended: "local",
      reason: "the publisher's CallManager certificate is a token of the list that phones of pub, tftp2 hold",
    });
  });

  test("and was opened before is known by its token, not by another record of that serial", () => {
    const demoted = {
      ...file,
      records: file.records.map((record) =>
        record.serial === own.serial ? { ...record, functionCode: 7, functionName: "HTTPS" } : record,
      ),
    };
    const proven = { ...unopened, provenSerial: own.serial };
    expect(judge({ remote: proven }).remote).toMatchObject({
      isAssumed: true,
      helpedNodes: ["pub", "tftp2"],
    });
    expect(judge({ remote: proven, held: held(demoted, demoted) }).remote).toMatchObject({
      ...{ isAssumed: false, helpedNodes: [], signer: { publicKey: null } },
    });
    expect(judge({ held: held(demoted, demoted) }).local).toMatchObject({ helpedNodes: [] });
  });
});

test("neither key helps: none is recommended, without doubt", () => {
  const parts = { held: held(withoutRecovery, withoutRecovery), remote: { identity: own, note: "" } };
  expect(judge(parts)).toMatchObject({ recommended: null, isInDoubt: false });
  expect(judge(parts).reason).toContain("no key helps");
});

test("the serials worth looking for are named once each", () => {
  const later = makeLab("11.5");
  replace(later, ["ITLRecovery"]);
  const newer = listOf(later, "pub").file;
  expect(recoverySerialsOf([...both, ...held(newer, withoutRecovery)])).toEqual([
    own.serial,
    recoveryRecordOf(newer)?.serial,
  ]);
});
