// Whether phones that hold the list from before would follow to the one served now.
import { expect, test } from "vitest";
import { judgeSuccession } from "../../src/verdict/judge-succession.ts";
import {
  factsOf,
  historyOf,
  makeLab,
  releases,
  replace,
  seen,
  setTvs,
  withNode,
} from "../support/lab-facts.ts";

test.each(releases)(
  "phones are left behind where nothing of their list vouches for the new signer (%s)",
  (release) => {
    const lab = makeLab(release);
    const before = historyOf(lab);
    replace(lab, ["CallManager", "ITLRecovery", "TVS"]);
    expect(judgeSuccession(factsOf(lab), before).map(({ node, severity }) => [node, severity])).toEqual([
      ["pub", "warn"],
      ["tftp2", "warn"],
    ]);
  },
);

test.each(releases)("phones follow where TVS is as it was, and runs (%s)", (release) => {
  const lab = makeLab(release);
  const before = historyOf(lab);
  replace(lab, ["CallManager", "ITLRecovery"]);
  expect(judgeSuccession(factsOf(lab), before)).toEqual([]);
  for (const node of ["pub", "tftp2", "cm3"]) setTvs(lab, node, false);
  expect(judgeSuccession(factsOf(lab), before)).toHaveLength(2);
});

test("the list served now is not compared with itself", () => {
  const lab = makeLab("11.5");
  const before = historyOf(lab);
  replace(lab, ["CallManager", "TVS"]);
  const now = Object.fromEntries(["pub", "tftp2"].map((node) => [node, [seen(lab, node)]]));
  expect(judgeSuccession(factsOf(lab), now)).toEqual([]);
  const both = { pub: [...(now["pub"] ?? []), ...(before["pub"] ?? [])] };
  expect(judgeSuccession(factsOf(lab), both).map(({ node }) => node)).toEqual(["pub"]);
});

test("one TVS that runs will do, and any list served now tells of its certificate", () => {
  const lab = makeLab("11.5");
  const before = historyOf(lab);
  replace(lab, ["CallManager"]);
  for (const node of ["pub", "tftp2"]) setTvs(lab, node, false);
  expect(judgeSuccession(factsOf(lab), before)).toEqual([]);
  const gone = { kind: "unreachable", reason: "timed out" } as const;
  const half = withNode(factsOf(lab), "pub", { served: gone });
  expect(judgeSuccession(half, before)).toEqual([]);
  expect(judgeSuccession(withNode(half, "cm3", { services: null }), before).map(({ node }) => node)).toEqual([
    "tftp2",
  ]);
});
