// Random and mutated bytes as phone files: read or refused, quickly, and never read past their ends.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { parseListFile, verifyListFile, verifyWithKey } from "../../src/facts/itl-file.ts";
import { makeCertificate } from "./made-certificate.ts";
import { readQuickly } from "./refusal.ts";
import { number, record, signedFile, text, tlv } from "./tlv-bytes.ts";

const { key, der, publicKey } = makeCertificate("signer", "0083e908");
const names = [
  text(3, "CN=signer;O=cisco"),
  text(5, "CN=issuer;O=cisco"),
  tlv(6, Buffer.from("83E908", "hex")),
];
const body = Buffer.concat([
  record(...names, number(4, 0, 2), tlv(7, publicKey), tlv(9, der)),
  record(text(2, "pub"), number(4, 2, 2), tlv(10, Buffer.from([10, 0, 0, 1]))),
]);
const sound = signedFile({ key, body });
const header = sound.subarray(0, sound.length - body.length);

function readBothWays(bytes: Uint8Array): void {
  const file = readQuickly(() => parseListFile(bytes));
  if (file instanceof OperatorError) expect(file.code).toBe("file-unreadable");
  else {
    expect(file.sizeBytes).toBe(bytes.length);
    const isList = file.kind === "itl" || file.kind === "ctl";
    const recordBytes = file.records.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    if (isList) expect(file.header.headerLength + recordBytes).toBe(bytes.length);
    expect(["valid", "invalid", "unsupported", "no-signer-certificate"]).toContain(
      readQuickly(() => verifyListFile(bytes)),
    );
  }
}

describe("never anything but facts or file-unreadable comes of", () => {
  test("random bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), readBothWays));
  });

  test("random bytes that begin like a list", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(header.length), (rest, keep) =>
        readBothWays(Buffer.concat([header.subarray(0, keep), rest])),
      ),
    );
  });

  test("a list with some bytes changed", () => {
    const change = fc.tuple(fc.nat(sound.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const copy = Buffer.from(sound);
        for (const [at, value] of changes) copy[at] = value;
        readBothWays(copy);
      }),
      { numRuns: 300 },
    );
  });

  test("a list with bytes cut out, put in or doubled", () => {
    const span = fc.tuple(fc.nat(sound.length), fc.nat(40), fc.uint8Array({ maxLength: 20 }));
    fc.assert(
      fc.property(span, ([at, length, filling]) => {
        readBothWays(Buffer.concat([sound.subarray(0, at), filling, sound.subarray(at + length)]));
        readBothWays(Buffer.concat([sound.subarray(0, at + length), sound.subarray(at)]));
      }),
    );
  });

  test("records of random fields, kept byte for byte", () => {
    const field = fc.tuple(fc.integer({ min: 13, max: 255 }), fc.uint8Array({ maxLength: 30 }));
    fc.assert(
      fc.property(fc.array(fc.array(field, { maxLength: 5 }), { maxLength: 6 }), (records) => {
        const bytes = records.map((fields) => record(...fields.map(([tag, value]) => tlv(tag, value))));
        const file = parseListFile(signedFile({ key, body: Buffer.concat(bytes) }));
        expect(
          file.records.map(({ unknownFields }) => unknownFields.map(({ tag, value }) => [tag, value])),
        ).toEqual(
          records.map((fields) => fields.map(([tag, value]) => [tag, Buffer.from(value).toString("hex")])),
        );
      }),
    );
  });
});

test("a signature of random bytes is never valid", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 128, maxLength: 128 }), (signature) => {
      const copy = Buffer.from(sound);
      copy.set(signature, sound.indexOf(Buffer.from([12, 0, 128])) + 3);
      expect(verifyListFile(copy)).toBe("invalid");
    }),
  );
});

test("a random key is never a reason to fail", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
      expect(verifyWithKey(sound, random)).toBe("unsupported");
      expect(["unsupported", "invalid"]).toContain(
        verifyWithKey(sound, Buffer.concat([der.subarray(0, 60), random])),
      );
    }),
  );
});

test("the largest list of the smallest records is read in a moment", () => {
  const many = Buffer.concat(Array.from({ length: 200_000 }, () => Buffer.from([1, 0, 2, 0, 5])));
  const start = performance.now();
  expect(parseListFile(signedFile({ key, body: many })).records).toHaveLength(200_000);
  expect(performance.now() - start).toBeLessThan(5000);
});
