// What CAPF says first, and its certificate against the records of a list.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { servedBytes } from "../../mocks/lab/phones.ts";
import { pairsText } from "../../src/base/serial.ts";
import { parseCertificate } from "../../src/facts/certificate.ts";
import { parseListFile } from "../../src/facts/itl-file.ts";
import type { ItlRecord } from "../../src/facts/itl-record.ts";
import { capfHelloBytes, parseCapfHello } from "../../src/phone-config/capf-hello.ts";
import { matchCapfRecord } from "../../src/phone-config/capf-record.ts";
import { isLegacyModel, takesNoItl } from "../../src/phone-config/legacy-model.ts";
import { capfCertificate, capfHello, openScene } from "./scene.ts";

describe("the first bytes", () => {
  test("of a CAPF have a session and a version", () => {
    expect(parseCapfHello(capfHello)).toMatchObject({ kind: "capf", version: 3 });
    expect(capfHello).toHaveLength(capfHelloBytes);
    expect(parseCapfHello(Buffer.from("5501deadbeef000407000104", "hex"))).toMatchObject({ version: 4 });
  });

  test.each([
    ["", "short"],
    ["55", "short"],
    ["550100000001000407", "short"],
    ["15030100020228", "other"],
    ["5502", "other"],
    ["55010000000100050700010300", "other"],
    [Buffer.from("HTTP/1.1 400").toString("hex"), "other"],
  ])("%j are %s", (hex, kind) => {
    expect(parseCapfHello(Buffer.from(hex, "hex"))).toEqual({ kind, hex });
  });
});

describe("the certificate", () => {
  const { lab } = openScene();
  const certificate = parseCertificate(capfCertificate(lab).der);
  const records = parseListFile(servedBytes(lab, lab.publisher) ?? Buffer.alloc(0)).records;
  const capf = records.find(({ functionCode }) => functionCode === 4) as ItlRecord;
  const bare = { ...capf, certificate: null, certificateSha1: null, certHash: null };
  const digest = (algorithm: string) =>
    pairsText(createHash(algorithm).update(Buffer.from(certificate.der, "base64")).digest());

  test("is found by the hash that the list has", () => {
    expect(matchCapfRecord(certificate, records)).toEqual({ kind: "listed", by: "hash" });
  });

  test.each([
    ["the whole certificate", { certificate: certificate.der }, "certificate"],
    ["a SHA-256 hash", { certHash: digest("sha256") }, "hash"],
    ["a SHA-512 hash", { certHash: digest("sha512") }, "hash"],
    ["a serial number alone", {}, "serial number"],
  ])("is found by %s", (_, parts, by) => {
    expect(matchCapfRecord(certificate, [{ ...bare, ...parts }])).toEqual({ kind: "listed", by });
  });

  test.each([
    ["another certificate under the same serial", { certificate: "MIIB" }],
    ["another hash under the same serial", { certHash: digest("sha1").replace(/^../, "00") }],
    ["another serial", { serial: "00:11" }],
  ])("is not that of %s", (_, parts) => {
    expect(matchCapfRecord(certificate, [{ ...bare, ...parts }]).kind).toBe("not-listed");
  });

  test("is not found among records of other functions", () => {
    const others = records.filter(({ functionCode }) => functionCode !== 4);
    expect(matchCapfRecord(certificate, others)).toEqual({ kind: "not-listed", listed: [] });
  });
});

test.each([
  ["Cisco 7962", true],
  ["Cisco 6901", true],
  ["Cisco 3905", true],
  ["Cisco 8961", true],
  ["Cisco 9971", true],
  ["Cisco IP Communicator", true],
  ["Cisco 8841", false],
  ["Cisco 7821", false],
  ["Cisco 9871", false],
  ["Cisco Unified Client Services Framework", false],
  ["Cisco 79620", false],
])("%s needs old TLS: %s", (model, isLegacy) => {
  expect(isLegacyModel(model)).toBe(isLegacy);
  expect(takesNoItl(model)).toBe(model === "Cisco 6901");
});
