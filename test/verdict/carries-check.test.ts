// Whether a node's list carries a certificate that was just made: where phones look for it, and nowhere else.
import { describe, expect, test } from "vitest";
import type { ItlRecord } from "../../src/facts/itl-record.ts";
import type { NodeFacts } from "../../src/facts/node-facts.ts";
import { checkCarries, type ExpectedCertificate } from "../../src/verdict/carries-check.ts";
import { listFileOfShown } from "../../src/verdict/shown-list.ts";
import { hashOf, serviceOf, shownList, smallCluster, smallNode, smallRecord } from "./small-facts.ts";

const [capf, tvs] = ["Cisco Certificate Authority Proxy Function", "Cisco Trust Verification Service"];
const running = [serviceOf(capf, "STARTED"), serviceOf(tvs, "STARTED")];
/** What the list of `looked` (pub unless said) says of a new certificate 0A of `holder`; both run CAPF and TVS. */
function told(
  unit: string,
  records: readonly ItlRecord[] | null,
  parts: {
    readonly holder?: string;
    readonly looked?: string;
    readonly owner?: Partial<NodeFacts>;
    readonly expected?: Partial<ExpectedCertificate>;
  } = {},
): [boolean | null, string] | null {
  const { holder = "pub", looked = "pub" } = parts;
  const itl = records === null ? null : shownList(records);
  const nodes = ["sub", "pub"].map((name) =>
    smallNode(name, {
      services: running,
      ...(name === looked ? { itl } : {}),
      ...(name === holder ? parts.owner : {}),
    }),
  );
  const node = nodes.find((each) => each.node === looked);
  if (node === undefined) throw new Error(`no node ${looked}`);
  const expected = { node: holder, unit, serial: "0A", sha1: hashOf("0A"), ...parts.expected };
  const [check, ...more] = checkCarries(node, expected, smallCluster(...nodes));
  expect(more).toEqual([]);
  return check === undefined ? null : [check.isMet, check.detail];
}
const isMet = (...given: Parameters<typeof told>) => {
  const check = told(...given);
  return check === null ? null : check[0];
};

const record = (word: Parameters<typeof smallRecord>[0], serial: string, unit = "CallManager") =>
  smallRecord(word, serial, { unit, certificateSha1: hashOf(serial) });
/** Every place that a list has, each with the serial; a unit's own place is left out. */
const everywhereBut = (own: string, serial: string): ItlRecord[] => [
  ...(own === "TFTP" ? [] : [record("TFTP", serial)]),
  ...(own === "TVS" ? [] : [record("TVS", serial)]),
  ...(own === "CAPF" ? [] : [record("CAPF", serial)]),
  ...(own === "token" ? [] : [record("token", serial, "ITLRecovery")]),
];

describe.each([
  ["CallManager", "TFTP", "TFTP record"],
  ["TVS", "TVS", "TVS record"],
  ["CAPF", "CAPF", "CAPF record"],
  ["ITLRecovery", "token", "recovery token"],
] as const)("a new %s of the publisher", (unit, place, word) => {
  const own = (serial: string) => record(place, serial, unit);

  test(`is carried as ${word}, alone or beside the old one`, () => {
    expect(told(unit, [own("0A")])).toEqual([
      true,
      `the list carries the new ${unit} certificate of pub (serial 0A)`,
    ]);
    expect(isMet(unit, [own("0C"), own("0A"), own("0D")])).toBe(true);
  });

  test("is not carried where the old one stands, which is told, nor where none stands", () => {
    const lack = `the list does not carry the new ${unit} certificate of pub (serial 0A) as ${word}`;
    expect(told(unit, [own("0C"), own("0D")])).toEqual([false, `${lack}: it has 0C, 0D`]);
    expect(told(unit, [])).toEqual([false, `${lack}: it has none`]);
    expect(told(unit, [{ ...own("0A"), serial: null }])).toEqual([
      false,
      `${lack}: it has a record without serial`,
    ]);
    expect(told(unit, null)).toEqual([false, `${lack}: it has none`]);
  });

  test("is not carried by records of another function", () => {
    expect(isMet(unit, [...everywhereBut(place, "0A"), own("0C")])).toBe(false);
  });

  test("is known by the function's code or by its name, as far as either is there", () => {
    if (place === "token") return;
    expect(isMet(unit, [{ ...own("0A"), functionName: "unknown" }])).toBe(true);
    expect(isMet(unit, [{ ...own("0A"), functionCode: null }])).toBe(true);
    expect(isMet(unit, [{ ...own("0A"), functionCode: null, functionName: "unknown" }])).toBe(false);
  });
});

test.each(["CCM", "CCM+TFTP", "TFTP"] as const)("CallManager stands in a list as %s", (word) => {
  expect(isMet("CallManager", [record(word, "0A")])).toBe(true);
  expect(isMet("CallManager", [{ ...record(word, "0A"), functionName: "unknown" }])).toBe(true);
  expect(isMet("CallManager", [{ ...record(word, "0A"), functionCode: null }])).toBe(true);
});

describe("which list has to carry it", () => {
  const old = [
    record("TFTP", "0C"),
    record("TVS", "0C"),
    record("CAPF", "0C"),
    record("token", "0C", "ITLRecovery"),
  ];

  test.each([
    ["CallManager", "its own node's only", false, null],
    ["TVS", "every node's", false, false],
    ["CAPF", "every node's", false, false],
    ["ITLRecovery", "every node's", false, false],
    ["tomcat", "nobody's", null, null],
    ["ipsec", "nobody's", null, null],
    ["CallManager-ECDSA", "nobody's that is on record", null, null],
  ])("of a new %s of the publisher: %s", (unit, _, own, other) => {
    expect([isMet(unit, old, { looked: "pub" }), isMet(unit, old, { looked: "sub" })]).toEqual([own, other]);
  });

  test.each([
    ["CallManager", null, false],
    ["TVS", false, false],
    ["CAPF", null, null],
    ["ITLRecovery", null, null],
  ])("of a new %s of a subscriber: the publisher's %s, its own %s", (unit, publishers, own) => {
    const look = (looked: string) => isMet(unit, old, { holder: "sub", looked });
    expect([look("pub"), look("sub")]).toEqual([publishers, own]);
  });

  test.each([
    ["started", [serviceOf(tvs, "STARTED")], false],
    ["stopped", [serviceOf(tvs, "STOPPED")], false],
    ["not activated", [serviceOf(tvs, "STOPPED", false)], null],
    ["not listed", [serviceOf(capf, "STARTED")], null],
    ["not known", null, false],
  ])("a TVS that is %s: %#", (_, services, expected) => {
    expect(isMet("TVS", old, { owner: { services } })).toBe(expected);
  });

  test.each([
    ["started", [serviceOf(capf, "STARTED")], false],
    ["stopped", [serviceOf(capf, "STOPPED")], null],
    ["not listed", [serviceOf(tvs, "STARTED")], null],
    ["not known", null, false],
  ])("a CAPF service that is %s: %#", (_, services, expected) => {
    expect(isMet("CAPF", old, { owner: { services } })).toBe(expected);
  });

  test("a TVS of a node that the look does not know has to stand there too", () => {
    expect(isMet("TVS", old, { holder: "elsewhere" })).toBe(false);
    expect(isMet("TVS", [record("TVS", "0A")], { holder: "elsewhere" })).toBe(true);
  });
});

describe("a record is of that certificate", () => {
  const bare = smallRecord("TVS", "0A");
  const is = (parts: Partial<ItlRecord>, expected: Partial<ExpectedCertificate> = {}) =>
    isMet("TVS", [{ ...bare, ...parts }], { expected });

  test("by its serial, however either is written", () => {
    expect(is({})).toBe(true);
    expect(is({ serial: "0B" })).toBe(false);
    expect(is({ serial: "01:0A" }, { serial: "010a" })).toBe(true);
    expect(is({ serial: "00:0A" }, { serial: "0a" })).toBe(true);
    expect(is({ serial: null })).toBe(false);
  });

  test("and by its hash wherever one is known: with the same serial and another hash it is another", () => {
    expect(is({ certificateSha1: hashOf("0A") })).toBe(true);
    expect(is({ certificateSha1: hashOf("0B") })).toBe(false);
    expect(is({ certHash: hashOf("0A") })).toBe(true);
    expect(is({ certHash: hashOf("0B") })).toBe(false);
    expect(is({ certificateSha1: hashOf("0A"), certHash: hashOf("0B") })).toBe(true);
  });

  test("whether the hash is written in pairs or joined, in upper case or lower", () => {
    const joined = hashOf("AB").replaceAll(":", "").toLowerCase();
    expect(is({ certificateSha1: hashOf("AB") }, { sha1: joined })).toBe(true);
    expect(is({ certHash: hashOf("AB").toLowerCase() }, { sha1: hashOf("AB") })).toBe(true);
  });

  test("a hash of another length is no SHA-1, and says nothing", () => {
    expect(is({ certHash: `${hashOf("0B")}:${hashOf("0B")}` })).toBe(true);
    expect(is({ certHash: "0B" })).toBe(true);
  });
});

test("where a file was fetched, it is that one which counts: phones get it", () => {
  const file = (serial: string) => {
    const list = listFileOfShown(shownList([record("TVS", serial)]));
    if (list === null) throw new Error("no list");
    return list;
  };
  const look = (served: string, shown: string) => {
    const fetched = { kind: "fetched", file: file(served), signature: "valid", bytes: "" } as const;
    const node = smallNode("pub", { itl: shownList([record("TVS", shown)]), served: fetched });
    const expected = { node: "pub", unit: "TVS", serial: "0A", sha1: hashOf("0A") };
    return checkCarries(node, expected, smallCluster(node)).map(({ name, isMet }) => [name, isMet]);
  };
  expect(look("0A", "0C")).toEqual([["carries", true]]);
  expect(look("0C", "0A")).toEqual([["carries", false]]);
});
