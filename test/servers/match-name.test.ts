// Which names in a certificate cover the name a client looks for.
import { describe, expect, test } from "vitest";
import { matchName, nameFault, normalName } from "../../src/servers/match-name.ts";

describe("a name in a certificate", () => {
  test.each([
    ["pub.example.com", "pub.example.com", "exact"],
    ["PUB.Example.COM", "pub.example.com", "exact"],
    ["pub.example.com.", "pub.example.com", "exact"],
    ["pub.example.com", "pub.example.com.", "exact"],
    ["xn--mnchen-3ya.example.com", "münchen.example.com", "exact"],
    ["MÜNCHEN.example.com", "xn--mnchen-3ya.example.com", "exact"],
    ["*.example.com", "pub.example.com", "wildcard"],
    ["*.EXAMPLE.com.", "pub.example.com", "wildcard"],
    ["*.example.com", "xn--mnchen-3ya.example.com", "wildcard"],
    ["*.example.com", "example.com", null],
    ["*.example.com", "a.pub.example.com", null],
    ["*.com", "example.com", null],
    ["*", "pub", null],
    ["p*.example.com", "pub.example.com", "misplaced"],
    ["*b.example.com", "pub.example.com", "misplaced"],
    ["pub.*.com", "pub.example.com", "misplaced"],
    ["*.*.com", "pub.example.com", "misplaced"],
    ["pub.example.com\u0000.evil.com", "pub.example.com", null],
    ["pub.example.com ", "pub.example.com", null],
    ["pub..example.com", "pub.example.com", null],
    ["", "pub.example.com", null],
    ["10.20.0.11", "10.20.0.11", null],
    ["*.20.0.11", "10.20.0.11", null],
    ["ex%61mple.com", "example.com", null],
    ["evil-pub.example.com", "pub.example.com", null],
  ] as const)("%j for %j: %s", (written, wanted, match) => {
    expect(matchName(written, wanted)).toBe(match === null && written === "*" ? "misplaced" : match);
  });

  test("is no name where it cannot be one", () => {
    for (const text of ["", ".", "a..b", "a b", "a\nb", "\u001b[31m", "a/b", "a,b"])
      expect(normalName(text)).toBeNull();
    expect(normalName("A_b-1.Example.com.")).toBe("a_b-1.example.com");
  });
});

test("addresses and names without a domain are no names for clients", () => {
  expect(["10.20.0.11", "::1", "[2001:db8::1]"].map(nameFault)).toEqual(["address", "address", "address"]);
  expect(["pub", "pub.", "pub.example.com"].map(nameFault)).toEqual(["not-full", "not-full", null]);
});
