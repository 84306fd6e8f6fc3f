// Headers that lack a field, or end one byte too early: what is absent is null, what is needed is named.
import { describe, expect, test } from "vitest";
import { parseItlHeader } from "../../src/facts/itl-header.ts";
import { beginsLikeRecord } from "../../src/facts/itl-records.ts";
import { readTlvField, tlvNumber, tlvText } from "../../src/facts/tlv-field.ts";
import { readOrRefusal } from "./refusal.ts";
import { head, holding, number, text, tlv } from "./tlv-bytes.ts";

const signer = holding(3, text(4, "CN=a"), tlv(5, Buffer.from([0, 0x83])), text(6, "CN=b"));
const signature = tlv(12, Buffer.alloc(4, 9));
const version = tlv(1, Buffer.from([1, 2]));

/** A header of these fields behind version and length; the length is the true one but for `error`. */
function header(fields: readonly Buffer[], error = 0): Buffer {
  const rest = Buffer.concat(fields);
  return Buffer.concat([version, number(2, 10 + rest.length + error, 2), rest]);
}

const messageOf = (bytes: Buffer) => {
  const refusal = readOrRefusal(() => parseItlHeader(bytes));
  return "code" in refusal ? `${refusal.code}: ${refusal.message}` : "read";
};

describe("a header", () => {
  test("needs no more than version, length, signer and signature", () => {
    expect(parseItlHeader(header([signer, signature])).header).toEqual({
      ...{ version: "1.2", headerLength: 10 + signer.length + signature.length },
      signer: { name: "CN=a", serial: "83", issuerName: "CN=b" },
      ...{ digestCode: null, digest: "unknown", signatureAlgorithmCode: null, modulusCode: null },
      ...{ signatureBytes: 4, filename: null, timestamp: null, unknownFields: [] },
    });
  });

  test("says where its signature stands, and whether it is of an encrypted file", () => {
    const plain = parseItlHeader(header([signer, signature]));
    const start = 10 + signer.length;
    expect(plain.signature).toMatchObject({ start, end: start + 7 });
    expect(plain.isEncrypted).toBe(false);
    expect(parseItlHeader(header([signer, signature, tlv(16, Buffer.alloc(0))])).isEncrypted).toBe(true);
  });

  test.each<[string, Buffer, number]>([
    ["signer's name", header([holding(3, tlv(5, Buffer.from([1])), text(6, "CN=b")), signature]), 4],
    ["serial", header([holding(3, text(4, "CN=a"), text(6, "CN=b")), signature]), 5],
    ["issuer's name", header([holding(3, text(4, "CN=a"), tlv(5, Buffer.from([1]))), signature]), 6],
    ["signature", header([signer]), 12],
  ])("without its %s is refused", (_what, bytes, tag) => {
    expect(messageOf(bytes)).toContain(`file-unreadable: `);
    expect(messageOf(bytes)).toContain(`field ${tag} is absent`);
  });

  test("without its length is refused", () => {
    expect(messageOf(Buffer.concat([version, signer, signature]))).toContain(
      "do not end where its length says",
    );
  });

  test.each([-1, -7, 1, 2])("whose length is wrong by %i is refused", (error) => {
    expect(messageOf(header([signer, signature], error))).toMatch(/^file-unreadable: /);
  });

  test("whose length ends inside the length itself is refused", () => {
    const bytes = Buffer.concat([version, number(2, 9, 2), signer, signature]);
    expect(messageOf(bytes)).toContain("its length does not fit the file");
  });

  test("may be padded by three bytes, not by four", () => {
    const padded = (count: number) => header([signer, signature, Buffer.alloc(count, 13)]);
    expect([1, 2, 3].map((count) => messageOf(padded(count)))).toEqual(["read", "read", "read"]);
    expect(messageOf(padded(4))).toContain("do not end where its length says");
  });

  test("is padded with nothing but padding, and not past its length", () => {
    expect(messageOf(header([signer, signature, Buffer.of(13, 0)]))).toMatch(/^file-unreadable: /);
    expect(messageOf(header([signer, signature, tlv(16, Buffer.of(13, 13))]))).toMatch(/^file-unreadable: /);
    const padded = header([signer, signature, Buffer.of(13)]);
    expect(messageOf(Buffer.concat([padded, Buffer.of(13)]))).toBe("read");
  });

  test("is not padded before its fields end", () => {
    expect(messageOf(header([signer, Buffer.of(13), signature]))).toMatch(/^file-unreadable: /);
  });

  test("takes no padding inside of a container", () => {
    const inner = holding(3, text(4, "CN=a"), tlv(5, Buffer.from([1])), text(6, "CN=b"), Buffer.of(13));
    expect(messageOf(header([inner, signature]))).toMatch(/^file-unreadable: /);
  });

  test("whose container ends after the header is refused", () => {
    const open = Buffer.concat([head(3, signer.length), signer.subarray(3)]);
    expect(messageOf(header([open, signature]))).toMatch(/^file-unreadable: /);
    expect(messageOf(header([signer, signature, head(16, 4)]))).toMatch(/^file-unreadable: /);
  });
});

test.each<[string, Buffer, boolean]>([
  ["a record of five bytes", Buffer.of(1, 0, 2, 0, 5), true],
  ["a record that ends with the file", Buffer.of(1, 0, 2, 0, 6, 9), true],
  ["one that is longer than the file", Buffer.of(1, 0, 2, 0, 6), false],
  ["one too short for its own length", Buffer.of(1, 0, 2, 0, 4), false],
  ["another field", Buffer.of(2, 0, 2, 0, 5), false],
  ["a length of another size", Buffer.of(1, 0, 1, 0, 5), false],
  ["four bytes", Buffer.of(1, 0, 2, 0), false],
  ["nothing", Buffer.alloc(0), false],
])("what a record seems to begin with: %s", (_what, bytes, isRecord) => {
  expect(beginsLikeRecord(bytes, 0)).toBe(isRecord);
  expect(beginsLikeRecord(Buffer.concat([Buffer.of(1, 1), bytes]), 2)).toBe(isRecord);
});

describe("a field", () => {
  const read = (bytes: Buffer, at = 0, limit = bytes.length) =>
    readOrRefusal(() => readTlvField(bytes, at, limit, "it"));

  test("may end at the limit exactly, and be empty", () => {
    expect(read(tlv(9, Buffer.of(1, 2)))).toMatchObject({ tag: 9, start: 0, end: 5 });
    expect(read(Buffer.concat([Buffer.of(0), tlv(9, Buffer.alloc(0))]), 1)).toMatchObject({
      start: 1,
      end: 4,
    });
  });

  test("that passes its limit is refused, with its offset", () => {
    const bytes = tlv(9, Buffer.of(1, 2));
    expect(read(bytes, 0, 4)).toMatchObject({ message: expect.stringContaining("field 9 is longer") });
    expect(read(bytes, 0, 2)).toMatchObject({ message: expect.stringContaining("ends inside a field") });
  });

  test("has a number of its very size", () => {
    const field = readTlvField(number(8, 258, 2), 0, 5, "it");
    expect(tlvNumber(field, 2, "it")).toBe(258);
    expect(readOrRefusal(() => tlvNumber(field, 1, "it"))).toMatchObject({
      message: expect.stringContaining("field 8 has 2 bytes instead of 1"),
    });
  });

  test("has text without its closing NULs, in UTF-8 or else in Latin-1", () => {
    const textOf = (...bytes: number[]) => tlvText(readTlvField(tlv(4, Buffer.from(bytes)), 0, 99, "it"));
    expect(textOf(0x61, 0, 0x62, 0, 0)).toBe("a\0b");
    expect(textOf(0, 0)).toBe("");
    expect(textOf(0xc3, 0xbc)).toBe("ü");
    expect(textOf(0xfc)).toBe("ü");
    expect(textOf(0xef, 0xbb, 0xbf, 0x61)).toBe("\ufeffa");
  });
});
