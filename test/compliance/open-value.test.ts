import { describe, expect, test } from "vitest";
import { openValue } from "../../src/compliance/open-value.ts";
import { Secret } from "../../src/base/secret.ts";
import { archiveKey, seal, sealBytes } from "./sealed-exports.ts";

const [own, other] = [archiveKey("own"), archiveKey("other")];
const text = "<message id='1'><body>Grüße, 世界 🌍\n\tund mehr davon</body></message>";
const value = seal(text, own);
const wrapped = value.replace(/(.{40})/g, "$1\r\n");

describe("a value opens", () => {
  test.each([
    ["Base64", value],
    ["Base64 with a line end", `${value}\r\n`],
    ["wrapped Base64", wrapped],
    ["Base64 in UTF-16 with its mark", Buffer.from(`\ufeff${value}`, "utf16le")],
    ["hex", Buffer.from(value, "base64").toString("hex")],
    ["hex as SQL Server writes it", `0x${Buffer.from(value, "base64").toString("hex").toUpperCase()}`],
    [
      "wrapped hex",
      Buffer.from(value, "base64")
        .toString("hex")
        .replace(/(.{32})/g, "$1\n"),
    ],
    ["bytes", Buffer.from(value, "base64")],
  ])("as %s", (_form, bytes) => {
    expect(openValue(Buffer.from(bytes), [other, own])).toEqual({ kind: "opened", text, key: own });
  });

  test.each(["", "a", "x".repeat(15), "x".repeat(16), "x".repeat(4001)])("of every length", (short) => {
    expect(openValue(Buffer.from(seal(short, own)), [own])).toMatchObject({ kind: "opened", text: short });
  });

  test("in Base64 that is hex digits by chance, of which both readings are tried", () => {
    let number = 0;
    let digits = "";
    // The value is chosen so: any Base64 of 64 hex digits is some value of whole blocks.
    while (digits.length !== 64) {
      digits = sealBytes(`number ${number} of a text that fills two`.slice(0, 31), own).toString("hex");
      number += 1;
    }
    expect(openValue(Buffer.from(digits), [own])).toMatchObject({ kind: "opened" });
  });
});

describe("a value stays closed", () => {
  test("for another key", () => {
    expect(openValue(Buffer.from(value), [other])).toEqual({ kind: "no-key" });
  });

  test("and names the key that fits but for its IV", () => {
    const mixed = { ...own, iv: new Secret("0".repeat(31) + "1") };
    expect(openValue(Buffer.from(value), [other, mixed])).toEqual({ kind: "wrong-iv", key: mixed });
  });

  test("with a byte changed inside", () => {
    const bytes = Buffer.from(value, "base64");
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    expect(openValue(bytes, [own]).kind).not.toBe("opened");
  });

  test("where control characters stand in what comes out", () => {
    expect(openValue(Buffer.from(seal("bell \u0007", own)), [own])).toEqual({ kind: "no-key" });
  });

  test.each([
    [
      "cut in the middle of four",
      value.slice(0, -3),
      /has \d+ characters, which is no multiple of 4: it was cut/,
    ],
    ["cut behind four", value.slice(0, 20), /15 bytes, which are no whole blocks of 16: it was cut/],
    ["two in one", `${seal("one", own)}\n${seal("two", own)}`, /more than one value/],
    ["a character changed", value.replace(/^./, "*"), /a character stands in it that Base64 does not have/],
    ["binary and cut", Buffer.from(value, "base64").subarray(1), /no whole blocks of 16/],
    ["nothing", " \r\n", /empty/],
  ])("and says that it is damaged: %s", (_what, bytes, reason) => {
    expect(openValue(Buffer.from(bytes), [own])).toEqual({
      kind: "damaged",
      reason: expect.stringMatching(reason),
    });
  });

  test.each(["<message id='1'/>", "alice@example.com", "hello there, you"])("as plain text: %s", (plain) => {
    expect(openValue(Buffer.from(plain), [own]).kind).toBe("plain");
  });
});
