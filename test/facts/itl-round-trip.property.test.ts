// Random lists through the lab's writer and printer: what is read back from bytes and from text is what was written.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pairsText, serialText } from "../../src/base/serial.ts";
import { parseListFile, verifyListFile } from "../../src/facts/itl-file.ts";
import type { ListFile } from "../../src/facts/list-facts.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import { writeItl } from "../../mocks/lab/itl-writer.ts";
import type { ListRecord } from "../../mocks/lab/itl-writer.ts";
import { renderShowList } from "../../mocks/lab/show-itl-text.ts";
import { makeCertificate } from "./made-certificate.ts";

const made = [makeCertificate("a", "00c1"), makeCertificate("b", "17", 2048)] as const;
const word = fc.stringMatching(/^[A-Za-z0-9._"()=, -]{0,20}[A-Za-z0-9"]$/);
const name = fc.tuple(word, word, word).map(([cn, ou, o]) => `CN=${cn};OU=${ou};O=${o};C=US`);
const serial = fc
  .tuple(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 18 }))
  .map(([first, rest]) => Buffer.from([first, ...rest]));

const record: fc.Arbitrary<ListRecord> = fc.record(
  {
    dnsName: fc.constantFrom("", " ", "cucm-1051-a-pub", "10.48.47.153"),
    subject: name,
    issuer: name,
    serial,
    functionCode: fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 21, 99),
    publicKey: fc.constantFrom(...made.map(({ publicKey }) => publicKey)),
    signature: fc.uint8Array({ minLength: 128, maxLength: 128 }).map((bytes) => Buffer.from(bytes)),
    certificate: fc.constantFrom(...made.map(({ der }) => der)),
    ipAddress: fc.ipV4(),
  },
  { requiredKeys: ["functionCode"] },
);
const hashed = record.map(({ certificate, ...rest }) =>
  certificate === undefined
    ? rest
    : { ...rest, certHash: createHash("sha1").update(certificate).digest(), hashAlgorithm: 1 },
);
const list = fc.record({
  signer: fc.record({ subject: name, issuer: name, serial, at: fc.constantFrom(0, 1) }),
  isSelfSigned: fc.boolean(),
  digest: fc.constantFrom("sha1", "sha256", "sha512"),
  kind: fc.constantFrom("ITL", "CTL"),
  timestamp: fc.option(fc.integer({ min: 0, max: 0xffffffff })),
  records: fc.array(fc.oneof(record, hashed), { maxLength: 8 }),
  hasTabs: fc.boolean(),
});
type RandomList = typeof list extends fc.Arbitrary<infer T> ? T : never;

function bytesOf({
  signer,
  isSelfSigned,
  digest,
  kind,
  timestamp,
  records,
}: RandomList): [Buffer, ListRecord[]] {
  const { key, der, publicKey } = made[signer.at as 0 | 1];
  const { subject, issuer, serial } = signer;
  const token: ListRecord = {
    dnsName: " ",
    subject,
    issuer,
    serial,
    functionCode: 0,
    publicKey,
    certificate: der,
  };
  const all = isSelfSigned ? [token, { ...token, functionCode: 3 }, ...records] : records;
  const bytes = writeItl({
    version: { major: 1, minor: 2 },
    signer: { subject, issuer, serial, privateKey: key },
    digest: digest as "sha1",
    filename: `${kind}File.tlv`,
    timestamp,
    records: all,
  });
  return [bytes, all];
}

const sha1 = (bytes: Buffer | undefined) =>
  bytes ? pairsText(createHash("sha1").update(bytes).digest()) : null;
const base64 = (bytes: Buffer | undefined) => bytes?.toString("base64") ?? null;

test("what is written to bytes is read from them", () => {
  fc.assert(
    fc.property(list, (random) => {
      const [bytes, records] = bytesOf(random);
      const file = parseListFile(bytes);
      expect(file.kind).toBe(random.kind.toLowerCase());
      expect(file.header).toMatchObject({
        version: "1.2",
        digest: random.digest,
        filename: `${random.kind}File.tlv`,
        signer: {
          name: random.signer.subject,
          issuerName: random.signer.issuer,
          serial: serialText(random.signer.serial),
        },
      });
      expect(file.header.timestamp === null ? null : Date.parse(file.header.timestamp) / 1000).toBe(
        random.timestamp,
      );
      expect(file.records).toMatchObject(
        records.map((written, at) => ({
          index: at + 1,
          functionCode: written.functionCode,
          dnsName: written.dnsName?.trim() ?? null,
          subjectName: written.subject ?? null,
          issuerName: written.issuer ?? null,
          serial: written.serial ? serialText(written.serial) : null,
          publicKey: base64(written.publicKey),
          certificate: base64(written.certificate),
          certificateSha1: sha1(written.certificate),
          certHash: written.certHash ? pairsText(written.certHash) : null,
          ipAddress: written.ipAddress ?? null,
        })),
      );
      if (random.isSelfSigned) expect(verifyListFile(bytes)).toBe("valid");
      expect(verifyListFile(bytes, made[random.signer.at as 0 | 1].der)).toBe("valid");
      expect(verifyListFile(bytes, made[(1 - random.signer.at) as 0 | 1].der)).toBe("invalid");
    }),
  );
});

/** What text and bytes of one list both tell. */
function told(records: ListFile["records"]) {
  return records.map((record) => ({
    index: record.index,
    lengthBytes: record.lengthBytes,
    functionCode: record.functionCode,
    dnsName: record.dnsName,
    subjectName: record.subjectName,
    issuerName: record.issuerName,
    serial: record.serial,
    publicKeyBytes: record.publicKeyBytes,
    certificateSha1: record.certificateSha1,
    certHash: record.certHash,
    hashAlgorithm: record.hashAlgorithm,
  }));
}

test("what is printed of a list says the same as its bytes", () => {
  fc.assert(
    fc.property(list, (random) => {
      const [bytes] = bytesOf(random);
      const text = renderShowList(bytes, {
        kind: random.kind as "ITL",
        lastModified: "Wed Feb 26 10:24:27 PST 2014",
        hasTabs: random.hasTabs,
        notVerified: "not verified",
      });
      const file = parseListFile(bytes);
      const shown = parseShownList(text);
      if (shown.kind !== "shown") throw new Error("expected a shown list");
      expect(shown.unread).toEqual([]);
      expect(shown.checksums).toEqual({ md5: file.md5, sha1: file.sha1 });
      expect(shown).toMatchObject({
        lengthBytes: file.sizeBytes,
        version: file.header.version,
        headerLengthBytes: file.header.headerLength,
        signer: file.header.signer,
      });
      expect(told(shown.records)).toEqual(told(file.records));
      expect(shown.isVerified).toBe(verifyListFile(bytes) === "valid");
      expect(shown.records.every(({ unknownFields }) => unknownFields.length === 0)).toBe(true);
    }),
  );
});
