// A record from its printed rows: what each row may say, and what is kept aside as not understood.
import { describe, expect, test } from "vitest";
import { shownRecord } from "../../src/facts/shown-record.ts";

const names = ["RECORDLENGTH", "DNSNAME", "SUBJECTNAME", "FUNCTION", "ISSUERNAME", "SERIALNUMBER"];
const nameOf = (tag: number) =>
  ({
    7: "PUBLICKEY",
    8: "SIGNATURE",
    9: "CERTIFICATE",
    10: "IPADDRESS",
    11: "CERTHASH",
    12: "HASHALGORITHM",
  })[tag] ??
  names[tag - 1] ??
  "";
const row = (tag: number, value: string, length = 10, name = nameOf(tag)) => ({ tag, name, length, value });
const recordOf = (...rows: readonly ReturnType<typeof row>[]) => shownRecord(1, rows, null);
const aside = (...rows: readonly ReturnType<typeof row>[]) =>
  recordOf(...rows).unknownFields.map(({ value }) => value);
const pairs = (count: number) => Array.from({ length: count }, () => "AB").join(":");

test("a record without rows says nothing", () => {
  expect(recordOf()).toMatchObject({
    ...{ lengthBytes: 0, functionName: "unknown", functionCode: null, serial: null, certHash: null },
    unknownFields: [],
  });
});

test("the first of a kind wins, and what is named otherwise or stands twice is kept aside", () => {
  const rows = [row(3, "CN=one"), row(3, "CN=two"), row(5, "CN=other", 9, "CANAME")];
  expect(recordOf(...rows)).toMatchObject({ subjectName: "CN=one", issuerName: null });
  expect(aside(...rows)).toEqual(["CN=two", "CN=other"]);
});

test.each([
  ["1115", 1115, []],
  ["", 0, []],
  ["x1115", 0, ["x1115"]],
  ["1115 B", 0, ["1115 B"]],
  ["1111111111", 0, ["1111111111"]],
])("a length of %j is %i", (value, lengthBytes, kept) => {
  expect(recordOf(row(1, value)).lengthBytes).toBe(lengthBytes);
  expect(aside(row(1, value))).toEqual(kept);
});

test.each([
  ["TFTP", 3],
  ["System Administrator Security Token", 0],
  ["unknown (17)", 17],
  ["Unknown (8)", 8],
  ["not unknown (17)", null],
  ["unknown (17) or so", null],
  ["tftp", null],
])("the function %j has the code %j", (name, code) => {
  expect(recordOf(row(4, name))).toMatchObject({ functionName: name, functionCode: code });
});

describe("a hash", () => {
  test.each([
    ["ab cd", "AB:CD"],
    ["AB:CD", "AB:CD"],
    ["abcd (SHA1 Hash HEX)", "AB:CD"],
    ["ab c", null],
    ["abc", null],
    ["", null],
    ["xyab", null],
    ["abxy", null],
    ["(SHA1)", null],
  ])("%j is %j", (value, expected) => {
    expect(recordOf(row(11, value)).certHash).toBe(expected);
    expect(aside(row(11, value))).toEqual(expected === null && value !== "" ? [value] : []);
  });

  test.each([
    [pairs(20), pairs(20)],
    [`${pairs(20)} (SHA1 Hash HEX)`, pairs(20)],
    [`${pairs(20)} (sha-1)`, pairs(20)],
    [`${pairs(20)} (SHA-512 Hash HEX)`, null],
    [`${pairs(20)} (not SHA1)`, null],
    [`${pairs(32)} (SHA1 Hash HEX)`, null],
    [pairs(32), null],
    [pairs(19), null],
    ["certificate", null],
  ])("of a certificate counts as SHA-1 only where it is one: %j", (value, expected) => {
    expect(recordOf(row(9, value)).certificateSha1).toBe(expected);
    expect(aside(row(9, value))).toEqual(expected === null ? [value] : []);
  });
});
