// Steps that contradict each other: which order is refused, on which releases, and what is left unjudged.
import { describe, expect, test } from "vitest";
import { verbs } from "../../src/playbook/playbook-schema.ts";
import { findStepTroubles } from "../../src/playbook/step-rules.ts";

type Written = Readonly<Record<string, unknown>>;
const step = (verb: string, more: Written = {}): Written => ({
  id: `${verb}-${JSON.stringify(more)}`,
  verb,
  ...more,
});
const regenerate = (units: readonly string[], more: Written = {}) => step("regenerate", { units, ...more });
const [preflight, hold, gate] = [step("preflight"), step("hold"), step("gate")];
const old = { belowRelease: "12.0" };
const recent = { fromRelease: "12.0" };

const troubles = (...steps: readonly unknown[]) =>
  findStepTroubles(steps, verbs).map(({ path, message }) => `${path.join(".")}: ${message}`);

describe("two trust anchors", () => {
  test.each([
    ["CallManager", "TVS"],
    ["TVS", "CallManager"],
    ["CallManager", "ITLRecovery"],
    ["TVS", "ITLRecovery"],
    ["CallManager-ECDSA", "TVS"],
  ])("%s and %s in two steps need a hold and a gate between them", (one, other) => {
    const between = (...steps: Written[]) =>
      troubles(preflight, regenerate([one]), ...steps, regenerate([other])).filter((line) =>
        line.includes("lost"),
      );
    const place = (at: number) => `steps.${at}.units: `;
    expect(between(hold, gate)).toEqual([]);
    expect(between(gate, hold)).toEqual([]);
    expect(between()).toEqual([expect.stringContaining("without a hold and a gate between them")]);
    expect(between(hold)[0]).toContain("without a gate between them");
    expect(between(gate)[0]).toContain("without a hold between them");
    expect(between(step("confirm"), hold)[0]).toMatch(new RegExp(`^${place(4)}`));
  });

  test("CallManager and CallManager-ECDSA are one, and other units none", () => {
    expect(troubles(preflight, regenerate(["CallManager"]), regenerate(["CallManager-ECDSA"]))).toEqual([]);
    expect(troubles(preflight, regenerate(["TVS"]), regenerate(["tomcat", "CAPF"]))).toEqual([]);
  });

  test("with a third step between them are not forgotten", () => {
    const same = { nodes: ["sub"] };
    expect(
      troubles(
        preflight,
        regenerate(["TVS"]),
        regenerate(["CAPF"]),
        hold,
        regenerate(["TVS"], same),
        regenerate(["CallManager"]),
      ),
    ).toEqual([expect.stringContaining("steps.5.units: CallManager after TVS")]);
    // The hold and the gate before the last TVS are not between that one and CallManager.
    expect(
      troubles(
        preflight,
        regenerate(["TVS"]),
        hold,
        gate,
        regenerate(["TVS"], same),
        regenerate(["CallManager"]),
      ),
    ).toHaveLength(1);
  });

  test("in steps of different releases never meet", () => {
    expect(troubles(preflight, regenerate(["TVS"], old), regenerate(["CallManager"], recent))).toEqual([]);
  });

  test("whose hold or gate is left out on some releases are refused", () => {
    const some = [step("hold", old), gate];
    expect(troubles(preflight, regenerate(["TVS"]), ...some, regenerate(["CallManager"]))).toHaveLength(1);
    const all = [step("hold", old), step("hold", recent), gate];
    expect(troubles(preflight, regenerate(["TVS"]), ...all, regenerate(["CallManager"]))).toEqual([]);
  });
});

describe("steps of mixed mode only", () => {
  const mixed = { onlyIn: "mixed-mode" };

  test("do not count where the cluster is not in it", () => {
    const between = (...steps: Written[]) =>
      troubles(preflight, regenerate(["TVS"]), ...steps, regenerate(["CallManager"]));
    expect(between(hold, step("gate", mixed))).toHaveLength(1);
    expect(between(hold, gate, step("gate", mixed))).toEqual([]);
    const other = regenerate(["CallManager"], mixed);
    expect(troubles(preflight, regenerate(["TVS"]), other)).toHaveLength(1);
  });

  test("need a preflight, which finds that out", () => {
    const [alone] = troubles(step("backup", mixed));
    expect(alone).toContain("steps.0.onlyIn: whether the cluster is in mixed mode");
    expect(troubles(preflight, step("backup", mixed))).toEqual([]);
  });
});

describe("a preflight", () => {
  test.each(verbs.filter((verb) => !["preflight", "backup", "confirm", "notify"].includes(verb)))(
    "has to stand before %s",
    (verb) => {
      expect(troubles(step(verb))).toContain(
        `steps.0.verb: ${verb} needs what a preflight finds out: put one in front`,
      );
      expect(troubles(preflight, step(verb))).toEqual([]);
    },
  );

  test("is not needed for what asks no node", () => {
    expect(troubles(step("backup"), step("confirm"), step("notify"))).toEqual([]);
  });

  test("stands first and once", () => {
    expect(troubles(step("backup"), preflight)).toEqual([
      "steps.1.verb: the preflight has to be the first step",
    ]);
    expect(troubles(preflight, step("preflight", { a: 1 }))).toEqual([
      "steps.1.verb: a second preflight: a playbook has one",
    ]);
  });
});

describe("a verify of the reset's signer", () => {
  const verify = (more: Written = {}) => step("verify", { signer: "reset", ...more });

  test("needs a reset before it, on every release that it is there", () => {
    const place = expect.stringMatching(/^steps\.\d\.signer: no reset stands before it/);
    expect(troubles(preflight, verify(), step("reset"))).toEqual([place]);
    expect(troubles(preflight, step("reset", recent), verify())).toEqual([place]);
    expect(troubles(preflight, step("reset", recent), verify(recent))).toEqual([]);
  });

  test("as does one of the normal signer, which has nothing to come back from else", () => {
    const normal = step("verify", { signer: "normal" });
    expect(troubles(preflight, normal)).toEqual([expect.stringMatching(/^steps\.1\.signer: .*use present$/)]);
    expect(troubles(preflight, step("reset"), normal)).toEqual([]);
    expect(troubles(preflight, step("verify", { signer: "present" }))).toEqual([]);
  });
});

describe("ids", () => {
  test("that stand twice, or that an expansion could make, are refused", () => {
    const named = (id: string, verb: string) => ({ id, verb, units: ["TVS"] });
    expect(troubles(preflight, named("tvs", "regenerate"), named("tvs", "gate"))).toEqual([
      "steps.2.id: the step tvs is there twice",
    ]);
    expect(troubles(preflight, named("tvs-tvs-pub-hold", "gate"), named("tvs", "regenerate"))).toEqual([
      expect.stringContaining("steps.1.id: begins with tvs-"),
    ]);
    expect(troubles(preflight, named("tvs", "regenerate"), named("tvsx", "gate"))).toEqual([]);
  });
});

test("a step that is on no release is refused", () => {
  expect(troubles(step("backup", { fromRelease: "12.0", belowRelease: "12.0" }))).toHaveLength(1);
  expect(troubles(step("backup", { fromRelease: "12.5", belowRelease: "11.5" }))).toHaveLength(1);
  expect(troubles(step("backup", { fromRelease: "11.5", belowRelease: "12.0" }))).toEqual([]);
});

test("the order is left unjudged where a verb is not known, and what is no step is passed over", () => {
  expect(troubles(step("preflght"), step("reset"))).toEqual([]);
  expect(findStepTroubles("steps", verbs)).toEqual([]);
  expect(troubles(null, 5, "reset", [preflight])).toEqual([]);
});
