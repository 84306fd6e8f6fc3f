// The lab's show itl and show ctl against the transcripts: the same text but for hashes and signature bytes.
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { functionCodes, type ListRecord, writeItl } from "../../mocks/lab/itl-writer.ts";
import { createKeyMaker } from "../../mocks/lab/key-maker.ts";
import { renderShowList, type ShowListOptions } from "../../mocks/lab/show-itl-text.ts";

const keys = createKeyMaker();
const publisherKey = keys.next(1024);
const recoveryKey = keys.next(1024);
const publicKeyOf = (key: typeof publisherKey) =>
  createPublicKey(key).export({ type: "pkcs1", format: "der" });
const hex = (text: string) => Buffer.from(text.replaceAll(":", ""), "hex");

const publisher = {
  subject: "CN=test10pub.joemar2.lab;OU=tac;O=cisco;L=rtp;ST=nc;C=US",
  serial: hex("61:40:52:E9:1E:E9:7C:77:9B:7B:5E:81:0A:B1:46:A5"),
};
// Three characters shorter than printed: the length 66 of the transcript is right, its name was edited.
const recovery = {
  subject: "CN=ITLRECOVERY_test10pub.joemar2.;OU=tac;O=cisco;L=rtp;ST=nc;C=US",
  serial: hex("6E:3F:65:C2:97:B3:E0:1F:E7:42:81:AB:52:CC:55:DC"),
};
const tail = ";OU=tac;O=cisco;L=rtp;ST=nc;C=US";
const base = (subject: string, serial: Buffer, functionCode: number): ListRecord => ({
  dnsName: " ",
  subject,
  functionCode,
  issuer: subject,
  serial,
  publicKey: publicKeyOf(publisherKey),
  signature: Buffer.alloc(128),
});
const withHash = (record: ListRecord): ListRecord => ({
  ...record,
  certHash: Buffer.alloc(20, 7),
  hashAlgorithm: 1,
});
const own = (code: number) => ({
  ...base(publisher.subject, publisher.serial, code),
  certificate: Buffer.alloc(684),
});
const records: ListRecord[] = [
  own(functionCodes.token),
  own(functionCodes.tftp),
  withHash(
    base(
      `CN=CAPF-75638ad9${tail}`,
      hex("42:BF:37:77:9B:16:AF:1C:D2:30:88:C2:17:24:9D:AA"),
      functionCodes.capf,
    ),
  ),
  withHash(
    base(publisher.subject, hex("76:59:84:D8:B7:30:60:63:36:E5:C7:B6:A7:DD:B9:D6"), functionCodes.tvs),
  ),
  {
    ...base(recovery.subject, recovery.serial, functionCodes.token),
    publicKey: publicKeyOf(recoveryKey),
    certificate: Buffer.alloc(692),
  },
  withHash({
    ...base(
      `CN=test10sub.joemar2.lab${tail}`,
      hex("67:D1:A1:9E:F8:AB:91:E6:C0:A6:10:35:26:30:EE:02"),
      functionCodes.tvs,
    ),
    publicKey: Buffer.alloc(270),
    signature: Buffer.alloc(256),
  }),
];
const list = (by: typeof publisher, privateKey: typeof publisherKey) =>
  writeItl({
    version: { major: 1, minor: 2 },
    signer: { ...by, issuer: by.subject, privateKey },
    digest: "sha1",
    filename: "ITLFile.tlv",
    timestamp: 1393439067,
    records,
  });
const options: ShowListOptions = {
  kind: "ITL",
  lastModified: "Wed Feb 26 10:24:27 PST 2014",
  hasTabs: false,
  notVerified: "not verified, in the lab's words",
};

/** Hashes and signature rows are the list's own; the transcript's name of the recovery certificate is too long. */
function comparable(text: string): string {
  return text
    .replace(/^admin:.*\n/, "")
    .replace(/\n+(admin:)?\n*$/, "")
    .replaceAll("ITLRECOVERY_test10pub.joemar2.lab", "ITLRECOVERY_test10pub.joemar2.")
    .replace(/^[0-9a-f]+\((MD5|SHA1)\)$/gm, "($1)")
    .replace(/(^[0-9a-f]{1,2}( +[0-9a-f]{1,2}){7}\n)+/gm, "(signature)\n")
    .replace(/([0-9A-F]{2} ){19}[0-9A-F]{2}/g, "(sha1)");
}

const transcript = (file: string) =>
  comparable(readFileSync(new URL(`../../mocks/transcripts/${file}`, import.meta.url), "utf8"));

describe("show itl", () => {
  it("prints the list of tac-03 as tac-03 does", () => {
    const text = renderShowList(list(publisher, publisherKey), options);
    expect(comparable(text)).toBe(transcript("tac-03-show-itl-before-reset.txt"));
  });

  it("prints the list signed by the recovery key as tac-04 does", () => {
    const lastModified = "Wed Feb 26 10:34:46 PST 2014";
    const text = renderShowList(list(recovery, recoveryKey), { ...options, lastModified });
    expect(comparable(text)).toBe(transcript("tac-04-show-itl-after-reset.txt"));
  });

  it("prints sixteen rows of eight signature bytes, without leading zeros", () => {
    const file = list(publisher, publisherKey);
    const rows = renderShowList(file, options).match(/^[0-9a-f]{1,2}( +[0-9a-f]{1,2}){7}$/gm) ?? [];
    const bytes = rows.flatMap((row) => row.split(/ +/));
    expect(rows).toHaveLength(16);
    expect(bytes.some((byte) => byte.length === 2 && byte.startsWith("0"))).toBe(false);
    expect(file.includes(Buffer.from(bytes.map((byte) => Number.parseInt(byte, 16))))).toBe(true);
  });

  it("parts columns with TABs that expand to the printed columns", () => {
    const text = renderShowList(list(publisher, publisherKey), { ...options, hasTabs: true });
    expect(text).toContain("3\tSIGNERID\t2\t139\n");
    expect(text).toContain("2\tDNSNAME\t\t2\n");
    expect(text).toContain("12\tHASH ALGORITHM\t1\tSHA-1\n");
  });

  it("prints the unknown text where the signature is not that of the record's key", () => {
    const text = renderShowList(list(publisher, recoveryKey), options);
    expect(text.endsWith("\nnot verified, in the lab's words")).toBe(true);
    expect(text).not.toContain("verified successfully");
  });

  it("a file cut short ends with the line about parsing", () => {
    const text = renderShowList(list(publisher, publisherKey).subarray(0, 900), options);
    expect(text.endsWith("\nError parsing the ITL File.")).toBe(true);
  });
});

describe("show ctl", () => {
  const names = (cn: string) => `CN=${cn};OU=TAC;O=Cisco;L=Krakow;ST=Malopolska;C=PL`;
  const at = (
    dnsName: string,
    cn: string,
    serial: string,
    code: number,
    certificate: number,
  ): ListRecord => ({
    ...base(names(cn), hex(serial), code),
    dnsName,
    certificate: Buffer.alloc(certificate),
    ipAddress: "10.48.47.153",
  });
  const serial = "70:CA:F6:4E:09:07:51:B9:DF:22:F4:9F:75:4F:C5:BB";

  it("prints the tokenless CTL of ext-29 as ext-29 does", () => {
    const pub = "cucm-1051-a-pub";
    const sub = "cucm-1051-a-sub1";
    const ctl = writeItl({
      version: { major: 1, minor: 2 },
      signer: { subject: names(pub), issuer: names(pub), serial: hex(serial), privateKey: publisherKey },
      digest: "sha1",
      filename: "CTLFile.tlv",
      timestamp: 1425675367,
      records: [
        at(pub, pub, serial, functionCodes.token, 694),
        at(pub, pub, serial, functionCodes.ccmTftp, 694),
        at(pub, "CAPF-e41e7d87", "74:4B:49:99:77:04:96:E7:99:E9:1E:81:D3:C8:10:9B", functionCodes.capf, 680),
        at(sub, sub, "6B:EB:FD:CD:CD:8C:A2:77:CB:2F:D1:D1:83:A6:0E:72", functionCodes.ccmTftp, 696),
      ],
    });
    const text = renderShowList(ctl, {
      ...options,
      kind: "CTL",
      lastModified: "Fri Mar 06 21:56:07 CET 2015",
    });
    expect(comparable(text)).toBe(transcript("ext-29-show-ctl-10.5-tokenless.txt"));
  });
});
