// Whose certificate signed a list, told from its bytes and from what `show itl` prints alike.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseShownList } from "../../src/facts/show-itl.ts";
import {
  isRecordOf,
  isTftpRecord,
  isToken,
  isTvsRecord,
  recoveryRecordOf,
  signedBy,
  signerRecordOf,
  tokensOf,
} from "../../src/verdict/signed-by.ts";
import { smallRecord } from "./small-facts.ts";
import { factsOf, from12, listOf, makeLab, nodeOf, releases, upTo11 } from "../support/lab-facts.ts";

const transcript = (name: string) => {
  const list = parseShownList(
    readFileSync(new URL(`../../mocks/transcripts/${name}`, import.meta.url), "utf8"),
  );
  if (list.kind !== "shown") throw new Error("no list in the transcript");
  return list;
};

describe("the signer of the 10.0 transcripts", () => {
  test("is CallManager before the reset (tac-03)", () => {
    expect(signedBy(transcript("tac-03-show-itl-before-reset.txt"))).toBe("CallManager");
  });
  test("is ITLRecovery after the reset (tac-04)", () => {
    expect(signedBy(transcript("tac-04-show-itl-after-reset.txt"))).toBe("ITLRecovery");
  });
  test("the recovery record has the serial that Cisco prints", () => {
    const record = recoveryRecordOf(transcript("tac-03-show-itl-before-reset.txt"));
    expect(record?.serial).toBe("6E:3F:65:C2:97:B3:E0:1F:E7:42:81:AB:52:CC:55:DC");
  });
});

describe.each(releases)("release %s", (release) => {
  test("both views of one list name the same signer and recovery record", () => {
    const lab = makeLab(release);
    const { itl } = nodeOf(factsOf(lab), "tftp2");
    if (itl?.kind !== "shown") throw new Error("no list");
    const { file } = listOf(lab, "tftp2");
    expect(signedBy(itl)).toBe(signedBy(file));
    expect(recoveryRecordOf(itl)?.serial).toBe(recoveryRecordOf(file)?.serial);
    expect(signerRecordOf(itl)?.serial).toBe(file.header.signer.serial);
    expect(tokensOf(itl)).toHaveLength(2);
  });
});

test.each(upTo11)("up to 11.5 (%s) CallManager signs, and ITLRecovery after localkey", async (release) => {
  const lab = makeLab(release);
  expect(signedBy(listOf(lab, "pub").file)).toBe("CallManager");
  await lab.resetLocalkey();
  expect(signedBy(listOf(lab, "pub").file)).toBe("ITLRecovery");
});

test.each(from12)("from 12.0 (%s) ITLRecovery signs, and CallManager after localkey", async (release) => {
  const lab = makeLab(release);
  expect(signedBy(listOf(lab, "pub").file)).toBe("ITLRecovery");
  await lab.resetLocalkey();
  expect(signedBy(listOf(lab, "pub").file)).toBe("CallManager");
});

test("the CN of a recovery record begins with ITLRECOVERY_ in any case", () => {
  const { file } = listOf(makeLab("11.5"), "pub");
  const written = file.records.map((record) => ({
    ...record,
    subjectName: record.subjectName?.replace("ITLRECOVERY_", "ItlRecovery_") ?? null,
  }));
  expect(recoveryRecordOf({ records: written })).not.toBeNull();
});

test("a token that is a TFTP record as well is no recovery record, whatever its name", () => {
  const { file } = listOf(makeLab("11.5"), "pub");
  const recovery = recoveryRecordOf(file);
  if (recovery === null) throw new Error("no recovery record");
  const twin = { ...recovery, functionCode: 3, functionName: "TFTP" };
  expect(recoveryRecordOf({ records: [...file.records, twin] })).toBeNull();
});

test("a token named in another way signs as other", () => {
  const { file } = listOf(makeLab("12.5"), "pub");
  const renamed = { ...file, records: file.records.filter((record) => record !== recoveryRecordOf(file)) };
  expect(signedBy(renamed)).toBe("other");
});

test("a list that names no signer was signed by other", () => {
  const list = transcript("tac-03-show-itl-before-reset.txt");
  expect(signedBy({ ...list, signer: null })).toBe("other");
});

test("a record is the signer's by its serial and both its names, not by two of them", () => {
  const { file } = listOf(makeLab("11.5"), "pub");
  const record = signerRecordOf(file);
  if (record === null) throw new Error("no record of the signer");
  const { signer } = file.header;
  expect(isRecordOf(record, signer)).toBe(true);
  for (const part of ["serial", "subjectName", "issuerName"] as const) {
    expect(isRecordOf({ ...record, [part]: "another" }, signer)).toBe(false);
  }
});

test.each([
  ["a token", { functionCode: 0, functionName: "System Administrator Security Token" }, [true, false, false]],
  ["a token, by its number alone", { functionCode: 0, functionName: "" }, [true, false, false]],
  [
    "a token, by its name alone",
    { functionCode: null, functionName: "System Administrator Security Token" },
    [true, false, false],
  ],
  ["TFTP, by its number alone", { functionCode: 3, functionName: "" }, [false, true, false]],
  ["CCM+TFTP, by its number alone", { functionCode: 2, functionName: "" }, [false, true, false]],
  ["CCM+TFTP, by its name alone", { functionCode: null, functionName: "CCM+TFTP" }, [false, true, false]],
  ["TVS, by its number alone", { functionCode: 21, functionName: "" }, [false, false, true]],
  ["TVS, by its name alone", { functionCode: null, functionName: "TVS" }, [false, false, true]],
  ["CCM", { functionCode: 1, functionName: "CCM" }, [false, false, false]],
  ["unknown", { functionCode: null, functionName: "unknown" }, [false, false, false]],
])("a record that is %s", (_, parts, roles) => {
  const [first] = listOf(makeLab("11.5"), "pub").file.records;
  if (first === undefined) throw new Error("no record");
  const record = { ...first, ...parts };
  expect([isToken(record), isTftpRecord(record), isTvsRecord(record)]).toEqual(roles);
});

test("the signer's record is its token, not another record of the same certificate", () => {
  const { file } = listOf(makeLab("11.5"), "pub");
  const { serial } = file.header.signer;
  const records = file.records.filter((record) => !isToken(record) || record.serial !== serial);
  expect(records.map((record) => record.serial)).toContain(serial);
  expect(signerRecordOf({ ...file, records })).toBeNull();
});

describe("the recovery record", () => {
  const token = smallRecord("token", "0A", { unit: "ITLRecovery" });
  const { subjectName, issuerName, serial } = token;
  const tftp = smallRecord("TFTP", "0B", { node: "other" });

  test.each([
    ["all three are alike", { subjectName, issuerName, serial }, false],
    ["its serial is another", { subjectName, issuerName }, true],
    ["its issuer is another", { subjectName, serial }, true],
    ["its subject is another", { issuerName, serial }, true],
  ])("is no TFTP server's as well, beside a TFTP record of which %s", (_, parts, isFound) => {
    const records = [token, { ...tftp, ...parts }];
    expect(recoveryRecordOf({ records })).toBe(isFound ? token : null);
  });

  test.each([
    ["CN=ITLRECOVERY_pub;OU=tac", true],
    ["O=cisco;CN=ITLRECOVERY_pub", true],
    ["O=cisco, CN = ITLRECOVERY_pub", true],
    ["/O=cisco/CN=itlrecovery_pub", true],
    ["  CN=ITLRECOVERY_pub", true],
    ["O=xCN=ITLRECOVERY_pub", false],
    ["O=x;OU=CN-ITLRECOVERY_pub", false],
    ["CN=xITLRECOVERY_pub", false],
    ["CN=ITLRECOVERYpub", false],
    ["XCN=ITLRECOVERY_pub", false],
    [null, false],
  ])("is known by the beginning of its common name: %j", (name, isFound) => {
    const records = [{ ...token, subjectName: name }];
    expect(recoveryRecordOf({ records }) !== null).toBe(isFound);
  });
});
