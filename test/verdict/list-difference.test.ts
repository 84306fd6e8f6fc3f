// `itl diff`: what changed between two lists, in terms of roles and certificates.
import { expect, test } from "vitest";
import { compareLists } from "../../src/verdict/list-difference.ts";
import { from12, listOf, makeLab, replace, upTo11 } from "../support/lab-facts.ts";

const summary = (difference: ReturnType<typeof compareLists>) =>
  difference.changes.map(
    (change) => `${change.kind} ${change.kind === "changed" ? change.after.role : change.entry.role}`,
  );

test("a list equals itself", () => {
  const { file, bytes } = listOf(makeLab("11.5"), "pub");
  const difference = compareLists(file, file, bytes);
  expect(difference.isSameFile).toBe(true);
  expect(difference.signer.isChanged).toBe(false);
  expect(new Set(difference.changes.map((change) => change.kind))).toEqual(new Set(["kept"]));
  expect(difference.takes.accepted).toBe(true);
});

test.each(upTo11)(
  "a regenerated CallManager changes token, TFTP record and signer, and is not taken directly (%s)",
  (release) => {
    const lab = makeLab(release);
    const before = listOf(lab, "pub").file;
    replace(lab, ["CallManager"]);
    const { file, bytes } = listOf(lab, "pub");
    const difference = compareLists(before, file, bytes);
    expect(summary(difference).filter((line) => line.startsWith("changed"))).toEqual([
      "changed CallManager token",
      "changed TFTP",
    ]);
    expect(difference.isSameFile).toBe(false);
    expect(difference.signer).toMatchObject({
      isChanged: true,
      before: { role: "CallManager" },
      after: { role: "CallManager" },
    });
    expect(difference.takes.accepted).toBe(false);
    expect(compareLists(before, file).takes.accepted).toBe(false);
  },
);

test.each(from12)("a replaced ITLRecovery changes its record and the signer (%s)", (release) => {
  const lab = makeLab(release);
  const before = listOf(lab, "pub").file;
  replace(lab, ["ITLRecovery"]);
  const { file, bytes } = listOf(lab, "pub");
  const difference = compareLists(before, file, bytes);
  expect(summary(difference)).toContain("changed ITLRecovery");
  expect(difference.signer.after.role).toBe("ITLRecovery");
  expect(difference.takes.accepted).toBe(false);
});

test("a reset keeps every record and changes the signer only, and is taken directly", async () => {
  const lab = makeLab("11.5");
  const before = listOf(lab, "pub").file;
  await lab.resetLocalkey();
  const { file, bytes } = listOf(lab, "pub");
  const difference = compareLists(before, file, bytes);
  expect(new Set(difference.changes.map((change) => change.kind))).toEqual(new Set(["kept"]));
  expect(difference.signer).toMatchObject({
    isChanged: true,
    before: { role: "CallManager" },
    after: { role: "ITLRecovery" },
  });
  expect(difference.takes.accepted).toBe(true);
  expect(compareLists(before, file).takes.accepted).toBe(true);
  // With its bytes it is the signature that counts.
  const damaged = Buffer.from(bytes);
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
  expect(compareLists(before, file, damaged).takes.accepted).toBe(false);
});

test("records that came and went are named with their role", () => {
  const lab = makeLab("11.5");
  const full = listOf(lab, "pub").file;
  const fewer = { ...full, records: full.records.filter((record) => record.functionName !== "CAPF") };
  expect(summary(compareLists(full, fewer))).toContain("removed CAPF");
  expect(summary(compareLists(fewer, full))).toContain("added CAPF");
  expect(summary(compareLists(full, fewer))).toHaveLength(full.records.length);
});

test("a signer of another name with the same serial is another one", () => {
  const { file } = listOf(makeLab("11.5"), "pub");
  const signer = { ...file.header.signer, name: "CN=another" };
  const renamed = { ...file, header: { ...file.header, signer } };
  expect(compareLists(file, renamed).signer.isChanged).toBe(true);
});

test("a record is kept only with role, name, serial and certificate alike; changed only under its role and name", () => {
  const { file } = listOf(makeLab("11.5"), "pub");
  const [first] = file.records;
  if (first === undefined) throw new Error("no record");
  const tvs = { ...first, functionCode: 21, functionName: "TVS" };
  const other = { ...tvs, subjectName: "CN=other" };
  const listed = (...records: (typeof first)[]) => ({ ...file, records });
  expect(summary(compareLists(listed(tvs), listed(tvs)))).toEqual(["kept TVS"]);
  expect(summary(compareLists(listed(tvs), listed({ ...tvs, certificateSha1: "AA" })))).toEqual([
    "changed TVS",
  ]);
  expect(summary(compareLists(listed(tvs), listed({ ...tvs, serial: "0A" })))).toEqual(["changed TVS"]);
  expect(summary(compareLists(listed(tvs), listed(other)))).toEqual(["added TVS", "removed TVS"]);
  const capf = { ...tvs, functionCode: 4, functionName: "CAPF" };
  expect(summary(compareLists(listed(tvs), listed(capf)))).toEqual(["added CAPF", "removed TVS"]);
});

test("a token without a TFTP record of its serial goes by its function", () => {
  const { file } = listOf(makeLab("11.5"), "pub");
  const token = file.records.find(
    ({ serial, functionCode }) => serial === file.header.signer.serial && functionCode === 0,
  );
  if (token === undefined) throw new Error("no token");
  const alone = { ...file, records: [token] };
  expect(summary(compareLists(alone, alone))).toEqual(["kept System Administrator Security Token"]);
  const tftp = { ...token, functionCode: 3, functionName: "TFTP", serial: "0A" };
  const beside = { ...file, records: [token, tftp] };
  expect(summary(compareLists(beside, beside))).toEqual([
    "kept System Administrator Security Token",
    "kept TFTP",
  ]);
});
