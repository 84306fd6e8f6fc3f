// FN70613: whether CallManager may be regenerated in mixed mode before phones have a CTL that names the present ITLRecovery.
import { describe, expect, test } from "vitest";
import { type CtlFirstInput, judgeCtlFirst } from "../../src/verdict/ctl-first.ts";
import { hashOf, planOf as plan, shownList, smallCertificate, smallRecord } from "./small-facts.ts";

const recovery = smallCertificate("ITLRecovery", "0A");
const ctlOf = (...serials: readonly string[]) =>
  shownList(serials.map((serial) => smallRecord("token", serial, { certificateSha1: hashOf(serial) })));
const affected = "12.5.1.12900-115";
const mended = "12.5.1.13900-152";
const judge = (parts: Partial<CtlFirstInput>) =>
  judgeCtlFirst({
    ...{ steps: plan("CallManager@pub"), release: affected, securityMode: 1, ctl: null, recovery: null },
    ...parts,
  });
const severities = (parts: Partial<CtlFirstInput>) => judge(parts).map(({ severity }) => severity);
const message = (parts: Partial<CtlFirstInput>) => judge(parts)[0]?.message ?? "";

test("a plan that leaves CallManager alone is nobody's trouble, nor is one outside mixed mode", () => {
  expect(severities({ steps: [] })).toEqual([]);
  expect(severities({ steps: plan("TVS@pub", "ITLRecovery@pub", "CAPF@pub") })).toEqual([]);
  expect(severities({ steps: plan("restart-tftp", "reset", "hold") })).toEqual([]);
  expect(severities({ securityMode: 0 })).toEqual([]);
});

test("a security mode that nobody read counts as mixed mode, and is said to be unknown", () => {
  expect(severities({ securityMode: null })).toEqual(["block"]);
  expect(message({ securityMode: null })).toContain("whether the cluster is in mixed mode is not known; ");
  expect(message({ securityMode: 1 })).not.toContain("mixed mode");
});

test("the step that is named is the one that regenerates CallManager, wherever it stands", () => {
  expect(judge({ steps: plan("TVS@pub", "gate", "CallManager@pub", "reset-ctl", "gate") })).toMatchObject([
    { code: "ctl-reset-first", severity: "block", node: null },
  ]);
  expect(message({ steps: plan("TVS@pub", "gate", "CallManager@pub") })).toContain(
    "CallManager is regenerated in step s3 ",
  );
});

describe("a new CTL that phones have taken", () => {
  test.each([
    [true, ["reset-ctl", "gate", "CallManager@pub"]],
    [true, ["reset-ctl", "restart-tftp", "gate", "hold", "CallManager@pub"]],
    [true, ["gate", "reset-ctl", "restart-tftp", "gate", "CallManager@pub"]],
    [false, ["CallManager@pub"]],
    [false, ["gate", "CallManager@pub"]],
    [false, ["reset-ctl", "CallManager@pub"]],
    [false, ["reset-ctl", "hold", "CallManager@pub"]],
    [false, ["reset-ctl", "confirm", "CallManager@pub"]],
    [false, ["gate", "reset-ctl", "CallManager@pub"]],
    [false, ["CallManager@pub", "reset-ctl", "gate"]],
    [false, ["update-ctl", "gate", "CallManager@pub"]],
    [false, ["reset-ctl", "gate", "reset-ctl", "CallManager@pub"]],
  ] as const)("is there before: %s for %j", (isThere, words) => {
    expect(severities({ steps: plan(...words) })).toEqual(isThere ? [] : ["block"]);
  });
});

describe("by release", () => {
  test.each([
    ["11.5.1.12900-21", []],
    ["12.0.1.10000-10", []],
    ["12.5.1.10000-22", ["block"]],
    ["12.5.1.13899-99", ["block"]],
    ["12.5.1.13900-152", ["warn"]],
    ["12.5.1.13900", ["warn"]],
    ["12.5.1.16900-48", ["warn"]],
    ["12.5.1.9999-1", ["block"]],
    // Not a build that can be read: nobody knows that it is mended.
    ["12.5.1", ["block"]],
    ["12.5.1.13900x", ["block"]],
    ["12.5.1.1390000-1", ["block"]],
    ["12.5.2.13900-1", ["block"]],
    ["14.0.1.10000-20", ["warn"]],
    ["15.0.1.12900-234", ["warn"]],
    ["112.5.1.10000-1", ["warn"]],
    [null, ["block"]],
  ])("%s, with a CTL that nobody read: %j", (release, expected) => {
    expect(severities({ release })).toEqual(expected);
  });

  test.each([
    [null, "the release is not known"],
    [affected, "upgrades from before 12.5 to 12.5(1) below SU3 (12.5.1.12900-115) leave"],
    [mended, "a cluster that came to 12.5.1.13900-152 by way of 12.5(1) below SU3 may have"],
    ["15.0.1.12900-234", "a cluster that came to 15.0.1.12900-234"],
  ])("%s: it says why (%s)", (release, words) => {
    expect(message({ release })).toContain(words);
  });
});

describe("what the CTL names settles it", () => {
  test.each([affected, mended, "15.0.1.12900-234", null])(
    "on %s: the present ITLRecovery, or not",
    (release) => {
      expect(severities({ release, recovery, ctl: ctlOf("0A") })).toEqual([]);
      expect(severities({ release, recovery, ctl: ctlOf("0C", "0A", "0D") })).toEqual([]);
      const without = { release, recovery, ctl: ctlOf("0C", "0D") };
      expect(severities(without)).toEqual(["block"]);
      expect(message(without)).toContain("the CTL does not name the publisher's ITLRecovery certificate");
    },
  );

  test("the same serial with another certificate is not it, nor is a record that is no token", () => {
    const token = smallRecord("token", "0A", { certificateSha1: hashOf("FF") });
    expect(severities({ release: mended, recovery, ctl: shownList([token]) })).toEqual(["block"]);
    const other = smallRecord("CCM+TFTP", "0A", { certificateSha1: hashOf("0A") });
    expect(severities({ release: mended, recovery, ctl: shownList([other]) })).toEqual(["block"]);
  });

  test("but only where both were read: else the release decides", () => {
    expect(severities({ release: mended, recovery: null, ctl: ctlOf("0C") })).toEqual(["warn"]);
    expect(severities({ release: mended, recovery, ctl: null })).toEqual(["warn"]);
    expect(severities({ release: mended, recovery, ctl: { kind: "missing", text: "" } })).toEqual(["warn"]);
    expect(severities({ release: affected, recovery: null, ctl: ctlOf("0A") })).toEqual(["block"]);
  });

  test("and it does not bring back what is no trouble of that release", () => {
    expect(severities({ release: "11.5.1.12900-21", recovery, ctl: ctlOf("0C") })).toEqual([]);
  });
});
