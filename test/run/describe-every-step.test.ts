// Steps of every kind → their part of the plan: commands, questions, effects, and what it leaves out where nobody knows.
import { expect, test } from "vitest";
import type { Step } from "../../src/playbook/step.ts";
import { describeStep } from "../../src/run/describe-step.ts";
import type { RecoveryBasis } from "../../src/run/recovery-basis.ts";
import type { WorkBasis } from "../../src/run/work-basis.ts";

const work: WorkBasis = {
  ...{ release: "12.5.1.16900-48", publisher: "pub", tftpNodes: ["pub"], seenNodes: ["pub"] },
  ...{ isMixedMode: true, baseline: [], activatedServices: {}, certificates: [] },
};
const forecasts = (signer: "CallManager" | "ITLRecovery"): Partial<RecoveryBasis> => ({
  ctlForecasts: [
    { step: "other", signer: signer === "CallManager" ? "ITLRecovery" : "CallManager", isTaken: true },
    { step: "ctl", signer, isTaken: true },
  ],
});
const planned = (step: Step, change: Partial<WorkBasis> = {}, basis: Partial<RecoveryBasis> | null = null) =>
  describeStep(step, {
    ground: { ...work, ...change },
    basis: basis as RecoveryBasis | null,
    work: { ...work, ...change },
  });
const effectsOf = (verb: "update-ctl" | "reset-ctl", release: string, basis: Partial<RecoveryBasis> | null) =>
  planned({ id: "ctl", verb }, { release }, basis).effects;

const whenTaken = "Mixed mode: phones take the new CTL when they are restarted.";
const unknownText = expect.stringMatching(/^What the platform prints here is on no record/) as string;
const inferred = expect.stringMatching(/^That ITLRecovery signs it on this release is inferred/) as string;
const restarts = expect.stringMatching(
  /^The platform also asks for a restart of Cisco CallManager/,
) as string;

test("the reset says who will sign, by inference before 12, and which phones take it by themselves", () => {
  const held = expect.stringMatching(
    /^Phones that hold the CTL which `show ctl` prints.*names ITLRecovery/,
  ) as string;
  const [now, known] = [effectsOf("reset-ctl", "12.5.1", null), forecasts("ITLRecovery")];
  expect(now).toEqual([whenTaken, unknownText]);
  expect(effectsOf("reset-ctl", "11.5.1", null)).toEqual([whenTaken, inferred, unknownText]);
  expect(effectsOf("reset-ctl", "11.5.1", known)).toEqual([whenTaken, held, inferred, unknownText]);
});

test("the update in a recovery asks for a restart that is left to people, and outside of one does not", () => {
  const taken = expect.stringMatching(
    /^Phones that took the CTL of the step before.*names CallManager/,
  ) as string;
  expect(effectsOf("update-ctl", "11.5.1", null)).toEqual([whenTaken]);
  // A run of an older version has no forecasts in its journal.
  expect(effectsOf("update-ctl", "11.5.1", {})).toEqual([whenTaken, restarts]);
  expect(effectsOf("update-ctl", "11.5.1", forecasts("CallManager"))).toEqual([whenTaken, taken, restarts]);
});

test("outside mixed mode the step stands in the plan and does nothing", () => {
  expect(planned({ id: "ctl", verb: "reset-ctl" }, { isMixedMode: false })).toEqual({
    ...{ step: "ctl", verb: "reset-ctl", title: "Nothing: the cluster is not in mixed mode" },
    ...{ commands: [], questions: [], effects: [] },
  });
});

test("a step that only looks has its name, and types and asks nothing", () => {
  expect(planned({ id: "look", verb: "preflight" })).toEqual({
    ...{
      step: "look",
      verb: "preflight",
      title: "Look at every node and judge",
      commands: [],
      questions: [],
    },
    effects: ["Read-only; done before this plan was made."],
  });
});

test("a restart names each node's command; only a recovery's Cisco Tftp locks out whoever has not followed", () => {
  const restarted = (service: "Cisco Tftp" | "Cisco CallManager", basis: Partial<RecoveryBasis> | null) =>
    planned({ id: "again", verb: "restart-service", service, nodes: ["pub", "tftp2"] }, {}, basis);
  const [own, recovery] = [restarted("Cisco Tftp", null), restarted("Cisco Tftp", {})];
  expect(own).toMatchObject({
    title: "Restart Cisco Tftp, node by node",
    commands: [
      { node: "pub", line: "utils service restart Cisco Tftp" },
      { node: "tftp2", line: "utils service restart Cisco Tftp" },
    ],
  });
  expect(own.effects).toHaveLength(1);
  expect(own.effects[0]).toContain("Calls and registrations are not touched.");
  expect(recovery.effects).toEqual([
    own.effects[0],
    "Phones that have not taken the reset list by then are locked out again.",
  ]);
  const { effects } = restarted("Cisco CallManager", null);
  expect(effects.join(" ")).not.toContain("Calls and registrations are not touched.");
  expect(effects.join(" ")).toMatch(/^Registrations of .*\. Calls .*\.$/);
});

test("a hold waits for its own nodes, and for all that were seen where it names none", () => {
  const titleOf = (step: Step) => planned(step, { seenNodes: ["pub", "sub"] }).title;
  expect(titleOf({ id: "hold", verb: "hold", nodes: ["sub"] })).toBe(
    "Wait until sub may change a certificate again",
  );
  expect(titleOf({ id: "hold", verb: "hold" })).toContain("Wait until pub, sub may");
});

test("a step for a person asks whether it is done, in the playbook's words", () => {
  expect(planned({ id: "phones", verb: "confirm", text: "Reset the phones." })).toMatchObject({
    questions: [{ question: "Is the step phones done?" }],
    effects: ["Reset the phones."],
  });
});

test("a regeneration says what is lost: the certificate of now, and what a CA has signed", () => {
  const found = { unit: "TVS", node: "pub", serial: "0a" };
  const effectsWith = (...certificates: readonly object[]) =>
    planned(
      { id: "one", verb: "regenerate", units: ["TVS"], nodes: ["pub"] },
      {
        certificates: certificates as unknown as WorkBasis["certificates"],
      },
    ).effects;
  const [own, last] = [
    "Replaces the certificate with serial 0a.",
    "Takes effect when its services are restarted.",
  ];
  const others = [
    { ...found, unit: "tomcat", serial: "0b" },
    { ...found, node: "sub", serial: "0c" },
  ];
  expect(effectsWith(...others)).toEqual([last]);
  expect(effectsWith(...others, { ...found, isSelfSigned: true })).toEqual([own, last]);
  expect(effectsWith({ ...found, isSelfSigned: false })).toEqual([
    ...[own, expect.stringContaining("signed by a CA, and is lost") as string, last],
  ]);
});
