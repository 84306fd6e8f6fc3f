// DER as bytes: lengths short and long, what is not whole, and object identifiers as dotted numbers.
import { describe, expect, test } from "vitest";
import { derChildren, derObjectId, readDer } from "../../src/facts/der-element.ts";
import { readOrRefusal } from "./refusal.ts";

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");
const read = (hex: string, at = 0) => readDer(bytesOf(hex), at, "the certificate");
const refusal = (hex: string, at = 0) => readOrRefusal(() => read(hex, at));

describe("an element", () => {
  test.each([
    ["no content", "05 00", 0, { tag: 5, hex: "", end: 2 }],
    ["a short length", "04 02 aa bb cc", 0, { tag: 4, hex: "aabb", end: 4 }],
    ["a place that is not the beginning", "ff 04 01 aa ff", 1, { tag: 4, hex: "aa", end: 4 }],
    ["a length of one byte", "04 81 02 aa bb", 0, { tag: 4, hex: "aabb", end: 5 }],
    ["a length of two bytes", "04 82 00 01 aa", 0, { tag: 4, hex: "aa", end: 5 }],
    ["a length of four bytes", "30 84 00 00 00 01 aa", 0, { tag: 0x30, hex: "aa", end: 7 }],
  ])("with %s is read", (_, hex, at, { tag, hex: content, end }) => {
    const element = read(hex, at);
    expect([element.tag, element.content.toString("hex"), element.end]).toEqual([tag, content, end]);
  });

  test("of 127 and of 128 bytes have the two forms of length", () => {
    const [short, long] = [Buffer.alloc(127, 1), Buffer.alloc(128, 1)];
    expect(readDer(Buffer.concat([bytesOf("04 7f"), short]), 0, "it").content).toHaveLength(127);
    expect(readDer(Buffer.concat([bytesOf("04 81 80"), long]), 0, "it").content).toHaveLength(128);
  });

  test.each([
    ["nothing at all", "", 0],
    ["a tag alone", "04", 0],
    ["a place behind the end", "04 00", 2],
    ["content that is cut short", "04 02 aa", 0],
    ["a length that is cut short", "04 82 01", 0],
    ["a length that is not there", "04 84 00 00 00", 0],
    ["a tag of several bytes", "1f 81 01 00", 0],
    ["a tag of several bytes, constructed", "bf 81 01 00", 0],
    ["an indefinite length", "30 80 00 00", 0],
    ["an indefinite length, with much behind it", `30 80${" 00".repeat(200)}`, 0],
    ["a length of five bytes", "04 85 00 00 00 00 01 aa", 0],
    ["a length beyond anything", "04 84 ff ff ff ff aa", 0],
  ])("with %s is refused, by name and place", (_, hex, at) => {
    expect(refusal(hex, at)).toMatchObject({
      code: "file-unreadable",
      message: expect.stringMatching(/the certificate.*it is not whole DER/) as string,
    });
  });
});

describe("children", () => {
  const tags = (hex: string, most: number) => derChildren(bytesOf(hex), "it", most).map(({ tag }) => tag);

  test("stand side by side, and no more of them are read than were asked for", () => {
    expect(tags("", 3)).toEqual([]);
    expect(tags("01 00 02 01 aa 03 00", 9)).toEqual([1, 2, 3]);
    expect(tags("01 00 02 01 aa 03 00", 2)).toEqual([1, 2]);
    expect(tags("01 00 02 01 aa 03 07", 2)).toEqual([1, 2]);
    expect(tags("01 00", 0)).toEqual([]);
  });

  test("of which one is not whole are refused", () => {
    expect(readOrRefusal(() => derChildren(bytesOf("01 00 02 05 aa"), "it", 9))).toMatchObject({
      code: "file-unreadable",
    });
  });
});

test.each([
  ["55 04 03", "2.5.4.3"],
  ["2a 86 48 86 f7 0d 01 01 0b", "1.2.840.113549.1.1.11"],
  ["27", "0.39"],
  ["28", "1.0"],
  ["4f", "1.39"],
  ["50", "2.0"],
  ["88 37 03", "2.999.3"],
  ["2a 80 01", "1.2.1"],
  ["", ""],
  // Cut short: what is whole is told.
  ["2a 86", "1.2"],
])("%s is %s", (hex, dotted) => {
  expect(derObjectId(bytesOf(hex))).toBe(dotted);
});
