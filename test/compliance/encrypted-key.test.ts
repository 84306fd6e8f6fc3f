import { describe, expect, test } from "vitest";
import { parseEncryptedKey } from "../../src/compliance/encrypted-key.ts";
import { keyText, pairs, pemOf, publicPemOf, seal, troubleOf } from "./archive-keys.ts";

const sealed = seal(keyText);
const line = sealed.toString("base64");
const wrapped = (line.match(/.{1,64}/g) ?? []).join("\n");
const read = (content: string | Buffer, bits = 2048) =>
  parseEncryptedKey(Buffer.from(content), "e.pem", bits);
const trouble = (content: string | Buffer, bits = 2048) => troubleOf(() => read(content, bits));

describe("an encrypted key", () => {
  test.each([
    ["in one line of 344 characters", line, 1],
    ["with a line end", `${line}\n`, 1],
    ["wrapped", wrapped, 1],
    ["wrapped with CRLF, blank lines and blanks", `\r\n  ${wrapped.replaceAll("\n", " \r\n\r\n\t")}\r\n`, 1],
    ["with a byte order mark", `\ufeff${line}`, 1],
    ["in UTF-16", Buffer.from(`\ufeff${wrapped}`, "utf16le"), 1],
    ["in armour", `-----BEGIN ENCRYPTED KEY-----\n${wrapped}\n-----END ENCRYPTED KEY-----\n`, 1],
    ["in the armour of a mail", `-----BEGIN MESSAGE-----\n\n${wrapped}\n-----END MESSAGE-----`, 1],
    ["without the `=` at its end", line.replace(/=+$/, ""), 1],
    ["binary", sealed, 0],
    ["encoded twice", Buffer.from(`${wrapped}\n`).toString("base64"), 2],
    ["encoded three times", Buffer.from(Buffer.from(line).toString("base64")).toString("base64"), 3],
  ])("is read %s", (_how, content, layers) => {
    const key = read(content);
    expect(key.bytes.equals(sealed)).toBe(true);
    expect(key.layers).toBe(layers);
  });

  test("has 344 characters that make 256 bytes", () => {
    expect(read(`${wrapped}\n`)).toMatchObject({ characters: 344, layers: 1 });
    expect(read(sealed).characters).toBe(0);
  });

  test.each([
    [
      "300 of the characters",
      line.slice(0, 300),
      "300 characters of Base64, which make 225 bytes, and this private key opens exactly 256: 31 bytes are missing",
    ],
    [
      "one byte of the binary file missing",
      sealed.subarray(1),
      "has 255 bytes, and this private key opens exactly 256: 1 byte is missing",
    ],
    ["three bytes more", Buffer.concat([sealed, Buffer.from([1, 2, 3])]), "3 bytes are too many"],
    [
      "a character that is none",
      `${wrapped.slice(0, 70)}%${wrapped.slice(71)}`,
      "in line 2, column 6 stands a character (U+0025)",
    ],
    ["two files in one", `${line}\n${line}`, "in line 1, column 343 stands a character (U+003D)"],
    [
      "a line that mail cut in the middle",
      wrapped.replace(/\n.{10}/, "\n…"),
      "in line 2, column 1 stands a character (U+2026)",
    ],
  ])("that is damaged says where: %s", (_what, content, message) => {
    expect(trouble(content)).toMatchObject({
      code: "file-unreadable",
      message: expect.stringContaining(message) as string,
    });
  });

  test.each([
    ["for a larger pair", line, 3072, "made for a key of 2048 bits (256 bytes); this private key has 3072"],
    [
      "for a smaller pair",
      seal(keyText, pairs.larger),
      2048,
      "made for a key of 3072 bits (384 bytes); this private key has 2048",
    ],
    [
      "of 512 characters, which make 384 bytes",
      seal(keyText, pairs.larger).toString("base64"),
      4096,
      "3072 bits (384 bytes); this private key has 4096",
    ],
  ])("%s is the wrong one, not damaged", (_what, content, bits, message) => {
    expect(trouble(content, bits)).toMatchObject({
      code: "wrong-key",
      message: expect.stringContaining(message) as string,
    });
  });

  test.each([
    ["empty", "", "data greater than mod len"],
    ["empty, after `openssl base64 -d` without -A", " \n", "one long line without -A"],
    ["opened already", `${keyText}\n`, "opened already"],
    ["the private key", pemOf(pairs.own), "is a private key in PEM"],
    ["the public key", publicPemOf(pairs.own), "is a public key in PEM"],
    ["text of another kind", "<html><body>404 not found</body></html>", "in line 1, column 1 stands"],
  ])("is not taken for one: %s", (_what, content, message) => {
    expect(trouble(content)).toMatchObject({
      code: "file-unreadable",
      message: expect.stringContaining(message) as string,
    });
  });

  test("that is too short for this pair may also have been cut", () => {
    expect(trouble(line, 3072).hint).toContain("was cut");
    expect(trouble(seal(keyText, pairs.larger)).hint).not.toContain("was cut");
  });

  test("is not what a message of the archive is, and says who opens that", () => {
    expect(trouble(Buffer.alloc(48, 0x9f)).hint).toContain("compliance decrypt");
    expect(trouble(Buffer.alloc(50, 0x9f)).hint).not.toContain("compliance decrypt");
  });
});
