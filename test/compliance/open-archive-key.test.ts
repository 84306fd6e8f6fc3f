import { describe, expect, test } from "vitest";
import { openArchiveKey } from "../../src/compliance/open-archive-key.ts";
import { pairFingerprint } from "../../src/compliance/private-key.ts";
import { iv, key, keyText, pairs, seal, sealBlock, troubleOf } from "./archive-keys.ts";

const open = (bytes: Buffer, pair = pairs.own) =>
  openArchiveKey({ bytes, file: "e.pem" }, { key: pair, file: "private_key.pem" });
const trouble = (bytes: Buffer, pair = pairs.own) => troubleOf(() => open(bytes, pair));

describe("an archive key is opened", () => {
  test.each([
    ["v1.5", "pkcs1-v1.5"],
    ["sha1", "oaep-sha1"],
    ["sha256", "oaep-sha256"],
  ] as const)("sealed with %s", (padding, told) => {
    const opened = open(seal(keyText, pairs.own, padding));
    expect(opened.padding).toBe(told);
    expect([opened.archiveKey.key.reveal(), opened.archiveKey.iv.reveal()]).toEqual([key, iv]);
    expect(opened.archiveKey.file).toBe("e.pem");
  });

  test("with a pair of 3072 bits, and with a zero byte at the end of the text", () => {
    const opened = open(Buffer.from(seal(`${keyText}\n\0`, pairs.larger).toString("base64")), pairs.larger);
    expect(opened).toMatchObject({ padding: "pkcs1-v1.5", layers: 1, characters: 512, sizeBytes: 384 });
  });
});

describe("an archive key stays closed", () => {
  test("for another pair, whose fingerprint is told", () => {
    const { code, message } = trouble(seal(keyText), pairs.other);
    expect(code).toBe("wrong-key");
    expect(message).toContain("e.pem is not for this private key");
    expect(message).toContain(pairFingerprint(pairs.other));
  });

  test("where the number is larger than the modulus", () => {
    expect(trouble(Buffer.alloc(256, 0xff)).code).toBe("wrong-key");
  });

  test("where one bit is damaged", () => {
    const bytes = seal(keyText);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    expect(trouble(bytes)).toMatchObject({
      code: "wrong-key",
      hint: expect.stringContaining("damaged") as string,
    });
  });

  test("where chance made a padding around bytes that are no text", () => {
    const chance = Buffer.concat([
      Buffer.from([0, 2]),
      Buffer.alloc(60, 9),
      Buffer.from([0]),
      Buffer.alloc(193, 0xfe),
    ]);
    expect(trouble(sealBlock(chance)).message).toContain("is not for this private key");
    const control = Buffer.concat([
      Buffer.from([0, 2]),
      Buffer.alloc(60, 9),
      Buffer.from([0]),
      Buffer.alloc(193, 3),
    ]);
    expect(trouble(sealBlock(control)).message).toContain("is not for this private key");
  });

  test.each([
    ["another text", "hello", "no line of it begins with `key =` or `iv =`"],
    [
      "the short key of the printed guide",
      `key = ${key.slice(0, 29)}\niv  = ${iv.slice(0, 23)}`,
      "29 hex digits, not 64",
    ],
    ["half of it", `key = ${key}`, "no line `iv =`"],
  ])("where it opens and holds %s: other words than for another pair", (_what, text, problem) => {
    for (const padding of ["v1.5", "sha256"] as const) {
      const { code, message } = trouble(seal(text, pairs.own, padding));
      expect(code).toBe("file-unreadable");
      expect(message).toContain("was opened by this private key, but holds no archive key");
      expect(message).toContain(problem);
    }
  });
});
