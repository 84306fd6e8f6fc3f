// A step of a change of certificates → what the plan says will be typed and asked.
import { describe, expect, test } from "vitest";
import { describeStep } from "../../src/run/describe-step.ts";
import type { WorkBasis } from "../../src/run/work-basis.ts";

const work: WorkBasis = {
  ...{ release: "12.5.1.16900-48", publisher: "pub", tftpNodes: ["pub"], seenNodes: ["pub"] },
  ...{ isMixedMode: true, baseline: [], activatedServices: {}, certificates: [] },
};
const planned = (verb: "update-ctl" | "reset-ctl", isMixedMode: boolean) =>
  describeStep(
    { id: "ctl", verb },
    { ground: { ...work, isMixedMode }, basis: null, work: { ...work, isMixedMode } },
  );

describe("the CTL in a plan", () => {
  test("the update names its command, its question and who answers it", () => {
    expect(planned("update-ctl", true)).toMatchObject({
      commands: [{ node: "pub", line: "utils ctl update CTLFile" }],
      questions: [
        {
          question: "This operation updates the CTLFile. Do you want to continue? (y/n):",
          answeredBy: "itlctl, with y",
        },
      ],
    });
  });

  test("no question of the reset is on record, so none is promised an answer", () => {
    expect(planned("reset-ctl", true)).toMatchObject({
      commands: [{ node: "pub", line: "utils ctl reset localkey" }],
      questions: [],
    });
  });

  test.each(["update-ctl", "reset-ctl"] as const)("outside mixed mode %s types nothing", (verb) => {
    expect(planned(verb, false)).toMatchObject({ commands: [], questions: [] });
  });
});
