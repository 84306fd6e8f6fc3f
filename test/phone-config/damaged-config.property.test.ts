// A configuration with any bit turned, or cut anywhere: never valid, never taken, never anything but its own error.
import fc from "fast-check";
import { expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { parseListFile } from "../../src/facts/itl-file.ts";
import { judgeConfigSignature } from "../../src/phone-config/judge-config-signature.ts";
import { parsePhoneConfig } from "../../src/phone-config/parse-config.ts";
import { readConfig } from "../../src/phone-config/read-config.ts";
import { maskConfig, renderXml } from "../../src/phone-config/mask-config.ts";
import { parseConfigFile } from "../../src/phone-config/signed-config.ts";
import { encryptedConfig, fullXml, heldList, shortPhoneKey, signedConfig, tftp } from "./made-config.ts";

const held = parseListFile(heldList("whole"));
const whole = { signed: signedConfig(), encrypted: encryptedConfig({ for: shortPhoneKey }) };

/** Everything that the command does with a file; null where it is refused as it should be. */
function readWhole(bytes: Buffer): { signature: string; accepted: boolean | null | undefined } | null {
  try {
    const file = parseConfigFile(bytes);
    const { signature, trust } = judgeConfigSignature(file, { signer: tftp.der, held });
    const told = { signature, accepted: trust?.accepted };
    try {
      const { clear } = readConfig(file, shortPhoneKey);
      if (clear !== null) renderXml(maskConfig(clear.root));
    } catch (error) {
      if (!(error instanceof OperatorError) || !["file-unreadable", "wrong-key"].includes(error.code))
        throw error;
    }
    return told;
  } catch (error) {
    if (error instanceof OperatorError && error.code === "file-unreadable") return null;
    throw error;
  }
}

function expectRefusal(bytes: Buffer): void {
  const told = readWhole(bytes);
  if (told === null) return;
  expect(told.signature).not.toBe("valid");
  expect(told.accepted).not.toBe(true);
}

test("the whole files are valid and taken", () => {
  for (const bytes of Object.values(whole)) {
    expect(readWhole(bytes)).toEqual({ signature: "valid", accepted: true });
  }
});

test.each(["signed", "encrypted"] as const)(
  "a %s file, one bit in each byte of the header turned by itself",
  (kind) => {
    const bytes = whole[kind];
    const headerLength = bytes.readUInt16BE(8);
    for (let at = 0; at < headerLength; at += 1) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ (1 << ((at * 5) % 8));
      expectRefusal(copy);
    }
  },
);

test.each(["signed", "encrypted"] as const)("%s: cut", (kind) => {
  const bytes = whole[kind];
  const headerLength = bytes.readUInt16BE(8);
  for (let length = 0; length < bytes.length; length += length < headerLength ? 1 : 5) {
    expectRefusal(bytes.subarray(0, length));
  }
});

test.each(["signed", "encrypted"] as const)("%s: bytes changed, put in or taken out", (kind) => {
  const bytes = whole[kind];
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(5), fc.uint8Array({ maxLength: 5 }));
  fc.assert(
    fc.property(change, ([at, gone, put]) => {
      const copy = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + gone)]);
      if (!copy.equals(bytes)) expectRefusal(copy);
    }),
    { numRuns: 100 },
  );
});

test("XML with bytes changed is read or refused, and nothing else", () => {
  const xml = Buffer.from(fullXml);
  const change = fc.tuple(
    fc.nat(xml.length - 1),
    fc.nat(9),
    fc.oneof(fc.string(), fc.constantFrom("<", "&", "<!", "]]>", "\0")),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let bytes = xml;
      for (const [at, gone, put] of changes) {
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + gone)]);
      }
      try {
        parsePhoneConfig(bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: "file-unreadable" });
      }
    }),
    { numRuns: 200 },
  );
});
