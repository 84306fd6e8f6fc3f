import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { loadArchiveKey } from "../../src/compliance/load-archive-key.ts";
import { openArchiveKey } from "../../src/compliance/open-archive-key.ts";
import { openPrivateKey } from "../../src/compliance/private-key.ts";
import { Secret } from "../../src/base/secret.ts";
import { iv, key, keyText, pairs, pemOf, seal } from "./archive-keys.ts";

const sealed = seal(keyText);
const line = sealed.toString("base64");
const lineEnd = fc.constantFrom("\n", "\r\n", "\r", "\n\n", " \r\n\t");
const encodings = fc.constantFrom(
  (text: string) => Buffer.from(text),
  (text: string) => Buffer.from(`\ufeff${text}`),
  (text: string) => Buffer.from(`\ufeff${text}`, "utf16le"),
  (text: string) => Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
);

const open = (bytes: Buffer) =>
  openArchiveKey({ bytes, file: "e" }, { key: pairs.own, file: "p" }).archiveKey;

/** Nothing, or the OperatorError that was thrown; any other error is a defect. */
function onlyOperatorErrors(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    expect(error.hint).toMatch(/^[A-Z][a-z]+ /);
    expect(`${error.message}${error.hint}`).not.toMatch(/[0-9a-f]{20}/);
  }
}

/** Some bytes overwritten, some taken out, some put in. */
function spoilt(whole: Buffer): fc.Arbitrary<Buffer> {
  const change = fc.record({
    at: fc.nat(whole.length),
    gone: fc.nat(40),
    put: fc.uint8Array({ maxLength: 9 }),
  });
  return fc
    .array(change, { maxLength: 4 })
    .map((changes) =>
      changes.reduce(
        (bytes, { at, gone, put }) => Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + gone)]),
        whole,
      ),
    );
}

describe("an encrypted key", () => {
  test("is the same key in any wrapping, with any line ends, armour and byte order mark", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        lineEnd,
        fc.boolean(),
        fc.constantFrom("", "ENCRYPTED KEY", "MESSAGE"),
        encodings,
        (width, end, hasEnd, label, encode) => {
          const lines = line.match(new RegExp(`.{1,${width}}`, "g")) ?? [];
          const armoured =
            label === "" ? lines : [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`];
          const opened = open(encode(armoured.join(end) + (hasEnd ? end : "")));
          expect([opened.key.reveal(), opened.iv.reveal()]).toEqual([key, iv]);
        },
      ),
    );
  });

  test("that is damaged gives the key or an OperatorError, never another key", () => {
    const given = fc.oneof(spoilt(sealed), spoilt(Buffer.from(line)), fc.uint8Array({ maxLength: 600 }));
    fc.assert(
      fc.property(given, (bytes) =>
        onlyOperatorErrors(() => {
          const opened = open(Buffer.from(bytes));
          expect([opened.key.reveal(), opened.iv.reveal()]).toEqual([key, iv]);
        }),
      ),
    );
  });

  test("opens to any text: the key, or an OperatorError that quotes none of it", () => {
    const digits = fc.string({
      unit: fc.constantFrom(..."0123456789abcdefABCDEFg ".split("")),
      maxLength: 70,
    });
    const text = fc.tuple(fc.constantFrom("key", "KEY", "k"), digits, fc.constantFrom("iv", "Iv"), digits);
    fc.assert(
      fc.property(text, ([first, one, second, two]) =>
        onlyOperatorErrors(() => open(seal(`${first} = ${one}\n${second} = ${two}\n`))),
      ),
      { numRuns: 50 },
    );
  });
});

test("a kept key that is damaged gives a key of full length or an OperatorError", () => {
  fc.assert(
    fc.property(fc.oneof(spoilt(Buffer.from(keyText)), fc.uint8Array({ maxLength: 300 })), (bytes) =>
      onlyOperatorErrors(() => {
        const loaded = loadArchiveKey(Buffer.from(bytes), "k");
        expect([loaded.key.reveal().length, loaded.iv.reveal().length]).toEqual([64, 32]);
      }),
    ),
  );
});

test("a private key that is damaged gives a key or an OperatorError", () => {
  const pems = fc
    .constantFrom(pemOf(pairs.own), pemOf(pairs.own, "right one"))
    .map((pem) => Buffer.from(pem));
  const given = fc.oneof(pems.chain(spoilt), fc.uint8Array({ maxLength: 300 }));
  fc.assert(
    fc.property(given, (bytes) =>
      onlyOperatorErrors(() => openPrivateKey(bytes, "p", new Secret("right one"))),
    ),
  );
});
