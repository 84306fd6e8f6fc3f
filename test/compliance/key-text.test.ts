import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { loadArchiveKey } from "../../src/compliance/load-archive-key.ts";
import { archiveKeyOf, parseKeyText, renderKeyText, writtenForms } from "../../src/compliance/key-text.ts";
import { iv, key, keyText, pairs, pemOf, seal, troubleOf } from "./archive-keys.ts";

const K = key.toUpperCase();
const V = iv.toUpperCase();

describe("the text of a key", () => {
  test.each([
    ["as the platform sets it", keyText],
    ["as `openssl enc -P` prints it", `salt=0102030405060708\nkey=${K}\niv =${V}\n`],
    ["in capitals, with tabs and CRLF", `\tKEY\t=\t${K} \r\n\r\n  IV=${V}\r\n`],
    ["the IV first, other lines between", `# kept 2026\niv=${iv}\nnote = nothing\nkey =${key}`],
    ["both on one line", `key=${key} iv=${iv}`],
    ["both on one line with a comma", `key=${key}, iv=${iv};`],
    ["each twice and the same", `${keyText}\n${keyText.toUpperCase()}`],
    ["a word before it", `Encryption key = ${key}\nInitial iv = ${iv}`],
  ])("is read %s", (_how, text) => {
    expect(parseKeyText(text)).toEqual({ kind: "key", key, iv });
  });

  test.each([
    [
      "the key of the printed guide",
      `key = ${key.slice(0, 29)}\niv  = ${iv.slice(0, 23)}`,
      "`key` has 29 hex digits, not 64, and its `iv` has 23 hex digits, not 32",
    ],
    ["one digit short", `key = ${key.slice(1)}\niv = ${iv}`, "its `key` has 63 hex digits, not 64"],
    ["one digit long", `key = ${key}\niv = ${iv}0`, "its `iv` has 33 hex digits, not 32"],
    ["no value at all", `key =\niv = ${iv}`, "its `key` has 0 hex digits, not 64"],
    ["no IV", `key = ${key}`, "it has no line `iv =`"],
    ["no key", `iv = ${iv}`, "it has no line `key =`"],
    [
      "a letter that is no digit",
      `key = ${key.slice(0, 9)}g${key.slice(10)}\niv = ${iv}`,
      "no hex digit at place 10",
    ],
    ["two keys", `key = ${key}\nkey = ${"0".repeat(64)}\niv = ${iv}`, "2 different values for `key`"],
    [
      "a key broken in two",
      `key = ${key.slice(0, 32)} ${key.slice(32)}\niv = ${iv}`,
      "32 hex digits, not 64",
    ],
  ])("is refused with %s, and only counted", (_what, text, problem) => {
    const read = parseKeyText(text);
    expect(read.kind).toBe("wrong");
    const said = read.kind === "wrong" ? read.problem : "";
    expect(said).toContain(problem);
    expect(said).not.toMatch(/[0-9a-f]{6}/);
  });

  test.each(["", "hello", `mykey=${key}`, `iv_key=${key}`, "monkey = 1", key])(
    "is not seen in %j",
    (text) => {
      expect(parseKeyText(text)).toEqual({ kind: "none" });
    },
  );

  test("is written in the platform's look, and read again", () => {
    const text = renderKeyText(archiveKeyOf("x", { key, iv }));
    expect(text).toBe(`${keyText}\n`);
    expect(parseKeyText(text)).toEqual({ kind: "key", key, iv });
  });
});

describe("a kept key", () => {
  test("is read with its fingerprints over the raw bytes, and prints nothing of itself", () => {
    const loaded = loadArchiveKey(Buffer.from(keyText), "2026-key.txt");
    const print = createHash("sha256").update(Buffer.from(key, "hex")).digest("base64").slice(0, 43);
    expect(loaded.keyFingerprint).toBe(`SHA256:${print}`);
    expect(loaded.ivFingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    expect([loaded.file, loaded.key.reveal(), loaded.iv.reveal()]).toEqual(["2026-key.txt", key, iv]);
    expect(JSON.stringify(loaded)).not.toContain(key.slice(0, 8));
  });

  test.each([
    ["UTF-8 with a mark", Buffer.from(`\ufeff${keyText}`)],
    ["UTF-16, little-endian", Buffer.from(`\ufeff${keyText}`, "utf16le")],
    ["UTF-16, big-endian", Buffer.from(`\ufeff${keyText}`, "utf16le").swap16()],
  ])("is read in %s", (_encoding, bytes) => {
    expect(loadArchiveKey(bytes, "k").key.reveal()).toBe(key);
  });

  test.each([
    ["", "it is empty"],
    [" \r\n", "it is empty"],
    [seal(keyText).toString("base64"), "still encrypted"],
    [pemOf(pairs.own), "it is the private key"],
    ["hello", "no line `key =` and none `iv =`"],
    [`key = 00`, "2 hex digits, not 64"],
    [seal(keyText), "it is no text"],
  ])("that is none is told apart", (content, why) => {
    const trouble = troubleOf(() => loadArchiveKey(Buffer.from(content), "k.txt"));
    expect(trouble.code).toBe("file-unreadable");
    expect(trouble.message).toContain(`k.txt holds no archive key: `);
    expect(trouble.message).toContain(why);
  });

  test("is masked in both cases of hex and as Base64", () => {
    const forms = writtenForms(archiveKeyOf("x", { key, iv })).map((form) => form.reveal());
    const raw = Buffer.from(key, "hex").toString("base64");
    expect(forms).toEqual(expect.arrayContaining([key, K, iv, V, raw]));
  });
});
