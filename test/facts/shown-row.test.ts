// One line of a printed table to its row, and which lines behind it are the rest of its value.
import { describe, expect, test } from "vitest";
import { joinWrapped, parseShownRow } from "../../src/facts/shown-row.ts";

describe("a row", () => {
  test.each([
    ["3\tSUBJECTNAME\t45\tCN=pub;O=x y", { tag: 3, name: "SUBJECTNAME", length: 45, value: "CN=pub;O=x y" }],
    ["12 Hash Algorithm 1 SHA-1", { tag: 12, name: "HASHALGORITHM", length: 1, value: "SHA-1" }],
    ["  2   DNSNAME   2  ", { tag: 2, name: "DNSNAME", length: 2, value: "" }],
    ["6 SERIALNUMBER 2 61 40", { tag: 6, name: "SERIALNUMBER", length: 2, value: "61 40" }],
  ])("%j is read", (line, expected) => {
    expect(parseShownRow(line)).toEqual(expected);
  });

  test.each([
    ...["", "   ", "3", "3 45", "3 45 67", "x3 NAME 45 v", "3x NAME 45 v", "NAME 45", "3 NAME", "3 NAME x45"],
    ...["3 NAME 45x v", "3 -NAME 45 v", "3 NAME =x 45", "3 N4ME -- 45", "1111111111 NAME 45", "3 =A 45"],
    `3 ${"LONG ".repeat(20)} 45 v`,
  ])("%j is none", (line) => {
    expect(parseShownRow(line)).toBeNull();
  });
});

describe("the rest of a name", () => {
  const name = (value: string, length: number) => ({ tag: 3, name: "SUBJECTNAME", length, value });
  const joined = (value: string, length: number, rest: string) =>
    joinWrapped(name(value, length), rest)?.value ?? null;

  test.each([
    ["with a blank where the length says so", "CN=a b", 10, "cd", "CN=a b cd"],
    ["without one where it is shorter", "CN=a", 20, "bcd", "CN=abcd"],
    ["that begins with a separator, whatever the length", "CN=a", 3, ";O=b", "CN=a;O=b"],
    ["behind a separator, whatever the length", "CN=a;", 3, "O=b", "CN=a;O=b"],
    ["up to the length exactly", "CN=a", 9, "bcde", "CN=abcde"],
    ["not beyond it", "CN=a", 8, "bcde", null],
    ["not of a name that is not there", "", 20, "bcd", null],
  ])("is joined %s", (_, value, length, rest, expected) => {
    expect(joined(value, length, rest)).toBe(expected);
  });

  test("is not joined to rows of another kind, nor without end", () => {
    expect(joinWrapped({ tag: 4, name: "FUNCTION", length: 99, value: "TF" }, ";TP")).toBeNull();
    expect(joinWrapped({ tag: 4, name: "FUNCTION", length: 99, value: "" }, "TFTP")).toBeNull();
    expect(joined("CN=a", 3, `;${"x".repeat(4091)}`)).toHaveLength(4096);
    expect(joined("CN=a", 3, `;${"x".repeat(4092)}`)).toBeNull();
  });
});

describe("the rest of a hash", () => {
  const joined = (value: string, rest: string, name = "CERTHASH") =>
    joinWrapped({ tag: 11, name, length: 20, value }, rest)?.value ?? null;

  test.each([
    ["61 40", "52 AB", "61 40 52 AB"],
    ["61:40:", "52:AB", "61:40:52:AB"],
    [":61", "52", ":61 52"],
    ["61 40", "52 (SHA1 Hash HEX)", "61 40 52 (SHA1 Hash HEX)"],
    ["61 40", "(SHA1 Hash HEX)", "61 40 (SHA1 Hash HEX)"],
    ["", "61 40", " 61 40"],
  ])("%j goes on with %j", (value, rest, expected) => {
    for (const name of ["CERTHASH", "CERTIFICATE", "SERIALNUMBER"])
      expect(joined(value, rest, name)).toBe(expected);
  });

  test.each([
    ["61 40", "x52 AB"],
    ["61 40", "52 ABx"],
    ["61 40", "52 A"],
    ["61 40", "52-AB"],
    ["61 40", "x (SHA1)"],
    ["61 40", "(SHA1) x"],
    ["61 40", "()"],
    ["61 40", `(${"x".repeat(41)})`],
    ["61 40 (SHA1)", "(SHA1)"],
    ["61 40 (SHA1)", "52 AB"],
    ["61 40", ";O=b"],
  ])("%j does not go on with %j", (value, rest) => {
    expect(joined(value, rest)).toBeNull();
  });
});
