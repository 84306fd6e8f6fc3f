// The mask: every way of writing a secret is found, whole or split anywhere, and nothing else is touched.
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMasker, isTooShortToMask, Secret } from "../../src/base/secret.ts";

const bullets = "••••";
const odd = ` "it's" $HOME (a|b)*\\ [x]{2} grün ✓`;

function maskerOf(...values: readonly string[]) {
  const masker = createMasker();
  for (const value of values) masker.add(new Secret(value));
  return masker;
}

/** Long enough, of anything that a secret may hold. */
const value = fc
  .oneof(fc.string({ maxLength: 20 }), fc.string({ unit: "grapheme", maxLength: 12 }))
  .filter((text) => !/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029•]/u.test(text) && !isTooShortToMask(new Secret(text)));

const waysOf = (text: string): readonly (readonly [string, string])[] => [
  ["as it is", text],
  ["JSON", JSON.stringify({ text })],
  ["inspect", inspect({ text })],
  ["URL", encodeURIComponent(text)],
  ["URL parameter", new URLSearchParams({ text }).toString()],
  ["hex", Buffer.from(text).toString("hex")],
  ["HEX", Buffer.from(text).toString("hex").toUpperCase()],
  ...[0, 1, 2].flatMap((shift): [string, string][] => {
    const bytes = Buffer.from(`${"x".repeat(shift)}${text}yz`);
    return [
      [`Base64 at ${shift}`, bytes.toString("base64")],
      [`Base64 for URLs at ${shift}`, bytes.toString("base64url")],
    ];
  }),
];

describe("a secret is masked", () => {
  test.each(waysOf(odd))("as %s", (_, written) => {
    const masked = maskerOf(odd).mask(`before ${written} behind`);
    expect(masked).toMatch(/^before .*•••• ?.* behind$/);
    for (const piece of ["HOME", "grün", "gr%C3", "JEhP", "SE9N", "hPTU", "48 4f", "484f4d45", "484F4D45"]) {
      expect(masked).not.toContain(piece);
    }
  });

  test("whatever it is, in each of these ways", () => {
    fc.assert(
      fc.property(value, (secret) => {
        const masker = maskerOf(secret);
        for (const [way, written] of waysOf(secret)) {
          const masked = masker.mask(written);
          expect(masked, way).toContain(bullets);
          if (way === "as it is") expect(masked.trim()).toBe(bullets);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("where lines were broken at its blanks, and where blanks around it were taken off", () => {
    const masker = maskerOf(" open  the door ");
    expect(masker.mask("said open\n    the\r\ndoor, then")).toBe(`said ${bullets}, then`);
  });

  test("together with one that overlaps it or holds it", () => {
    const masker = maskerOf("abcdef", "defghi", "Cisco", "Cisco!$ 1");
    expect(masker.mask("1abcdefghi2")).toBe(`1${bullets}2`);
    expect(masker.mask("Cisco!$ 1 Cisco")).toBe(`${bullets} ${bullets}`);
  });
});

describe("a stream", () => {
  const secrets = ["Cisco", "Cisco!$ 123", "anana", odd, "STARTED"];
  const text = fc
    .array(
      fc.oneof(
        fc.constantFrom(...secrets, "Cis", "co!$", "anan", "ananana", "START", "ED", "banana", " "),
        fc.string({ maxLength: 3 }),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(""));
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

  test("gives the same text however it is split, with no secret left", () => {
    fc.assert(
      fc.property(text, sizes, (whole, cuts) => {
        const masker = maskerOf(...secrets);
        const stream = masker.stream();
        let streamed = "";
        for (let at = 0, turn = 0; at < whole.length; turn += 1) {
          const size = cuts[turn % cuts.length] ?? 1;
          streamed += stream.push(whole.slice(at, at + size));
          at += size;
        }
        streamed += stream.end();
        const inOnePiece = masker.stream();
        expect(streamed).toBe(inOnePiece.push(whole) + inOnePiece.end());
        for (const secret of secrets) expect(streamed).not.toContain(secret);
      }),
      { numRuns: 500 },
    );
  });

  test("cut at every single place", () => {
    const masker = maskerOf(...secrets);
    for (const secret of secrets) {
      const whole = `before ${secret} behind`;
      for (let first = 0; first <= whole.length; first += 1) {
        for (let second = first; second <= whole.length; second += 1) {
          const stream = masker.stream();
          const parts = [whole.slice(0, first), whole.slice(first, second), whole.slice(second)];
          const streamed = parts.map((part) => stream.push(part)).join("") + stream.end();
          expect(streamed).toBe(`before ${bullets} behind`);
        }
      }
    }
  });

  test("holds back no more than the longest form, whatever comes", () => {
    const stream = maskerOf("abab").stream();
    const given = Array.from({ length: 1_000 }, () => stream.push("a") + stream.push("b")).join("");
    expect(given + stream.push("c")).toBe(`${bullets}c`);
    const calm = maskerOf("secret").stream();
    expect(calm.push("x".repeat(10_000))).toHaveLength(10_000);
  });
});

test("text without a secret stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(createMasker().mask(text)).toBe(text);
      expect(maskerOf("a secret that is nowhere").mask(text)).toBe(text);
    }),
  );
});

test.each(["a", "abc", "a b c", "    ", "----", "1111111"])(
  "%j is too short to be masked: text stays readable",
  (short) => {
    expect(isTooShortToMask(new Secret(short))).toBe(true);
    const text = `a table of abc\n---- ---- 1111111\n    a b c`;
    expect(maskerOf(short).mask(text)).toBe(text);
    const stream = maskerOf(short).stream();
    expect(stream.push(text) + stream.end()).toBe(text);
  },
);

test.each(["abcd", "12 34", "ééèé"])("%j is long enough", (long) => {
  expect(isTooShortToMask(new Secret(long))).toBe(false);
});

test("a secret never prints itself", () => {
  const secret = new Secret("hunter22");
  const printed = [
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true }),
    String(secret),
  ];
  for (const text of printed) {
    expect(text).toContain(bullets);
    expect(text).not.toContain("hunter22");
  }
});
