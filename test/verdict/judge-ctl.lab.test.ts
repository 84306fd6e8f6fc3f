// Whether phones follow the CTLs of a plan in mixed mode: the lab's CTL as `show ctl` prints it, and every order of steps.
import { describe, expect, test } from "vitest";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import type { PlannedChange } from "../../src/verdict/anchor-order.ts";
import { forecastCtl } from "../../src/verdict/ctl-forecast.ts";
import { judgeCtl } from "../../src/verdict/judge-ctl.ts";
import { factsOf, makeLab, releases, withNode } from "../support/lab-facts.ts";

type Verb = Exclude<PlannedChange["kind"], "regenerate">;
const plan = (...words: readonly string[]): PlannedChange[] =>
  words.map((word, at) => {
    const [unit = "", node] = word.split("@");
    const step = `${at + 1}-${word}`;
    return node === undefined ? { kind: word as Verb, step } : { kind: "regenerate", step, unit, node };
  });
const mixed = (release: LabRelease) => makeLab(release, { isMixedMode: true });
const messages = (lab: StagedCluster, steps: readonly PlannedChange[]) =>
  judgeCtl({ facts: factsOf(lab), steps, ctl: parseShownList(lab.showCtl(lab.publisher)) }).map(
    ({ message }) => message,
  );
const work = (unit: string, node = "pub") => [`${unit}@${node}`, "update-ctl", "restart-tftp"];

describe.each(releases)("on %s", (release) => {
  const isOld = release === "10.0" || release === "11.5";

  test("a new CallManager of the publisher changes who signs only up to 11.5", () => {
    const found = messages(mixed(release), plan(...work("CallManager"), ...work("CallManager", "tftp2")));
    expect(found).toHaveLength(isOld ? 1 : 0);
    if (isOld) expect(found[0]).toContain("step 2-update-ctl will be signed by pub's CallManager");
  });

  test("a subscriber's CallManager, and CAPF, change no signer", () => {
    const steps = plan(...work("CallManager", "tftp2"), ...work("CAPF"), "gate", ...work("CAPF"));
    expect(messages(mixed(release), steps)).toEqual([]);
  });

  test("a CTL that the other key has signed, served and taken, lets the signer follow", () => {
    const unit = isOld ? "CallManager" : "ITLRecovery";
    const whole = [`${unit}@pub`, "reset-ctl", "reset", "confirm", "update-ctl", "restart-tftp"];
    const without = (...left: readonly string[]) => plan(...whole.filter((word) => !left.includes(word)));
    const lab = mixed(release);
    expect(messages(lab, plan(...whole))).toEqual([]);
    expect(messages(lab, without("reset-ctl"))).toHaveLength(1);
    expect(messages(lab, without("reset"))).toHaveLength(1);
    expect(messages(lab, without("confirm"))).toHaveLength(1);
    expect(messages(lab, without("restart-tftp", "reset"))).toHaveLength(1);
  });
});

test("a CTL that phones do not take leaves them with the one they hold, whatever a person says", () => {
  const lab = mixed("15");
  const ctl = parseShownList(lab.showCtl(lab.publisher));
  if (ctl.kind !== "shown") throw new Error("no CTL");
  const { CallManager = null, ITLRecovery = null } = factsOf(lab).nodes[0]?.certificates ?? {};
  const given = {
    ctl,
    release: "15.0.1.12900-234",
    publisher: "pub",
    certificates: { CallManager, ITLRecovery },
  };
  const steps = plan(...work("ITLRecovery"), "gate", "reset-ctl", "restart-tftp", "gate", ...work("CAPF"));
  expect(forecastCtl({ ...given, steps: steps.filter(({ kind }) => kind !== "reset-ctl") })).toEqual([
    { step: "2-update-ctl", signer: "ITLRecovery", isTaken: false },
    { step: "9-update-ctl", signer: "ITLRecovery", isTaken: false },
  ]);
  expect(forecastCtl({ ...given, steps }).map(({ isTaken }) => isTaken)).toEqual([false, true, true]);
});

test("an accepted word before any reset is not about phones", () => {
  const words = ["ITLRecovery@pub", "reset-ctl", "restart-tftp", "confirm", "update-ctl", "restart-tftp"];
  expect(messages(mixed("15"), plan(...words))).toHaveLength(1);
  const gated = words.map((word) => (word === "confirm" ? "gate" : word));
  expect(messages(mixed("15"), plan(...gated))).toEqual([]);
});

test("a CTL that never named the present signer is told too", () => {
  const lab = mixed("15");
  lab.replaceCertificate(lab.publisher, "ITLRecovery");
  expect(messages(lab, plan(...work("CAPF")))).toHaveLength(1);
});

describe("what phones hold is not known", () => {
  const lab = mixed("15");
  const steps = plan(...work("CAPF"));

  test.each([
    ["it could not be read", null],
    ["it has none", { kind: "missing", text: "" }],
  ] as const)("%s", (why, ctl) => {
    const [finding] = judgeCtl({ facts: factsOf(lab), steps, ctl });
    expect(finding).toMatchObject({ code: "ctl-not-followed", severity: "block", node: null });
    expect(finding?.message).toContain(why);
  });

  test("is nothing to a plan that writes no CTL, nor outside mixed mode", () => {
    expect(judgeCtl({ facts: factsOf(lab), steps: plan("TVS@pub", "restart-tftp"), ctl: null })).toEqual([]);
    const plain = withNode(factsOf(lab), "pub", { clusterSecurityMode: 0 });
    expect(judgeCtl({ facts: plain, steps, ctl: null })).toEqual([]);
  });
});
