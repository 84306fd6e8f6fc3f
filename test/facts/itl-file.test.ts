// Trust lists and signed files, built byte by byte: what they say, how they may be wrong, whether their signature holds.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseListFile, verifyListFile } from "../../src/facts/itl-file.ts";
import { head, holding, number, record, text, tlv } from "./tlv-bytes.ts";
import type { Parts } from "./tlv-bytes.ts";
import { signer, token, tvs, list, why } from "./small-list.ts";

describe("a list", () => {
  test("is read whole", () => {
    const bytes = list();
    const file = parseListFile(bytes);
    expect(file).toMatchObject({
      kind: "itl",
      sizeBytes: bytes.length,
      md5: createHash("md5").update(bytes).digest("hex"),
      sha1: createHash("sha1").update(bytes).digest("hex"),
      sha256: createHash("sha256").update(bytes).digest("hex"),
    });
    expect(file.header).toEqual({
      version: "1.2",
      headerLength: bytes.length - token.length - tvs.length,
      signer: { name: "CN=signer;O=cisco", serial: "83:E9:08", issuerName: "CN=issuer;O=cisco" },
      digestCode: 1,
      digest: "sha1",
      signatureAlgorithmCode: 0,
      modulusCode: 1,
      signatureBytes: 128,
      filename: "ITLFile.tlv",
      timestamp: "2014-02-26T18:24:27Z",
      unknownFields: [],
    });
    expect(file.records).toEqual([
      {
        index: 1,
        lengthBytes: token.length,
        functionCode: 0,
        functionName: "System Administrator Security Token",
        dnsName: "",
        subjectName: "CN=signer;O=cisco",
        issuerName: "CN=issuer;O=cisco",
        serial: "83:E9:08",
        publicKeyBytes: 140,
        publicKey: signer.publicKey.toString("base64"),
        certificate: signer.der.toString("base64"),
        certificateSha1: createHash("sha1")
          .update(signer.der)
          .digest("hex")
          .toUpperCase()
          .replace(/..(?=.)/g, "$&:"),
        certHash: null,
        hashAlgorithm: null,
        ipAddress: null,
        isSigner: true,
        unknownFields: [],
      },
      {
        index: 2,
        lengthBytes: tvs.length,
        functionCode: 21,
        functionName: "TVS",
        dnsName: null,
        subjectName: "CN=sub",
        issuerName: "CN=sub",
        serial: "17",
        publicKeyBytes: null,
        publicKey: null,
        certificate: null,
        certificateSha1: null,
        certHash: "11:F6:AD:8E:C5:2A:29:84:AB:AA:FD:7C:3B:51:65:03:78:5C:20:72",
        hashAlgorithm: "SHA-1",
        ipAddress: null,
        isSigner: null,
        unknownFields: [],
      },
    ]);
    expect(verifyListFile(bytes)).toBe("valid");
  });

  test("may hold no record at all", () => {
    expect(parseListFile(list({ body: Buffer.alloc(0) })).records).toEqual([]);
  });

  test("keeps what this reader does not know", () => {
    const strange = record(
      number(4, 9, 2),
      tlv(77, Buffer.from("beef", "hex")),
      tlv(10, Buffer.alloc(16)),
      number(12, 6, 1),
    );
    const file = parseListFile(list({ body: strange, digestCode: 9, extra: [tlv(28, Buffer.from([1, 1]))] }));
    expect(file.header.digest).toBe("unknown (9)");
    expect(file.header.unknownFields).toEqual([{ tag: 28, lengthBytes: 2, value: "0101" }]);
    expect(file.records[0]).toMatchObject({
      functionCode: 9,
      functionName: "unknown (9)",
      hashAlgorithm: "unknown (6)",
      ipAddress: null,
    });
    expect(file.records[0]?.unknownFields).toEqual([
      { tag: 77, lengthBytes: 2, value: "beef" },
      { tag: 10, lengthBytes: 16, value: "00".repeat(16) },
    ]);
  });

  test("takes names as opaque text, not only in UTF-8", () => {
    const eToken = 'cn="SAST-ADN0054f509        ";ou=IPCBU;o="Cisco Systems';
    expect(parseListFile(list({ name: eToken })).header.signer.name).toBe(eToken);
    const latin = record(tlv(3, Buffer.from([0x43, 0x4e, 0x3d, 0xfc, 0])), number(4, 1, 2));
    expect(parseListFile(list({ body: latin })).records[0]?.subjectName).toBe("CN=ü");
  });

  test("has any padding of up to three bytes", () => {
    for (const padding of [0, 1, 2, 3]) expect(parseListFile(list({ padding })).records).toHaveLength(2);
    expect(why(list({ padding: 4 }))).toMatch(/do not end/);
  });
});

describe("the kind of a file", () => {
  const secure = record(number(4, 0, 2), tlv(10, Buffer.from([10, 48, 47, 153])));
  const body = Buffer.from("<device/>");
  test.each<[string, Partial<Parts>, string]>([
    ["ITLFile.tlv", {}, "itl"],
    ["ITLSEP001122334455.tlv", { filename: "ITLSEP001122334455.tlv" }, "itl"],
    ["CTLFile.tlv", { filename: "CTLFile.tlv" }, "ctl"],
    ["a .sgn", { filename: "SEP001122334455.cnf.xml.sgn", body }, "signed-file"],
    ["a .enc.sgn", { filename: "SEP001122334455.cnf.xml.enc.sgn", body }, "encrypted-config"],
    ["a .sgn whose name begins as a list's", { filename: "ctl.cnf.xml.sgn", body }, "signed-file"],
    ["a .tlv of another name", { filename: "other.tlv" }, "itl"],
    ["no name, records", { filename: null }, "itl"],
    ["no name, records with addresses", { filename: null, body: secure }, "ctl"],
    ["no name, something else", { filename: null, body }, "signed-file"],
    ["firmware", { filename: "SIP11.9-4-2SR1-1S.loads", body }, "signed-file"],
    ["a .sgn whose body looks like a record", { filename: "x.sgn", body: tvs }, "signed-file"],
    [
      "an encrypted one by its fields",
      { filename: "x.sgn", body, extra: [holding(16, number(26, 1, 1))] },
      "encrypted-config",
    ],
  ])("%s", (_, parts, kind) => {
    expect(parseListFile(list(parts)).kind).toBe(kind);
  });

  test("an address is read", () => {
    expect(parseListFile(list({ filename: "CTLFile.tlv", body: secure })).records[0]?.ipAddress).toBe(
      "10.48.47.153",
    );
  });
});

describe("the fields of encryption", () => {
  const iv = holding(17, number(18, 0, 1), tlv(19, Buffer.alloc(16, 1)), number(20, 5, 2));
  const wrapped = holding(
    21,
    number(22, 0, 1),
    number(23, 2048, 2),
    number(24, 1, 1),
    tlv(25, Buffer.alloc(256, 2)),
  );
  const hash = [number(26, 1, 1), tlv(27, Buffer.alloc(20, 3))];
  const filename = "SEP001122334455.cnf.xml.enc.sgn";
  const body = Buffer.alloc(32, 9);

  test.each([
    ["hash inside the container", [holding(16, iv, wrapped, ...hash)]],
    ["hash behind the container", [holding(16, iv, wrapped), ...hash]],
  ])("are kept, with the %s", (_, extra) => {
    const file = parseListFile(list({ filename, body, extra }));
    expect(file.kind).toBe("encrypted-config");
    expect(file.records).toEqual([]);
    expect(file.header.unknownFields.map(({ tag }) => tag)).toEqual([18, 19, 20, 22, 23, 24, 25, 26, 27]);
    expect(file.header.unknownFields[2]?.value).toBe("0005");
  });

  test.each<[string, Buffer[]]>([
    ["a child passes the end of its container", [head(16, iv.length - 1), iv]],
    ["the container ends inside its second child", [head(16, iv.length + 5), iv, wrapped]],
    ["a child stands outside", [iv]],
    ["a container that never ends", [head(16, 9999), iv]],
    ["a child in the wrong container", [holding(16, holding(17, number(23, 1, 2)))]],
  ])("are refused where %s", (_, extra) => {
    expect(why(list({ filename, body, extra }))).toMatch(/header/);
  });
});

describe("a broken file is refused", () => {
  const sound = list();
  const spoilt = (offset: number, ...bytes: number[]) => {
    const copy = Buffer.from(sound);
    copy.set(bytes, offset);
    return copy;
  };

  test.each<[string, Buffer, RegExp]>([
    ["no bytes", Buffer.alloc(0), /does not begin with a version/],
    ["a web page", Buffer.from("<html>404</html>"), /does not begin with a version/],
    ["a longer version", spoilt(2, 3), /./],
    ["a header that ends too late", list({ lengthError: 1 }), /./],
    ["a header that ends too early", list({ lengthError: -1 }), /./],
    ["a header longer than the file", spoilt(8, 0xff, 0xff), /does not fit the file/],
    ["a header shorter than its own length", spoilt(8, 0, 4), /does not fit the file/],
    ["a signer container too long", spoilt(10, 3, 0, 200), /wrong place/],
    ["a signer container too short", spoilt(10, 3, 0, 10), /longer than what holds it/],
    ["a field twice", list({ extra: [number(15, 1, 4)] }), /field 15 comes twice/],
    ["a header cut short", sound.subarray(0, 40), /does not fit the file/],
    [
      "a record longer than the file",
      list({ body: Buffer.concat([token, number(1, 6, 2)]) }),
      /record 2.*does not fit/,
    ],
    ["a record of length 0", list({ body: number(1, 0, 2) }), /record 1.*does not fit/],
    ["rubbish behind the records", list({ body: Buffer.concat([tvs, Buffer.from([0])]) }), /record 2/],
    ["a record without length", list({ body: text(3, "CN=x") }), /does not begin with its length/],
    [
      "a field past its record",
      list({ body: Buffer.concat([number(1, 10, 2), tlv(3, Buffer.alloc(9)), tvs]) }),
      /field 3 is longer/,
    ],
    [
      "a field twice in a record",
      list({ body: record(number(4, 0, 2), number(4, 3, 2)) }),
      /field 4 comes twice/,
    ],
    ["a function of one byte", list({ body: record(number(4, 0, 1)) }), /1 bytes instead of 2/],
    ["more than 8 MiB", Buffer.concat([sound, Buffer.alloc(8 * 1024 * 1024)]), /larger than 8 MiB/],
    ["a list of more than 1 MiB", Buffer.concat([sound, Buffer.alloc(1024 * 1024)]), /larger than 1 MiB/],
  ])("%s", (_, bytes, message) => {
    expect(why(bytes)).toMatch(message);
  });

  test("a signed file may be larger than a list", () => {
    const file = list({ filename: "big.cnf.xml.sgn", body: Buffer.alloc(2 * 1024 * 1024) });
    expect(parseListFile(file).kind).toBe("signed-file");
  });

  test("cut at any byte, unless a record ends there", () => {
    const ends = new Set([sound.length - token.length - tvs.length, sound.length - tvs.length]);
    for (let cut = 0; cut < sound.length; cut += 1) {
      if (!ends.has(cut)) expect(why(sound.subarray(0, cut)), String(cut)).toBeTruthy();
    }
  });
});
