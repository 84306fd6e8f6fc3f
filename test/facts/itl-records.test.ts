// Records that lack what others have: what is absent is null, what is odd is kept.
import { expect, test } from "vitest";
import { parseItlRecords } from "../../src/facts/itl-records.ts";
import { number, record, text, tlv } from "./tlv-bytes.ts";

const signer = { name: "CN=a", serial: "01", issuerName: "CN=b" };
const first = (...fields: Buffer[]) => parseItlRecords(record(...fields), 0, signer)[0];

test("a record of nothing but its length is one", () => {
  expect(first()).toMatchObject({
    ...{ index: 1, lengthBytes: 5, functionCode: null, functionName: "unknown", serial: null },
    ...{ ipAddress: null, isSigner: null, certificate: null, publicKey: null, unknownFields: [] },
  });
});

test("an empty serial is none", () => {
  expect(first(tlv(6, Buffer.alloc(0)))?.serial).toBeNull();
  expect(first(tlv(6, Buffer.of(0, 1)))?.serial).toBe("01");
});

test("an address of four bytes is read, any other is kept", () => {
  expect(first(tlv(10, Buffer.of(10, 0, 0, 7)))).toMatchObject({ ipAddress: "10.0.0.7", unknownFields: [] });
  expect(first(tlv(10, Buffer.of(10, 0, 7)))).toMatchObject({
    ...{ ipAddress: null, unknownFields: [{ tag: 10, lengthBytes: 3, value: "0a0007" }] },
  });
});

test("a token is the signer's by both names and the serial", () => {
  const token = (subject: string, issuer: string, serial: number) =>
    first(text(3, subject), text(5, issuer), tlv(6, Buffer.of(serial)), number(4, 0, 2))?.isSigner;
  expect(token("CN=a", "CN=b", 1)).toBe(true);
  expect([token("CN=x", "CN=b", 1), token("CN=a", "CN=x", 1), token("CN=a", "CN=b", 2)]).toEqual([
    ...[false, false, false],
  ]);
});
