// Names in certificates against names of clients, whatever is written in either.
import fc from "fast-check";
import { expect, test } from "vitest";
import { matchName } from "../../src/servers/match-name.ts";

const label = fc
  .string({ unit: fc.constantFrom(..."abcxyz019-_".split("")), minLength: 1, maxLength: 12 })
  .filter((text) => !text.startsWith("-") && !text.endsWith("-") && !text.startsWith("xn--"));
const name = fc
  .array(label, { minLength: 2, maxLength: 5 })
  .map((labels) => labels.join("."))
  .filter((text) => !/^[\d.]+$/.test(text));
const anyCase = (text: string) =>
  fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((upper) =>
    text
      .split("")
      .map((each, at) => (upper[at] === true ? each.toUpperCase() : each))
      .join(""),
  );

test("a name covers itself in any case, with or without the dot at the end", () => {
  fc.assert(
    fc.property(
      name.chain((text) => fc.tuple(fc.constant(text), anyCase(text))),
      fc.boolean(),
      fc.boolean(),
      ([one, other], a, b) => {
        expect(matchName(`${one}${a ? "." : ""}`, `${other}${b ? "." : ""}`)).toBe("exact");
      },
    ),
  );
});

test("a wildcard covers one label below its own name, never two, and never its own name", () => {
  fc.assert(
    fc.property(label, label, name, (first, second, parent) => {
      expect(matchName(`*.${parent}`, `${first}.${parent}`)).toBe("wildcard");
      expect(matchName(`*.${parent}`, `${second}.${first}.${parent}`)).toBeNull();
      expect(matchName(`*.${parent}`, parent)).not.toBe("wildcard");
    }),
  );
});

test("a star anywhere else covers nothing", () => {
  fc.assert(
    fc.property(name, fc.nat(), (text, where) => {
      const at = 1 + (where % text.length);
      const match = matchName(`${text.slice(0, at)}*${text.slice(at)}`, text);
      expect(["misplaced", null]).toContain(match);
    }),
  );
});

test("a name with one character more, less or other covers something else, or nothing", () => {
  const odd = fc.constantFrom(
    ..."\u0000\u001b\n\r\t %/\\@:,;*?#[]<>'\"\u200b\u00ad\u2024\uff0e.aß".split(""),
  );
  fc.assert(
    fc.property(name, fc.nat(), odd, fc.boolean(), (text, where, character, isReplaced) => {
      const at = where % (text.length + 1);
      const written = `${text.slice(0, at)}${character}${text.slice(at + (isReplaced ? 1 : 0))}`;
      if (written === text || written === `${text}.`) return;
      expect(["misplaced", null]).toContain(matchName(written, text));
    }),
    { numRuns: 500 },
  );
});

test("an address is covered by no name", () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(matchName(address, address)).toBeNull();
      expect(matchName(`*.${address.split(".").slice(1).join(".")}`, address)).toBeNull();
    }),
  );
});
