// Anchors that changed and that no served list shows yet: told from certificates and records, and what a plan may do then.
import { describe, expect, test } from "vitest";
import type { ItlRecord } from "../../src/facts/itl-record.ts";
import type { NodeFacts } from "../../src/facts/node-facts.ts";
import { judgeMovedAnchors, movedAnchors } from "../../src/verdict/moved-anchors.ts";
import {
  hashOf,
  serviceOf,
  shownList,
  smallCertificate,
  smallCluster,
  smallNode,
  smallRecord,
} from "./small-facts.ts";

const tvs = "Cisco Trust Verification Service";
const record = (word: Parameters<typeof smallRecord>[0], serial: string, unit = "CallManager") =>
  smallRecord(word, serial, { unit, certificateSha1: hashOf(serial) });
const tvsRecords = ["0C", "1C", "2C"].map((serial) => record("TVS", serial));
const listOf = (callManager: string, others: readonly ItlRecord[] = tvsRecords, recovery = "0B") =>
  shownList([
    record("token", callManager),
    record("TFTP", callManager),
    record("token", recovery, "ITLRecovery"),
    ...others,
  ]);
const certificatesOf = (place: number) => ({
  CallManager: smallCertificate("CallManager", `${place}A`),
  TVS: smallCertificate("TVS", `${place}C`),
  ...(place === 0 ? { ITLRecovery: smallCertificate("ITLRecovery", "0B") } : {}),
});
const [pub, sub, cm3] = ["pub", "sub", "cm3"].map((name, place) =>
  smallNode(name, {
    services: [serviceOf(tvs, "STARTED")],
    certificates: certificatesOf(place),
    itl: name === "cm3" ? null : listOf(`${place}A`),
  }),
);
if (pub === undefined || sub === undefined || cm3 === undefined) throw new Error("three nodes");

type Parts = { readonly [name in "pub" | "sub" | "cm3"]?: Partial<NodeFacts> };
const lookOf = (parts: Parts) =>
  smallCluster({ ...cm3, ...parts.cm3 }, { ...sub, ...parts.sub }, { ...pub, ...parts.pub });
/** As `TVS of pub in sub`. */
const moved = (parts: Parts = {}, tftpNodes = ["pub", "sub"]) =>
  movedAnchors(lookOf(parts), tftpNodes).map(({ unit, node, list }) => `${unit} of ${node} in ${list}`);
/** The node's certificates with these in place of its own; null: not read. */
const having = (node: NodeFacts, changed: Readonly<Record<string, string | null>>) => {
  const entries = Object.entries(node.certificates).filter(([unit]) => changed[unit] !== null);
  const anew = Object.entries(changed).flatMap(([unit, serial]) =>
    serial === null ? [] : [[unit, smallCertificate(unit, serial)] as const],
  );
  return { certificates: Object.fromEntries([...entries, ...anew]) };
};

test("nothing has moved where lists name what the nodes have", () => {
  expect(moved()).toEqual([]);
});

test("what could not be read is not told", () => {
  const anew = having(sub, { CallManager: "77", TVS: "78" });
  expect(moved({ sub: { ...anew, itl: null } }, ["sub", "cm9"])).toEqual([]);
  expect(moved({ sub: { itl: { kind: "missing", text: "" } } })).toEqual([]);
  expect(moved({ sub: having(sub, { CallManager: null }) })).toEqual([]);
  expect(moved({ pub: having(pub, { ITLRecovery: null }) })).toEqual([]);
  expect(movedAnchors(smallCluster(sub, cm3), ["sub"])).toEqual([]);
});

describe("CallManager", () => {
  test("has moved where the node's own list names another one, in that list only", () => {
    expect(moved({ sub: having(sub, { CallManager: "77" }) })).toEqual(["CallManager of sub in sub"]);
    expect(moved({ pub: having(pub, { CallManager: "77" }) })).toEqual(["CallManager of pub in pub"]);
    expect(moved({ cm3: having(cm3, { CallManager: "77" }) })).toEqual([]);
  });

  test("has not moved where the list is the publisher's, as after a reset", () => {
    expect(moved({ sub: { itl: listOf("0A") } })).toEqual([]);
    expect(moved({ sub: { itl: listOf("0A"), ...having(sub, { CallManager: "77" }) } })).toEqual([]);
    // Nobody knows that it is the publisher's where its certificate was not read.
    const unread = { pub: having(pub, { CallManager: null }), sub: { itl: listOf("0A") } };
    expect(moved(unread)).toEqual(["CallManager of sub in sub"]);
    expect(movedAnchors(smallCluster({ ...sub, itl: listOf("0A") }, cm3), ["sub"])).toHaveLength(1);
  });

  test("is looked for among TFTP records: a token of it, or another function, is not enough", () => {
    const others = [...tvsRecords, record("token", "77"), record("CAPF", "77"), record("TVS", "77")];
    const list = { itl: listOf("1A", others), ...having(sub, { CallManager: "77" }) };
    expect(moved({ sub: list })).toContain("CallManager of sub in sub");
    const beside = { ...list, itl: listOf("1A", [...tvsRecords, record("CCM+TFTP", "77")]) };
    expect(moved({ sub: beside })).toEqual([]);
  });

  test("is not told of a list without any TFTP record", () => {
    const bare = shownList([record("token", "0B", "ITLRecovery"), ...tvsRecords]);
    expect(moved({ sub: { itl: bare, ...having(sub, { CallManager: "77" }) } })).toEqual([]);
  });

  test("of the same serial with another certificate has moved", () => {
    const certificates = {
      ...sub.certificates,
      CallManager: smallCertificate("CallManager", "1A", hashOf("77")),
    };
    expect(moved({ sub: { certificates } })).toEqual(["CallManager of sub in sub"]);
  });
});

describe("ITLRecovery", () => {
  test("has moved in every list that names another one than the publisher has", () => {
    expect(moved({ pub: having(pub, { ITLRecovery: "77" }) })).toEqual([
      "ITLRecovery of pub in pub",
      "ITLRecovery of pub in sub",
    ]);
    expect(moved({ sub: { itl: listOf("1A", tvsRecords, "77") } })).toEqual(["ITLRecovery of pub in sub"]);
  });

  test("is not told of a list that names none", () => {
    const none = shownList([record("token", "1A"), record("TFTP", "1A"), ...tvsRecords]);
    expect(moved({ sub: { itl: none }, pub: having(pub, { ITLRecovery: "77" }) })).toEqual([
      "ITLRecovery of pub in pub",
    ]);
  });
});

describe("TVS", () => {
  const everywhere = (name: string) => [`TVS of ${name} in pub`, `TVS of ${name} in sub`];

  test("has moved where lists name one that no node has any more", () => {
    expect(moved({ cm3: having(cm3, { TVS: "77" }) })).toEqual(everywhere("cm3"));
    expect(moved({ pub: having(pub, { TVS: "77" }), cm3: having(cm3, { TVS: "78" }) })).toEqual(
      ["pub", "sub"].flatMap((list) => [`TVS of cm3 in ${list}`, `TVS of pub in ${list}`]),
    );
  });

  test("has not moved where a list names none of that node, and all of the others", () => {
    const fewer = listOf("0A", tvsRecords.slice(0, 2));
    expect(moved({ pub: { itl: fewer } })).toEqual([]);
    expect(moved({ pub: { itl: listOf("0A", []) } })).toEqual([]);
  });

  test("of a node that was not read may be the one that is left over, and no more than that", () => {
    const unread = having(cm3, { TVS: null });
    expect(moved({ cm3: unread })).toEqual([]);
    expect(moved({ cm3: unread, pub: having(pub, { TVS: "77" }) })).toEqual(everywhere("pub"));
    expect(moved({ cm3: unread, sub: having(sub, { TVS: null }) })).toEqual([]);
    // sub has one that no list names, and no list need name it: the record too many may be that of cm3.
    const fewer = [record("TVS", "0C"), record("TVS", "2C")];
    const lists = { pub: { itl: listOf("0A", fewer) }, sub: { itl: listOf("1A", fewer) } };
    expect(moved({ ...lists, cm3: unread })).toEqual([]);
    expect(moved({ ...lists, cm3: having(cm3, { TVS: "77" }) })).toEqual(
      ["pub", "sub"].flatMap((list) => [`TVS of cm3 in ${list}`, `TVS of sub in ${list}`]),
    );
  });

  test("is looked for among TVS records only", () => {
    const others = [...tvsRecords.slice(0, 2), record("CAPF", "77"), record("token", "2C")];
    const lists = { pub: { itl: listOf("0A", others) }, sub: { itl: listOf("1A", others) } };
    expect(moved({ ...lists, cm3: having(cm3, { TVS: "77" }) })).toEqual([]);
  });

  test.each([
    ["started", "STARTED", true, true],
    ["stopped", "STOPPED", true, true],
    ["not activated", "STOPPED", false, false],
  ])("of a node where the service is %s: %#", (_, state, isActivated, isTold) => {
    const services = [serviceOf(tvs, state, isActivated)];
    const anew = { cm3: { services, ...having(cm3, { TVS: "77" }) } };
    expect(moved(anew)).toEqual(isTold ? everywhere("cm3") : []);
  });

  test("of a node where the service is not activated counts for nobody: its record is left over", () => {
    const inactive = { services: [serviceOf(tvs, "STOPPED", false)] };
    // cm3's own record is in the lists still; that alone says nothing of the others, whose records are there.
    expect(moved({ cm3: inactive })).toEqual([]);
    expect(moved({ cm3: inactive, pub: having(pub, { TVS: "77" }) })).toEqual(everywhere("pub"));
  });
});

describe("what a plan may do then", () => {
  const tvsMoved: Parts = { pub: having(pub, { TVS: "77" }) };
  const bothMoved: Parts = { pub: having(pub, { TVS: "77" }), sub: having(sub, { CallManager: "78" }) };
  const judge = (parts: Parts, planned: Parameters<typeof judgeMovedAnchors>[2], isGated?: boolean) =>
    judgeMovedAnchors(lookOf(parts), ["pub", "sub"], planned, isGated);
  const told = (...given: Parameters<typeof judge>) =>
    judge(...given).map(({ code, severity }) => [code, severity]);
  const stopped = [["anchor-moved-lately", "block"]];

  test("anything, where nothing has moved", () => {
    expect(told({}, ["CallManager", "TVS", "ITLRecovery"], false)).toEqual([]);
    expect(told({}, [])).toEqual([]);
  });

  test("the same anchor again, or none, where phones are asked first; and no other", () => {
    expect(told(tvsMoved, ["TVS"])).toEqual([]);
    expect(told(tvsMoved, [])).toEqual([]);
    expect(told(tvsMoved, ["CallManager"])).toEqual(stopped);
    expect(told(tvsMoved, ["TVS", "ITLRecovery"], true)).toEqual(stopped);
  });

  test("nothing where phones are not asked first, or two have moved", () => {
    expect(told(tvsMoved, ["TVS"], false)).toEqual(stopped);
    expect(told(tvsMoved, [], false)).toEqual(stopped);
    expect(told(bothMoved, [])).toEqual(stopped);
    expect(told(bothMoved, ["TVS"])).toEqual(stopped);
  });

  test("and it says which changed, in which lists, and what must wait", () => {
    expect(judge(tvsMoved, ["CallManager", "ITLRecovery"])[0]?.message).toBe(
      "The certificate of TVS of pub is not the one in the list served by pub, sub: it was changed, and phones have not followed yet; CallManager and ITLRecovery must not change before they have",
    );
    expect(judge(bothMoved, [])[0]?.message).toBe(
      "The certificate of CallManager of sub, and TVS of pub is not the one in the list served by pub, sub: it was changed, and phones have not followed yet",
    );
  });
});
