// What is told of a chosen key, in the words that an operator reads: whom it helps, what to do where it helps nobody.
import { describe, expect, test } from "vitest";
import type { HeldList } from "../../src/verdict/held-list.ts";
import type { KeyCandidate, KeyChoice, RecoveryKeyKind } from "../../src/verdict/key-choice.ts";
import { judgeKeyChoice, type KeySituation } from "../../src/verdict/key-findings.ts";
import type { Take } from "../../src/verdict/phone-trust.ts";
import { listOf, makeLab, signerOf } from "../support/lab-facts.ts";

const lab = makeLab("11.5");
const heldSerial = signerOf(lab, "pub", "ITLRecovery").serial;
const heldOf = (...sources: readonly HeldList["source"][]) =>
  sources.map((source, at): HeldList => {
    const { file, bytes } = listOf(lab, "pub");
    return { node: `tftp${at}`, file, bytes: bytes.toString("base64"), source, seenAt: null };
  });

function candidate(key: RecoveryKeyKind, helpedNodes: readonly string[], isAssumed = false): KeyCandidate {
  const signer = { subject: "", issuer: "", certificate: null, publicKey: null };
  return { key, helpedNodes, isAssumed, signer: { ...signer, serial: key === "local" ? "0A" : "0B" } };
}

/** Up to 11.5, two TFTP nodes, lists from the history, nobody helped, the local key safe; `parts` say what differs. */
function judge(
  key: RecoveryKeyKind | null,
  keys: {
    readonly local?: KeyCandidate | null;
    readonly remote?: KeyCandidate | null;
    readonly isInDoubt?: boolean;
  },
  parts: Partial<KeySituation> = {},
) {
  const judgement = { local: null, remote: null, recommended: null, isInDoubt: false, reason: "", ...keys };
  const remote = { identity: candidate("remote", []).signer, note: "opened" };
  return judgeKeyChoice({
    ...{ release: "11.5.1", held: heldOf("history", "history"), tftpNodes: ["pub", "tftp2"], judgement, key },
    ...{ choice: null, remote, forecasts: [], isLocalKeySafe: true, backupCommand: null, ...parts },
  });
}

const byHand = "phones whose list has no ITLRecovery record need their list deleted by hand";
const find = `Find the backup of the recovery key with serial ${heldSerial} and give it to \`recover --key remote\`; ${byHand}.`;

describe("no key to reset with", () => {
  test.each([
    [null, null, "The publisher's ITLRecovery certificate is no security token of any list that phones hold"],
    [
      candidate("local", []),
      candidate("remote", []),
      "The publisher's ITLRecovery certificate (serial 0A) is no security token of any list that phones hold, nor is the given recovery key (serial 0B)",
    ],
  ])("blocks, and names the keys that were looked at (%#)", (local, remote, text) => {
    const found = judge(null, { local, remote });
    expect(found).toMatchObject([{ code: "key-not-held", severity: "block", node: null, advice: find }]);
    expect(found[0]?.message).toBe(`${text}: no reset with it makes them trust`);
  });

  test("is told as doubt, by another finding, where the lists are only assumed", () => {
    expect(judge(null, { isInDoubt: true })).toEqual([]);
  });

  test("where the local one was asked for and nobody knows it; of a remote one that has its own finding", () => {
    const [finding] = judge("local", {}, { release: "12.5.1", held: [] });
    expect(finding?.message).toMatch(/^The publisher's CallManager certificate is no security token/);
    expect(finding?.advice).toBe(`Reset those phones by hand: ${byHand}.`);
    expect(judge("remote", {})).toEqual([]);
  });
});

describe("a key that helps no node", () => {
  test.each([
    ["local", "The publisher's ITLRecovery certificate (serial 0A)"],
    ["remote", "The given recovery key's certificate (serial 0B)"],
  ] as const)("blocks, by its own name (%s)", (key, name) => {
    const found = judge(key, { [key]: candidate(key, []) });
    expect(found).toMatchObject([{ code: "key-not-held", severity: "block", node: null, advice: find }]);
    expect(found[0]?.message).toBe(
      `${name} is no security token of any list that phones hold: they would reject what it signs`,
    );
  });

  test.each([
    ["local", "remote"],
    ["remote", "local"],
  ] as const)("%s: the other one is advised where that one helps", (key, other) => {
    const keys = { [key]: candidate(key, []) };
    expect(judge(key, { ...keys, [other]: candidate(other, ["pub", "tftp2"]) })[0]?.advice).toBe(
      `Use \`recover --key ${other}\`: phones of pub, tftp2 hold it.`,
    );
    expect(judge(key, { ...keys, [other]: candidate(other, []) })[0]?.advice).toBe(find);
  });

  test.each([
    [["served"], true],
    [["shown"], true],
    [["served", "shown"], true],
    [["served", "history"], false],
    [["named"], false],
    [[], false],
  ] as const)("by lists that are %j: give the one from before the change: %s", (sources, isAsked) => {
    const [finding] = judge("remote", { remote: candidate("remote", []) }, { held: heldOf(...sources) });
    expect(
      finding?.advice.startsWith("Give `recover` the list from before the change with --held FILE"),
    ).toBe(isAsked);
  });

  test("in doubt asks for the list from before, also where the history knows one", () => {
    const [finding] = judge("local", { local: candidate("local", []), isInDoubt: true });
    expect(finding?.advice).toMatch(/^Give `recover` the list from before the change with --held FILE/);
  });

  test("is not judged by its token where a remote one is only assumed; a local one is", () => {
    expect(judge("remote", { remote: candidate("remote", [], true) })).toEqual([]);
    expect(judge("local", { local: candidate("local", [], true) })).toHaveLength(1);
  });
});

describe("a key that helps some nodes", () => {
  const half = { local: candidate("local", ["pub"]) };
  const take = (kind: Take["kind"]) => ({ node: "tftp2", take: { kind, reason: "" }, heldSource: null });

  test("helps all: nothing to tell", () => {
    expect(judge("local", { local: candidate("local", ["pub", "tftp2"]) })).toEqual([]);
  });

  test.each([
    ["no forecast", [], false],
    ["a forecast of another node", [{ ...take("by-tvs"), node: "pub" }], false],
    ["a forecast that they will not", [take("not")], false],
    ["a forecast that TVS vouches", [take("by-tvs")], true],
  ] as const)("warns of the others: %s", (_, forecasts, isByTvs) => {
    const found = judge("local", half, { forecasts });
    expect(found).toMatchObject([{ code: "key-not-held", severity: "warn", node: "tftp2" }]);
    const will = isByTvs
      ? "they take the list only if a TVS that they trust answers, as it seems to now"
      : "they will not take the list";
    expect(found[0]?.message).toBe(
      `tftp2: the list that its phones hold has no security token with serial 0A; ${will}`,
    );
    expect(found[0]?.advice).toBe(
      isByTvs
        ? "Keep Cisco Trust Verification Service running on every node until the phones of tftp2 are back."
        : `Plan a second recovery with a key that phones of tftp2 hold; ${byHand}.`,
    );
  });
});

describe("a recovery key that could not be opened", () => {
  const keys = { remote: candidate("remote", ["pub", "tftp2"]) };
  const signer = candidate("remote", []).signer;
  const choice: KeyChoice = { key: "remote", signer, isRecommended: true, isAssumed: true, reason: "" };
  const unopened = (parts: Partial<KeySituation>) =>
    judge("remote", keys, { remote: { identity: null, note: "wrong password" }, ...parts });

  test.each([
    [
      "with a token that stands for it",
      { choice },
      "; it is taken to be the ITLRecovery key with serial 0B of the lists that phones hold",
    ],
    ["with none", {}, ""],
    [
      "that was opened before",
      { choice, remote: { identity: null, note: "wrong password", provenSerial: "0C" } },
      "; when it was opened before, its certificate had the serial 0C",
    ],
  ])("blocks: %s", (_, parts, text) => {
    const found = unopened(parts);
    expect(found).toMatchObject([{ code: "recovery-key-unopened", severity: "block", node: null }]);
    expect(found[0]?.message).toBe(`The given recovery key could not be looked into (wrong password)${text}`);
    expect(found[0]?.advice).toContain("--accept recovery-key-unopened");
  });

  test("and where no file was named at all says so", () => {
    const [finding] = unopened({ remote: null });
    expect(finding?.message).toMatch(/^No recovery key file was named/);
    expect(finding?.advice).toBe(
      "Name the file to `recover` with --remote-key USER@HOST:PATH or --backup ID.",
    );
  });

  test("does not matter to the local key", () => {
    expect(judge("local", { local: candidate("local", ["pub", "tftp2"]) }, { remote: null })).toEqual([]);
  });
});

describe("the local key that a remote one replaces", () => {
  const unsafe = (key: RecoveryKeyKind, backupCommand: string | null) =>
    judge(key, { [key]: candidate(key, ["pub", "tftp2"]) }, { isLocalKeySafe: false, backupCommand });

  test("is to be backed up first: by hand, or with the command that takes backups", () => {
    expect(unsafe("remote", null)).toMatchObject([
      { code: "local-key-not-backed-up", advice: expect.stringContaining("file get tftp ITLRecovery.p12") },
    ]);
    const [finding] = unsafe("remote", "itlctl backup run east");
    expect(finding?.advice).toBe("Back it up first: itlctl backup run east");
    expect(unsafe("local", null)).toEqual([]);
  });
});
