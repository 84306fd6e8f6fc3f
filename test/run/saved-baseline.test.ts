// A plan that was saved: everything that changed since is named, and nothing is sent.
import { expect, test } from "vitest";
import { refuseOtherBaseline, savedBaselineOf } from "../../src/run/saved-baseline.ts";
import type { SettledPlan } from "../../src/run/settled-plan.ts";

interface Parts {
  readonly lists?: Readonly<Record<string, string | null>>;
  readonly serials?: Readonly<Record<string, string>>;
  readonly fingerprint?: string;
  readonly line?: string;
}

const usual = { lists: { pub: "aa", tftp2: null }, serials: { "pub TVS": "01" } };

const listed = (lists: Parts["lists"] = usual.lists) =>
  Object.entries(lists).map(([node, sha1]) => ({ node, sha1 }));

const planOf = ({ fingerprint = "f", line = "set cert regen TVS" }: Parts) => ({
  ...{ fingerprint, steps: [{ step: "r", commands: [{ node: "pub", line }] }] },
});

/** A change of certificates. */
function work(parts: Parts = {}): SettledPlan {
  const certificates = Object.entries(parts.serials ?? usual.serials).map(([name, serial]) => {
    const [node, unit] = name.split(" ");
    return { node, unit, serial };
  });
  return {
    ...{ plan: planOf(parts), basis: null, work: { baseline: listed(parts.lists), certificates } },
  } as unknown as SettledPlan;
}

/** A recovery. */
function recovery(parts: Parts = {}): SettledPlan {
  return { plan: planOf(parts), basis: { baseline: listed(parts.lists) } } as unknown as SettledPlan;
}

const refusal = (before: SettledPlan, now: SettledPlan) => () =>
  refuseOtherBaseline(savedBaselineOf(before), now);

test("the same is the same, through a file too", () => {
  expect(refusal(work(), work())).not.toThrow();
  expect(refusal(recovery(), recovery())).not.toThrow();
  expect(() => refuseOtherBaseline(null, work())).not.toThrow();
  const saved = JSON.parse(JSON.stringify(savedBaselineOf(work())));
  expect(() => refuseOtherBaseline(saved, work())).not.toThrow();
});

test("what is saved are the lists, the serials and, where certificates change, every line", () => {
  expect(savedBaselineOf(work())).toEqual({
    ...{ fingerprint: "f", lists: usual.lists, certificates: usual.serials },
    commands: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(savedBaselineOf(recovery())).toEqual({ fingerprint: "f", lists: usual.lists, certificates: {} });
  expect(savedBaselineOf({ plan: planOf({}), basis: null } as unknown as SettledPlan).lists).toEqual({});
});

test("another cluster, playbook or value is another plan", () => {
  expect(refusal(work(), work({ fingerprint: "g", lists: {} }))).toThrow(
    expect.objectContaining({ code: "plan-changed", hint: expect.stringContaining("itlctl plan") }),
  );
});

test.each([
  ["a list that changed", { lists: { pub: "ab", tftp2: null } }, "the list that pub serves"],
  ["a list that is there now", { lists: { pub: "aa", tftp2: "bb" } }, "the list that tftp2 serves"],
  ["a TFTP node that is new", { lists: { ...usual.lists, t3: "cc" } }, "the list that t3 serves"],
  ["a TFTP node that is gone", { lists: { tftp2: null } }, "the list that pub serves"],
  ["a certificate that changed", { serials: { "pub TVS": "02" } }, "the certificate pub TVS"],
  ["a certificate that is gone", { serials: {} }, "the certificate pub TVS"],
  ["other lines to type", { line: "set cert regen tomcat" }, "what would be sent"],
])("%s", (_, parts, named) => {
  expect(refusal(work(), work(parts))).toThrow(
    expect.objectContaining({
      code: "baseline-changed",
      message: expect.stringMatching(
        new RegExp(`^changed since the plan was saved: ${named}.*; nothing was sent$`),
      ),
      hint: expect.stringContaining("itlctl plan"),
    }),
  );
});

test("all that changed is named", () => {
  expect(refusal(work(), work({ lists: { pub: "ab", tftp2: "bb" }, serials: {} }))).toThrow(
    "the list that pub serves, the list that tftp2 serves, the certificate pub TVS;",
  );
});
