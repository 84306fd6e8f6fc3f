// A regeneration about to be sent: which certificates that moved behind the run's back stop it, and which are its own affair.
import { beforeEach, expect, test, vi } from "vitest";
import type { JournalEvent } from "../../src/run/journal-entry.ts";
import type { RunContext } from "../../src/run/step-kind.ts";
import { regenerateAlone } from "../../src/run/steps/other-anchors.ts";

/** The certificates now: SHA-1 by unit, by node. */
let now: Record<string, Record<string, string>>;
let looks: number;

vi.mock("../../src/run/observe-certificates.ts", () => ({
  async observeCertificates() {
    looks += 1;
    return Object.entries(now).map(([node, units]) => ({
      node,
      certificates: Object.entries(units).map(([unit, sha1]) => ({ unit, certificate: { sha1 } })),
    }));
  },
}));
vi.mock("../../src/run/steps/regenerate.ts", () => ({
  regenerate: { carryOut: async () => ({ kind: "done", node: null, detail: "sent" }) },
}));

const units = ["CallManager", "CallManager-ECDSA", "TVS", "ITLRecovery", "tomcat"];
const planned = Object.fromEntries(units.map((unit) => [unit, "AA:01"]));

beforeEach(() => {
  now = { pub: { ...planned }, tftp2: { ...planned } };
  looks = 0;
});

function carryOut(unit: string, entries: readonly JournalEvent[] = [], writes: readonly object[] = []) {
  const context = {
    ...{ run: "R", cluster: { name: "east", nodes: [{ name: "pub" }, { name: "tftp2" }] } },
    journal: { entries: () => entries },
    state: () => ({ writes }),
    work: () => ({
      publisher: "pub",
      certificates: ["pub", "tftp2"].flatMap((node) =>
        units.map((known) => ({ node, unit: known, sha1: "aa01" })),
      ),
    }),
  } as unknown as RunContext;
  return regenerateAlone.carryOut({ verb: "regenerate", id: "s1", units: [unit], nodes: ["pub"] }, context);
}

const sent = { kind: "done", detail: "sent" };

test("everything as planned: it is sent after one look", async () => {
  expect(await carryOut("CallManager")).toMatchObject(sent);
  expect(looks).toBe(1);
});

test.each([
  ["CallManager", "pub", "TVS"],
  ["CallManager", "tftp2", "TVS"],
  ["CallManager", "pub", "ITLRecovery"],
  ["CallManager-ECDSA", "tftp2", "TVS"],
  ["TVS", "tftp2", "CallManager"],
  ["TVS", "tftp2", "CallManager-ECDSA"],
  ["TVS", "pub", "ITLRecovery"],
  ["ITLRecovery", "tftp2", "TVS"],
])("%s is not sent where on %s the %s has moved", async (unit, node, moved) => {
  now = { ...now, [node]: { ...planned, [moved]: "AA:02" } };
  await expect(carryOut(unit)).rejects.toMatchObject({
    code: "baseline-changed",
    message: expect.stringMatching(new RegExp(`^${moved} of ${node} changed .* nothing was sent$`)),
    hint: expect.stringContaining("itlctl abandon R"),
    place: { cluster: "east", node: "pub" },
  });
});

test.each([
  ["CallManager", "tftp2", "CallManager"],
  ["CallManager", "tftp2", "CallManager-ECDSA"],
  ["CallManager", "pub", "tomcat"],
  ["CallManager", "tftp2", "ITLRecovery"],
  ["TVS", "tftp2", "TVS"],
  ["TVS", "tftp2", "ITLRecovery"],
])("%s is sent where on %s the %s has moved", async (unit, node, moved) => {
  now = { ...now, [node]: { ...planned, [moved]: "AA:02" } };
  expect(await carryOut(unit)).toMatchObject(sent);
});

test("all that moved are named", async () => {
  now = { pub: { ...planned, TVS: "AA:02" }, tftp2: { ...planned, TVS: "AA:03" } };
  await expect(carryOut("CallManager")).rejects.toThrow("TVS of pub, TVS of tftp2 changed");
});

test("what phones do not judge by is sent without a look", async () => {
  now = { pub: { ...planned, TVS: "AA:02" } };
  expect(await carryOut("tomcat")).toMatchObject(sent);
  expect(looks).toBe(0);
});

test("an anchor as an earlier step of this run left it has not moved", async () => {
  now = { pub: { ...planned, TVS: "AA:02" } };
  const made = {
    ...{ kind: "certificate-changed", step: "s0", node: "pub", unit: "TVS" },
    after: { sha1: "aa02" },
  } as unknown as JournalEvent;
  expect(await carryOut("CallManager", [made])).toMatchObject(sent);
});

test("a node that is new in the list, and a unit that the plan did not see, are not judged", async () => {
  now = { tftp3: { ...planned }, pub: { "TVS-ECDSA": "AA:02" } };
  expect(await carryOut("CallManager")).toMatchObject(sent);
});

test("behind an intent that may have been sent the step itself looks; one that was not sent counts for nothing", async () => {
  now = { pub: { ...planned, TVS: "AA:02" } };
  expect(await carryOut("CallManager", [], [{ step: "s1", end: "lost" }])).toMatchObject(sent);
  expect(looks).toBe(0);
  const others = [
    { step: "s0", end: "answered" },
    { step: "s1", end: "not-sent" },
  ];
  await expect(carryOut("CallManager", [], others)).rejects.toMatchObject({ code: "baseline-changed" });
});
