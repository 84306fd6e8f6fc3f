// A small list of two records, made with a key of its own, that tests of reading and of signatures start from.
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { parseListFile } from "../../src/facts/itl-file.ts";
import { makeCertificate } from "./made-certificate.ts";
import { readOrRefusal } from "./refusal.ts";
import { number, record, signedFile, text, tlv } from "./tlv-bytes.ts";
import type { Parts } from "./tlv-bytes.ts";

export const signer = makeCertificate("signer", "0083e908");
export const other = makeCertificate("signer", "0083e908");
const { key } = signer;
export const serial = Buffer.from("83E908", "hex");
export const names = [text(3, "CN=signer;O=cisco"), text(5, "CN=issuer;O=cisco"), tlv(6, serial)];
export const token = record(
  text(2, " "),
  ...names,
  number(4, 0, 2),
  tlv(7, signer.publicKey),
  tlv(8, Buffer.alloc(128, 7)),
  tlv(9, signer.der),
);
export const tvs = record(
  text(3, "CN=sub"),
  number(4, 21, 2),
  text(5, "CN=sub"),
  tlv(6, Buffer.from("0017", "hex")),
  tlv(11, createHash("sha1").update("x").digest()),
  number(12, 1, 1),
);
export const list = (parts: Partial<Parts> = {}) =>
  signedFile({ key, body: Buffer.concat([token, tvs]), ...parts });
export const why = (bytes: Uint8Array) => {
  const refusal = readOrRefusal(() => parseListFile(bytes));
  if (!("code" in refusal)) throw new Error("expected a refusal");
  expect(refusal.code).toBe("file-unreadable");
  return refusal.message;
};
