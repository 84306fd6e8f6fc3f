// What a recovery does about the CTL: written where phones are known to take it, else left to people, each with its reason.
import { expect, test } from "vitest";
import { parseShownList } from "../../src/facts/show-itl.ts";
import type { PlannedChange } from "../../src/verdict/anchor-order.ts";
import { type CtlPart, judgeRecoveryCtl } from "../../src/verdict/recovery-ctl.ts";
import { factsOf, makeLab, releases, withNode } from "../support/lab-facts.ts";

const kinds = ["reset-ctl", "reset", "confirm", "update-ctl", "restart-tftp"] as const;
const steps: readonly PlannedChange[] = kinds.map((kind) => ({ kind, step: kind }));
const lab = makeLab("15", { isMixedMode: true });
const list = parseShownList(lab.showCtl(lab.publisher));
if (list.kind !== "shown") throw new Error("no CTL");
/** The CTL without CallManager; its own signer is in it still. */
const ofRecovery = list.records.filter(({ subjectName }) => subjectName?.includes("ITLRECOVERY"));
const own = { kind: "own", list, steps } as const;
const judge = (parts: Partial<Parameters<typeof judgeRecoveryCtl>[0]>) =>
  judgeRecoveryCtl({ part: own, facts: factsOf(lab), key: "local", isResetSkipped: false, ...parts });
const reasonOf = (parts: Parameters<typeof judge>[0]) => {
  const verdict = judge(parts);
  return verdict.kind === "left" ? verdict.reason : verdict.kind;
};

test.each(releases)("on %s a healthy CTL is written twice, by one signer after the other", (release) => {
  const mixed = makeLab(release, { isMixedMode: true });
  const part: CtlPart = { ...own, list: parseShownList(mixed.showCtl(mixed.publisher)) };
  const isOld = release === "10.0" || release === "11.5";
  const signers = isOld
    ? (["ITLRecovery", "CallManager"] as const)
    : (["CallManager", "ITLRecovery"] as const);
  expect(judge({ part, facts: factsOf(mixed) })).toEqual({
    kind: "written",
    forecasts: [
      { step: "reset-ctl", signer: signers[0], isTaken: true },
      { step: "update-ctl", signer: signers[1], isTaken: true },
    ],
  });
});

test("a CTL that hardware tokens signed is left to people, who are told by what", () => {
  const name = "CN=SAST-ADN0054f509;OU=IPCBU;O=Cisco Systems";
  const serial = "29:34:56:78:90:12";
  const signer = { name, serial, issuerName: "CN=SAST;O=Cisco Systems" };
  expect(reasonOf({ part: { ...own, list: { ...list, signer } } })).toMatch(
    /^it is signed by SAST-ADN0054f509, .*hardware tokens/,
  );
  expect(reasonOf({ part: { ...own, list: { ...list, signer: null } } })).toContain("nobody that it names");
});

test.each<[string, Parameters<typeof judge>[0]]>([
  ["nobody looked at it", { part: undefined }],
  ["has no step for it", { part: { ...own, steps: [{ kind: "reset", step: "reset" }] } }],
  ["could not be read", { part: { ...own, list: null } }],
  ["could not be read", { facts: withNode(factsOf(lab), "pub", { release: null }) }],
  ["finds none on pub", { part: { ...own, list: { kind: "missing", text: "" } } }],
  ["does not call it verified", { part: { ...own, list: { ...list, isVerified: false } } }],
  ["once the remote key is on the publisher", { key: "remote" }],
  ["reset already", { isResetSkipped: true }],
  ["signed by the publisher's CallManager", { part: { ...own, list: { ...list, records: ofRecovery } } }],
])("left to people: %s", (reason, parts) => {
  expect(reasonOf(parts)).toContain(reason);
});

test("steps around the reset deal with it themselves, whatever it is like", () => {
  expect(judge({ part: { kind: "around" }, key: "remote", isResetSkipped: true })).toEqual({
    kind: "around",
  });
});
