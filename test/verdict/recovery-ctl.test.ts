// What a recovery in mixed mode does about the CTL: it writes it only where phones are known to take every one it writes.
import { describe, expect, test } from "vitest";
import { type CtlPart, judgeRecoveryCtl, withCtl } from "../../src/verdict/recovery-ctl.ts";
import type { Finding } from "../../src/verdict/verdict.ts";
import {
  hashOf,
  planOf,
  shownList,
  smallCertificate,
  smallCluster,
  smallNode,
  smallRecord,
} from "./small-facts.ts";

const steps = planOf("reset-ctl", "reset", "confirm", "update-ctl", "restart-tftp");
const certificates = {
  CallManager: smallCertificate("CallManager", "0A"),
  ITLRecovery: smallCertificate("ITLRecovery", "0B"),
};
const token = (unit: string, serial: string) =>
  smallRecord("token", serial, { unit, certificateSha1: hashOf(serial) });
const [recovery, callManager] = [token("ITLRecovery", "0B"), token("CallManager", "0A")];
const list = shownList([recovery, callManager, smallRecord("CCM+TFTP", "0A")]);
const own = { kind: "own", list, steps } as const;
const facts = smallCluster(smallNode("sub"), smallNode("pub", { certificates }));
const judge = (parts: Partial<Parameters<typeof judgeRecoveryCtl>[0]> = {}) =>
  judgeRecoveryCtl({ part: own, facts, key: "local", isResetSkipped: false, ...parts });
const withList = (parts: Partial<typeof list>): CtlPart => ({ ...own, list: { ...list, ...parts } });
const publisher = (parts: Parameters<typeof smallNode>[1]) =>
  smallCluster(smallNode("pub", { certificates, ...parts }));

test("a CTL that names both certificates is written before and after the reset", () => {
  expect(judge()).toEqual({
    kind: "written",
    forecasts: [
      { step: "s1", signer: "CallManager", isTaken: true },
      { step: "s4", signer: "ITLRecovery", isTaken: true },
    ],
  });
});

test("a key that is not chosen yet, and a playbook with one of the two steps, hinder nothing", () => {
  expect(judge({ key: null }).kind).toBe("written");
  expect(judge({ part: { ...own, steps: planOf("reset", "confirm", "update-ctl") } }).kind).toBe("written");
  expect(judge({ part: { ...own, steps: planOf("reset-ctl", "reset") } }).kind).toBe("written");
});

test("a CTL that CallManager signed is as good as one that ITLRecovery did", () => {
  const signer = {
    name: callManager.subjectName ?? "",
    serial: "0A",
    issuerName: callManager.issuerName ?? "",
  };
  expect(judge({ part: withList({ signer }) }).kind).toBe("written");
});

describe("it is left to people", () => {
  test.each<[string, Parameters<typeof judge>[0]]>([
    ["nobody looked at it", { part: undefined }],
    [
      "this playbook has no step for it",
      { part: { ...own, steps: planOf("reset", "gate", "restart-tftp") } },
    ],
    ["`show ctl` could not be read on the publisher", { part: { ...own, list: null } }],
    ["`show ctl` could not be read on the publisher", { facts: publisher({ release: null }) }],
    ["`show ctl` could not be read on the publisher", { facts: smallCluster(smallNode("sub")) }],
    ["`show ctl` finds none on pub", { part: { ...own, list: { kind: "missing", text: "" } } }],
    ["pub does not call it verified", { part: withList({ isVerified: false }) }],
    [
      "which certificates it has to name is only known once the remote key is on the publisher",
      { key: "remote" },
    ],
  ])("%s", (reason, parts) => {
    expect(judge(parts)).toEqual({ kind: "left", reason });
  });

  test.each([
    [
      "signed by SAST-ADN0054f509, neither",
      { name: "CN=SAST-ADN0054f509;O=Cisco", serial: "29", issuerName: "CN=X" },
    ],
    ["signed by nobody that it names, neither", null],
  ])("it is %s by CallManager nor by ITLRecovery", (reason, signer) => {
    expect(judge({ part: withList({ signer }) })).toMatchObject({
      kind: "left",
      reason: expect.stringContaining(reason) as string,
    });
  });

  test("the lists are reset already: a new CTL would come with the wrong restart", () => {
    const verdict = judge({ isResetSkipped: true });
    expect(verdict).toMatchObject({
      kind: "left",
      reason: expect.stringMatching(/^the lists are reset already/) as string,
    });
  });

  test.each([
    ["CallManager", "s1", shownList([recovery])],
    ["ITLRecovery", "s4", shownList([callManager, smallRecord("CCM+TFTP", "0A")])],
  ])("phones would keep the one they hold: it does not name %s", (signer, step, shown) => {
    const plan = signer === "CallManager" ? steps : planOf("other", "reset", "confirm", "update-ctl");
    expect(judge({ part: { ...own, list: shown, steps: plan } })).toMatchObject({
      kind: "left",
      reason: expect.stringContaining(
        `the CTL of step ${step} would be signed by the publisher's ${signer}, which the CTL that it shows now does not name`,
      ) as string,
    });
  });

  test.each(["CallManager", "ITLRecovery"] as const)("the publisher's %s was not read", (unit) => {
    const { [unit]: _unread, ...read } = certificates;
    const plan = unit === "CallManager" ? steps : planOf("other", "reset", "confirm", "update-ctl");
    const verdict = judge({ facts: publisher({ certificates: read }), part: { ...own, steps: plan } });
    expect(verdict).toMatchObject({
      kind: "left",
      reason: expect.stringContaining(`publisher's ${unit}`) as string,
    });
  });
});

test("steps around the reset deal with it themselves, whatever else is known", () => {
  expect(judge({ part: { kind: "around" }, key: "remote", isResetSkipped: true })).toEqual({
    kind: "around",
  });
});

describe("the finding of mixed mode", () => {
  const finding: Finding = {
    code: "mixed-mode",
    severity: "warn",
    node: null,
    message: "Mixed",
    advice: "Plan.",
  };

  test("stops a recovery only where the CTL is left to people, and says why", () => {
    expect(withCtl(finding, { kind: "left", reason: "nobody looked at it" })).toEqual({
      ...finding,
      severity: "block",
      message: "Mixed, and this recovery leaves the CTL to you: nobody looked at it",
    });
    expect(withCtl(finding, { kind: "written", forecasts: [] })).toMatchObject({
      severity: "warn",
      message: "Mixed; this recovery writes it too",
    });
    expect(withCtl(finding, { kind: "around" })).toEqual(finding);
  });
});
