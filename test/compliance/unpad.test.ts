import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { unpadPkcs1 } from "../../src/compliance/unpad.ts";
import { pairs, seal } from "./archive-keys.ts";
import { constants, privateDecrypt } from "node:crypto";

const fill = (count: number) => Buffer.alloc(count, 0x5a);
const block = (...parts: (number[] | Buffer)[]) => Buffer.concat(parts.map((part) => Buffer.from(part)));

describe("PKCS#1 v1.5", () => {
  test("is taken off what OpenSSL padded", () => {
    const text = randomBytes(110);
    const raw = privateDecrypt({ key: pairs.own, padding: constants.RSA_NO_PADDING }, seal(text));
    expect(raw).toHaveLength(256);
    expect(unpadPkcs1(raw)).toEqual(text);
  });

  test.each([
    ["the fewest bytes of padding", block([0, 2], fill(8), [0], [7, 0, 7]), Buffer.from([7, 0, 7])],
    ["no content", block([0, 2], fill(9), [0]), Buffer.alloc(0)],
    ["a zero first in the content", block([0, 2], fill(8), [0, 0]), Buffer.from([0])],
  ])("with %s", (_what, padded, content) => {
    expect(unpadPkcs1(padded)).toEqual(content);
  });

  test.each([
    ["another first byte", block([1, 2], fill(8), [0])],
    ["block type 1", block([0, 1], fill(8), [0])],
    ["seven bytes of padding", block([0, 2], fill(7), [0, 1, 2, 3])],
    ["no zero", block([0, 2], fill(200))],
    ["a zero at once", block([0, 2, 0], fill(20), [0, 1])],
    ["nothing", Buffer.alloc(0)],
    ["two bytes", Buffer.from([0, 2])],
  ])("is not seen with %s", (_what, padded) => {
    expect(unpadPkcs1(padded)).toBeNull();
  });
});
