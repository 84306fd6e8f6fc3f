// Who signed a configuration, and whether a phone that holds a list takes it: by certificate, by record, by hash.
import { describe, expect, test } from "vitest";
import { parseListFile } from "../../src/facts/itl-file.ts";
import { judgeConfigSignature } from "../../src/phone-config/judge-config-signature.ts";
import { parseConfigFile } from "../../src/phone-config/signed-config.ts";
import { signedFile } from "../facts/tlv-bytes.ts";
import { encryptedConfig, heldList, partialXml, signedConfig, stranger, tftp } from "./made-config.ts";

const judge = (bytes: Uint8Array, known: { signer?: Uint8Array; held?: Uint8Array } = {}) =>
  judgeConfigSignature(parseConfigFile(bytes), {
    signer: known.signer ?? null,
    held: known.held === undefined ? null : parseListFile(known.held),
  });
const accepted = (bytes: Uint8Array, known: Parameters<typeof judge>[1]) => {
  const { signature, trust } = judge(bytes, known);
  return [signature, trust?.accepted];
};
const good = signedConfig();
const forged = signedConfig(partialXml, stranger.key);

describe("by the certificate alone", () => {
  test("valid, invalid, and not known", () => {
    expect(judge(good, { signer: tftp.der })).toEqual({ signature: "valid", trust: null });
    expect(judge(encryptedConfig(), { signer: tftp.der }).signature).toBe("valid");
    expect(judge(forged, { signer: tftp.der }).signature).toBe("invalid");
    expect(judge(good)).toEqual({ signature: "no-signer-certificate", trust: null });
  });

  test("a kind of signature that nobody knows is not supported", () => {
    const odd = signedFile({
      key: tftp.key,
      filename: "a.cnf.xml.sgn",
      digestCode: 9,
      body: Buffer.from("<device/>"),
    });
    expect(judge(odd, { signer: tftp.der }).signature).toBe("unsupported");
    expect(accepted(odd, { held: heldList("whole") })).toEqual(["unsupported", null]);
  });
});

describe("by the list that a phone holds", () => {
  test("a TFTP record with the signer's names, serial and key: taken", () => {
    expect(accepted(good, { held: heldList("whole") })).toEqual(["valid", true]);
    expect(accepted(encryptedConfig(), { held: heldList("whole") })).toEqual(["valid", true]);
  });

  test("the names and serial, and another key: not taken", () => {
    expect(accepted(forged, { held: heldList("whole") })).toEqual(["invalid", false]);
    expect(accepted(good, { held: heldList("whole", stranger) })).toEqual(["invalid", false]);
  });

  test("a security token is no TFTP record: not taken", () => {
    const { signature, trust } = judge(good, { held: heldList("token") });
    expect([signature, trust?.accepted]).toEqual(["no-signer-certificate", false]);
    expect(trust?.reason).toContain("no TFTP record");
  });

  test("a record with a hash alone needs the certificate, and that certificate", () => {
    const held = heldList("hash");
    const alone = judge(good, { held });
    expect([alone.signature, alone.trust?.accepted]).toEqual(["no-signer-certificate", null]);
    expect(alone.trust?.reason).toContain("--signer");
    expect(accepted(good, { held, signer: tftp.der })).toEqual(["valid", true]);
    expect(accepted(forged, { held, signer: tftp.der })).toEqual(["invalid", false]);
    expect(accepted(forged, { held, signer: stranger.der })).toEqual(["valid", false]);
  });

  test("the certificate of that hash may stand in another record of the list", () => {
    expect(accepted(good, { held: heldList("hash-and-token") })).toEqual(["valid", true]);
    expect(accepted(forged, { held: heldList("hash-and-token") })).toEqual(["invalid", false]);
  });

  test("with a certificate given too, the signature is that certificate's word", () => {
    expect(accepted(good, { held: heldList("whole"), signer: stranger.der })).toEqual(["invalid", true]);
    expect(accepted(good, { held: heldList("token"), signer: tftp.der })).toEqual(["valid", false]);
  });
});

test("a file that is not signed is unsigned, and no phone with a list takes it", () => {
  const plain = Buffer.from(partialXml);
  expect(judge(plain, { signer: tftp.der })).toEqual({ signature: "unsigned", trust: null });
  expect(accepted(plain, { held: heldList("whole") })).toEqual(["unsigned", false]);
});

test("a list is no configuration, and neither is anything else", () => {
  const unreadable = expect.objectContaining({ code: "file-unreadable" });
  for (const bytes of [heldList("whole"), Buffer.from("hello"), Buffer.alloc(0), good.subarray(0, 100)]) {
    expect(() => judge(bytes)).toThrow(unreadable);
  }
});
