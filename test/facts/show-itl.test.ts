// `show itl` and `show ctl` as the transcripts have them, whole, cut, wrapped and spoilt.
import { describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import type { ShownList } from "../../src/facts/list-facts.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import { readOrRefusal } from "./refusal.ts";
import { cutAtEveryLine, transcript } from "./transcript-text.ts";

const before = transcript("tac-03");
const after = transcript("tac-04");
const ctl = transcript("ext-29");

function shown(text: string): Extract<ShownList, { kind: "shown" }> {
  const list = parseShownList(text);
  if (list.kind !== "shown") throw new Error("expected a shown list");
  return list;
}

const callManager = "CN=test10pub.joemar2.lab;OU=tac;O=cisco;L=rtp;ST=nc;C=US";
const recovery = "CN=ITLRECOVERY_test10pub.joemar2.lab;OU=tac;O=cisco;L=rtp;ST=nc;C=US";
const callManagerSerial = "61:40:52:E9:1E:E9:7C:77:9B:7B:5E:81:0A:B1:46:A5";
const recoverySerial = "6E:3F:65:C2:97:B3:E0:1F:E7:42:81:AB:52:CC:55:DC";

describe("the list of 10.0 before its reset (tac-03)", () => {
  const list = shown(before);

  test("the head is read", () => {
    expect(list.checksums).toEqual({
      md5: "b331e5bfb450926e816be37f2d8c24a2",
      sha1: "9d7da73d16c1501b4d27dc1ed79211f390659982",
    });
    expect(list.lengthBytes).toBe(5302);
    expect(list.lastModified).toBe("Wed Feb 26 10:24:27 PST 2014");
    expect(list.version).toBe("1.2");
    expect(list.headerLengthBytes).toBe(324);
    expect(list.signer).toEqual({ name: callManager, serial: callManagerSerial, issuerName: callManager });
    expect(list.isVerified).toBe(true);
    expect(list.verdictText).toBe("The ITL file was verified successfully.");
    expect(list.unread).toEqual([]);
  });

  test("six records have their roles, and the CallManager token signed", () => {
    expect(list.records.map(({ index, functionCode, isSigner }) => [index, functionCode, isSigner])).toEqual([
      [1, 0, true],
      [2, 3, null],
      [3, 4, null],
      [4, 21, null],
      [5, 0, false],
      [6, 21, null],
    ]);
    expect(list.records.map(({ lengthBytes }) => lengthBytes)).toEqual([1115, 1115, 439, 455, 1141, 713]);
  });

  test("a record with a certificate is read whole", () => {
    expect(list.records[4]).toEqual({
      index: 5,
      lengthBytes: 1141,
      functionCode: 0,
      functionName: "System Administrator Security Token",
      dnsName: "",
      subjectName: recovery,
      issuerName: recovery,
      serial: recoverySerial,
      publicKeyBytes: 140,
      publicKey: null,
      certificate: null,
      certificateSha1: "CD:C7:4A:39:87:87:52:FA:B0:89:0C:28:AB:CB:36:32:EB:87:16:DC",
      certHash: null,
      hashAlgorithm: null,
      ipAddress: null,
      isSigner: false,
      unknownFields: [],
    });
  });

  test("a record with a hash only is read whole", () => {
    expect(list.records[5]).toMatchObject({
      functionName: "TVS",
      serial: "67:D1:A1:9E:F8:AB:91:E6:C0:A6:10:35:26:30:EE:02",
      publicKeyBytes: 270,
      certificateSha1: null,
      certHash: "AF:28:89:16:F9:94:E6:62:A3:65:C2:88:3B:94:08:1C:66:7C:49:C9",
      hashAlgorithm: "SHA-1",
    });
  });
});

test("after the reset the recovery token signed, and a lost row of the signature is no matter (tac-04)", () => {
  const list = shown(after);
  expect(list.checksums["sha1"]).toBe("3440f94f9252e243c99506b4bd33ea28ec654dab");
  expect(list.lengthBytes).toBe(5322);
  expect(list.signer).toEqual({ name: recovery, serial: recoverySerial, issuerName: recovery });
  expect(list.records.map(({ isSigner }) => isSigner)).toEqual([false, null, null, null, true, null]);
  expect(list.isVerified).toBe(true);
  expect(list.unread).toEqual([]);
});

test("the reset changed only who signed: the records of tac-03 and tac-04 are the same", () => {
  const plain = (text: string) => shown(text).records.map((record) => ({ ...record, isSigner: null }));
  expect(plain(after)).toEqual(plain(before));
});

test("a CTL of 10.5 is read (ext-29)", () => {
  const list = shown(ctl);
  expect(list.checksums["md5"]).toBe("1d97d9089dd558a062cccfcb1dc4c57f");
  expect(list.lengthBytes).toBe(4947);
  expect(list.lastModified).toBe("Fri Mar 06 21:56:07 CET 2015");
  expect(list.headerLengthBytes).toBe(336);
  expect(list.records.map(({ functionName }) => functionName)).toEqual([
    "System Administrator Security Token",
    "CCM+TFTP",
    "CAPF",
    "CCM+TFTP",
  ]);
  expect(list.records.map(({ dnsName }) => dnsName)).toEqual([
    "cucm-1051-a-pub",
    "cucm-1051-a-pub",
    "cucm-1051-a-pub",
    "cucm-1051-a-sub1",
  ]);
  expect(list.records[3]?.certificateSha1).toBe(
    "21:7F:23:DE:AF:FF:04:85:76:72:70:BF:B1:BA:44:DB:5E:90:ED:66",
  );
  expect(list.isVerified).toBe(true);
  expect(list.unread).toEqual([]);
});

test("a node without a CTL has none (ext-05)", () => {
  const list = parseShownList(transcript("ext-05"));
  expect(list).toMatchObject({ kind: "missing" });
  expect(list.kind === "missing" && list.text).toContain("CTL File not found .");
});

test("checksums alone are no list (tac-10)", () => {
  expect(() => parseShownList(transcript("tac-10"))).toThrow(/names no length/);
});

describe("what is not the sentence of success as the last line is not verified", () => {
  const sentence = "The ITL file was verified successfully.";

  test.each([before, after, ctl])("a list cut at any line", (text) => {
    for (const cut of cutAtEveryLine(text).filter((part) => !part.endsWith("verified successfully."))) {
      const list = readOrRefusal(() => parseShownList(cut));
      if (list instanceof OperatorError) expect(list.code).toBe("answer-not-understood");
      else if (list.kind === "shown") expect(list.isVerified, cut.slice(-80)).toBe(false);
      else expect.fail("a cut list is not a missing one");
    }
  });

  test("another sentence in its place is told", () => {
    const list = shown(before.replace(sentence, "Verification of the ITL File failed."));
    expect(list).toMatchObject({ isVerified: false, verdictText: "Verification of the ITL File failed." });
  });

  test.each([
    ["something behind it", `${sentence}\nand yet`],
    ["another full stop", sentence.slice(0, -1)],
    ["the sentence of the other list", "The CTL file was verified successfully."],
    ["more on its line", `${sentence} Perhaps.`],
    ["a negation", "The ITL file was not verified successfully."],
  ])("%s", (_, ending) => {
    expect(shown(before.replace(sentence, ending)).isVerified).toBe(false);
  });

  test("a file that the platform cannot read", () => {
    const list = shown("Length of ITL file: 77\nError parsing the ITL File.\nadmin:");
    expect(list).toMatchObject({
      isVerified: false,
      lengthBytes: 77,
      verdictText: "Error parsing the ITL File.",
    });
  });
});

describe("the same facts come out of", () => {
  const whole = shown(before);
  test.each([
    ["tabs instead of blanks", before.replace(/ {2,}/g, "\t")],
    ["single blanks", before.replace(/ {2,}/g, " ")],
    ["no indentation", before.replace(/^[ \t]+/gm, "")],
    ["more indentation", before.replace(/^/gm, "      ")],
    ["CRLF", before.replaceAll("\n", "\r\n")],
    ["CRLF with a stray CR", `admin:\r\n\r${before.replaceAll("\n", "\r\r\n")}admin:`],
    ["no blank lines", before.replace(/\n+/g, "\n")],
    ["an answer without echo, then the prompt", `${before.slice(before.indexOf("\n") + 1)}admin:`],
    ["an echo without prompt", before.slice("admin:".length)],
    [
      "terminal control and a pager's line",
      before.replaceAll(
        "\nBYTEPOS",
        "\n\x1b[1mPress <enter> for 1 line, <space> for one page, or <q> to quit \x1b[0m\r\x1b[KBYTEPOS",
      ),
    ],
    ["names wrapped before their OU", before.replaceAll(";OU=", "\n;OU=")],
    ["names wrapped behind a semicolon", before.replaceAll(";O=cisco", ";\n        O=cisco")],
    ["names wrapped inside a word", before.replaceAll("CN=test10pub.joemar2", "CN=test10pub.joe\nmar2")],
    ["hashes wrapped before their remark", before.replaceAll(" (SHA1 Hash HEX)", "\n   (SHA1 Hash HEX)")],
    ["hashes wrapped in the middle", before.replaceAll("82 CB", "82\nCB")],
  ])("%s", (_, text) => {
    expect(shown(text)).toEqual(whole);
  });

  test("records whose rows stand in another order", () => {
    const lines = before.split("\n");
    const swap = (a: number, b: number) => ([lines[a], lines[b]] = [lines[b] ?? "", lines[a] ?? ""]);
    const first = lines.findIndex((line) => line.startsWith("1       RECORDLENGTH"));
    swap(first, first + 3);
    swap(first + 2, first + 5);
    expect(shown(lines.join("\n"))).toEqual(whole);
  });
});

describe("what this reader does not know", () => {
  test("is kept with the record it stands in", () => {
    const list = shown(
      before.replace("12      HASH ALGORITHM  1       SHA-1", "$&\n28      SIGNER VERSION  2       1.1"),
    );
    expect(list.records[2]?.unknownFields).toEqual([{ tag: 28, lengthBytes: 2, value: "1.1" }]);
    expect(list.unread).toEqual([]);
    expect(list.isVerified).toBe(true);
  });

  test("is reported where it stands in the header, or nowhere", () => {
    const list = shown(
      before.replace("15      TIMESTAMP       4", "$&\n28      SIGNERVERSION   2\nSomething else entirely"),
    );
    expect(list.unread).toEqual(["28      SIGNERVERSION   2", "Something else entirely"]);
    expect(list.records).toHaveLength(6);
  });

  test("a function is kept by its name, and by its number where that is printed", () => {
    expect(shown(before.replaceAll("       CAPF\n", "       Wizard\n")).records[2]).toMatchObject({
      functionCode: null,
      functionName: "Wizard",
    });
    expect(shown(before.replaceAll("       CAPF\n", "       unknown (9)\n")).records[2]).toMatchObject({
      functionCode: 9,
    });
  });

  test("other digests are kept by name", () => {
    const list = shown(before.replace("(SHA1)", `(SHA1)\n${"ab".repeat(64)}(SHA-512)`));
    expect(list.checksums).toMatchObject({ "sha-512": "ab".repeat(64) });
  });

  test("a hash that is not SHA-1 is not passed off as one", () => {
    const list = shown(before.replaceAll("(SHA1 Hash HEX)", "(SHA256 Hash HEX)"));
    expect(list.records[0]).toMatchObject({
      certificateSha1: null,
      unknownFields: [{ tag: 9, lengthBytes: 684 }],
    });
  });

  test("a record whose head line was lost does not spoil the one before it", () => {
    const list = shown(before.replace(/\n.*ITL Record #:4\n/, "\n"));
    expect(list.records[2]).toMatchObject({ functionCode: 4, lengthBytes: 439 });
    expect(list.records).toHaveLength(5);
    expect(list.unread).toContain("ITL Record #:5");
    expect(list.unread.join()).toContain("455");
  });

  test.each([
    ["a checksum", "9d7da73d16c1501b4d27dc1ed79211f390659982(SHA1)", `${"ab".repeat(20)}(SHA1)`],
    ["a version", "Version:        1.2", "Version:        9.9"],
    [
      "a time",
      "The ITL File was last modified on Wed Feb 26 10:24:27 PST 2014",
      "The ITL File was last modified on Thu",
    ],
    ["a length of the header", "HeaderLength:   324 (BYTES)", "HeaderLength:   999 (BYTES)"],
  ])("%s that comes a second time does not stand for the first", (_, first, second) => {
    expect(shown(before.replace(first, `${first}\n${second}`))).toEqual({
      ...shown(before),
      unread: [second],
    });
  });

  test.each(["SIGNERNAME", "SERIALNUMBER", "CANAME"])("a header without its %s names no signer", (name) => {
    expect(shown(before).signer).not.toBeNull();
    expect(shown(before.replace(new RegExp(`\\n\\d+ +${name} .*`), "")).signer).toBeNull();
  });

  test("a length of 0, or words that there is no file, do not hide what is shown all the same", () => {
    const empty = before.replace("Length of ITL file: 5302", "Length of ITL file: 0");
    expect(shown(empty)).toEqual({ ...shown(before), lengthBytes: 0 });
    const header = empty.slice(0, empty.indexOf("12      SIGNATURE"));
    expect(shown(header)).toMatchObject({ lengthBytes: 0, records: [] });
    const odd = "Length of ITL file: 77\nITL File not found\nError parsing the ITL File.";
    expect(shown(odd)).toMatchObject({ lengthBytes: 77, isVerified: false });
    expect(parseShownList("Length of ITL file: 0\nError parsing the ITL File.")).toMatchObject({
      kind: "missing",
    });
  });

  test("two lists in one answer are not understood", () => {
    expect(() => parseShownList(`${before}\n${after}`)).toThrow(/more than one list/);
  });

  test("a refusal is not understood, and its text is in the message", () => {
    const refusal = readOrRefusal(() => parseShownList("Executed command unsuccessfully"));
    expect(refusal).toMatchObject({ code: "answer-not-understood" });
    expect(refusal).toHaveProperty("message", expect.stringContaining("Executed command unsuccessfully"));
  });

  test("more than 8 MiB is refused", () => {
    expect(() => parseShownList("x".repeat(8 * 1024 * 1024 + 1))).toThrow(/8 MiB/);
  });
});

describe("lines that look like known ones", () => {
  const readOf = (from: string, to: string) => {
    expect(before).toContain(from);
    return shown(before.replace(from, to));
  };
  const whole = shown(before);

  test("a list has as many records as are printed, ten and more too", () => {
    const [, ...blocks] = before.split(/(?=ITL Record #:)/);
    const [head = ""] = before.split("ITL Record #:");
    const verdict = "\nThe ITL file was verified successfully.\n";
    const block = (blocks[0] ?? "").replace(/The ITL file was[^\n]*\n?/, "");
    const twelve = Array.from({ length: 12 }, (_, at) => block.replace(/#:\s*\d+/, `#:${at + 1}`)).join("");
    const list = shown(`${head}${twelve}${verdict}`);
    expect(list.records.map(({ index }) => index)).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
    expect([list.isVerified, list.unread]).toEqual([true, []]);
    expect(new Set(list.records.map(({ serial }) => serial)).size).toBe(1);
  });

  test.each([
    ["Length of ITL file: ", "Old Length of ITL file: 1\nLength of ITL file: "],
    ["Parse ITL File", "Parse ITL File\nNo Parse ITL File"],
    ["Parse ITL File", "Parse ITL File\nParse ITL File failed"],
    ["Parse ITL File", "Parse ITL File\nThe ITL File not found is another one"],
  ])("%j becomes %j: nothing but a line that was not read", (from, to) => {
    const list = readOf(from, to);
    expect(list.unread).toHaveLength(whole.unread.length + 1);
    expect({ ...list, unread: [] }).toEqual({ ...whole, unread: [] });
  });
});
