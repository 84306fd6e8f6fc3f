// Random plans against the rule said in one sentence: no two anchors without a hold and a gate between them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeAnchorOrder, type PlannedChange } from "../../src/verdict/anchor-order.ts";
import { anchorKind, regenerationOrder } from "../../src/verdict/regeneration-units.ts";

const step = fc.oneof(
  fc.record({
    kind: fc.constant("regenerate" as const),
    unit: fc.constantFrom(...regenerationOrder),
    node: fc.constantFrom("pub", "sub"),
  }),
  fc.record({ kind: fc.constantFrom("hold" as const, "gate" as const, "other" as const, "reset" as const) }),
);
const plans = fc
  .array(step, { maxLength: 12 })
  .map((steps) => steps.map((each, at): PlannedChange => ({ ...each, step: `s${at}` })));

/** The rule, pair by pair. */
function isAllowed(steps: readonly PlannedChange[]): boolean {
  return steps.every((first, i) =>
    steps.every((second, j) => {
      if (j <= i || first.kind !== "regenerate" || second.kind !== "regenerate") return true;
      const [one, other] = [anchorKind(first.unit), anchorKind(second.unit)];
      const between = steps.slice(i + 1, j).map(({ kind }) => kind);
      return (
        one === null ||
        other === null ||
        one === other ||
        (between.includes("hold") && between.includes("gate"))
      );
    }),
  );
}

test("a plan is refused exactly where two anchors lack a hold or a gate between them", () => {
  fc.assert(
    fc.property(plans, (steps) => {
      expect(judgeAnchorOrder(steps, "11.5.1.12900-21").length === 0).toBe(isAllowed(steps));
    }),
    { numRuns: 2000 },
  );
});

test("hold and gate at every place that was named make a plan that is allowed", () => {
  fc.assert(
    fc.property(plans, (steps) => {
      const named = judgeAnchorOrder(steps, null).map(
        ({ advice }) => /before step (s\d+),/.exec(advice)?.[1],
      );
      const mended = steps.flatMap((each): PlannedChange[] =>
        named.includes(each.step) ? [{ kind: "hold", step: "h" }, { kind: "gate", step: "g" }, each] : [each],
      );
      expect(judgeAnchorOrder(mended, null)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

const two = (one: string, other: string, between: readonly ("hold" | "gate")[] = []): PlannedChange[] => [
  { kind: "regenerate", step: "first", unit: one, node: "pub" },
  ...between.map((kind): PlannedChange => ({ kind, step: kind })),
  { kind: "regenerate", step: "second", unit: other, node: "sub" },
];

test.each([
  [[], "neither a hold nor a gate"],
  [["hold"], "no gate"],
  [["gate"], "no hold"],
] as const)("it says what is missing beside %j", (between, lack) => {
  const [finding] = judgeAnchorOrder(two("CallManager", "TVS", between), "11.5.1.12900-21");
  expect(finding?.message).toContain(
    `${lack} between CallManager of pub (step first) and TVS of sub (step second)`,
  );
});

test.each([
  ["11.5.1.12900-21", "CallManager", "TVS", "up to 11.5 CallManager signs the list"],
  ["15.0.1.12900-234", "CallManager-ECDSA", "TVS", "where CallManager signs a list"],
  ["11.5.1.12900-21", "TVS", "ITLRecovery", "utils itl reset localkey"],
  ["12.5.1.16900-48", "TVS", "ITLRecovery", "from 12.0 ITLRecovery signs the list"],
  ["10.0.1.10000-24", "ITLRecovery", "CallManager", "up to 11.5 CallManager signs the list and ITLRecovery"],
  ["15.0.1.12900-234", "ITLRecovery", "CallManager", "the reset that shows phones the new ITLRecovery"],
  [null, "ITLRecovery", "CallManager", "may trust neither"],
])("on %s it says what a phone that is away during %s and %s is left with", (release, one, other, words) => {
  expect(judgeAnchorOrder(two(one, other), release)).toMatchObject([
    { code: "anchors-in-one-plan", severity: "block", message: expect.stringContaining(words) as string },
  ]);
});

test("of regenerations within one another only the closest two are named", () => {
  const steps = ["CallManager", "CallManager", "TVS", "TVS"].map(
    (unit, at): PlannedChange => ({ kind: "regenerate", step: `s${at}`, unit, node: "pub" }),
  );
  expect(judgeAnchorOrder(steps, null).map(({ message }) => /step s\d.*step s\d/.exec(message)?.[0])).toEqual(
    ["step s1) and TVS of pub (step s2"],
  );
});
