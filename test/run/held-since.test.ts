// Which lists phones may hold while certificates change, and which certificates a new list has to carry; and what a step changes.
import { expect, test, vi } from "vitest";
import type { Step } from "../../src/playbook/step.ts";
import { changeOf } from "../../src/run/planned-change.ts";
import { changedCertificates, type FollowedRun, heldSince } from "../../src/run/steps/followed.ts";

vi.mock("../../src/facts/itl-file.ts", () => ({ parseListFile: () => ({}) }));

interface Parts {
  readonly seen?: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
  readonly confirmed?: readonly string[];
  readonly changed?: readonly { node: string; unit: string; after: string }[];
}

function run({ seen = {}, confirmed = [], changed = [] }: Parts): FollowedRun {
  return {
    state: () => ({ listsSeen: seen, confirmed, changed }),
    ground: () => ({ baseline: [{ node: "pub", sha1: "first" }] }),
    history: { bytesOf: (sha1: string) => (sha1 === "lost" ? null : Buffer.from(sha1)) },
  } as unknown as FollowedRun;
}

const held = (parts: Parts, current = "now") =>
  heldSince(run(parts), current).map((lists) =>
    Object.fromEntries(
      Object.entries(lists).map(([node, list]) => [node, list === null ? null : String(list.bytes)]),
    ),
  );

test("nothing proven yet: phones hold what was served at the beginning", () => {
  expect(held({})).toEqual([{ pub: "first" }]);
});

test("until somebody says that phones have followed, they may hold any list since", () => {
  const seen = { s1: { pub: "a" }, s2: { pub: "b" } };
  expect(held({ seen })).toEqual([{ pub: "first" }, { pub: "a" }, { pub: "b" }]);
});

test("behind the last word of a person: what was served then, and what came later", () => {
  const seen = { s1: { pub: "a" }, g1: { pub: "b" }, s2: { pub: "c" }, g2: { pub: "d" }, s3: { pub: "e" } };
  expect(held({ seen, confirmed: ["g1", "g2"] })).toEqual([{ pub: "d" }, { pub: "e" }]);
  expect(held({ seen, confirmed: ["g1"] })).toHaveLength(4);
});

test("what the step itself saw before does not count, nor does its own word", () => {
  const seen = { s1: { pub: "a" }, now: { pub: "b" } };
  expect(held({ seen, confirmed: ["now"] })).toEqual([{ pub: "first" }, { pub: "a" }]);
});

test("a list that was not read, or is not kept any more, is none", () => {
  expect(held({ seen: { s1: { pub: null }, s2: { pub: "lost" } } })).toEqual([
    ...[{ pub: "first" }, { pub: null }, { pub: null }],
  ]);
  expect(heldSince({ ...run({}), history: null }, "now")).toEqual([{ pub: null }]);
});

test("of a certificate that was made twice the last one counts, on each node and of each unit", () => {
  const changed = [
    { node: "pub", unit: "TVS", after: "1" },
    { node: "tftp2", unit: "TVS", after: "2" },
    { node: "pub", unit: "CallManager", after: "3" },
    { node: "pub", unit: "TVS", after: "4" },
  ];
  expect(changedCertificates(run({ changed }))).toEqual(changed.slice(1));
});

const changes: readonly (readonly [object, object])[] = [
  [
    { verb: "regenerate", units: ["TVS"], nodes: ["pub"] },
    { kind: "regenerate", unit: "TVS", node: "pub", replaceCaSigned: false },
  ],
  [
    { verb: "regenerate", units: ["TVS"], nodes: ["pub"], replaceCaSigned: true },
    { kind: "regenerate", unit: "TVS", node: "pub", replaceCaSigned: true },
  ],
  [{ verb: "restart-service", service: "Cisco Tftp" }, { kind: "restart-tftp" }],
  [{ verb: "restart-service", service: "Cisco Trust Verification Service" }, { kind: "restart-tvs" }],
  [{ verb: "restart-service", service: "Cisco Tomcat" }, { kind: "other" }],
  ...["hold", "gate", "confirm", "reset", "reset-ctl", "update-ctl"].map(
    (verb): readonly [object, object] => [{ verb }, { kind: verb }],
  ),
  ...["verify", "backup", "preflight", "notify"].map((verb): readonly [object, object] => [
    { verb },
    { kind: "other" },
  ]),
];

test.each(changes)("%j changes %j", (step, change) => {
  expect(changeOf({ id: "x", ...step } as unknown as Step)).toEqual({ step: "x", ...change });
});
