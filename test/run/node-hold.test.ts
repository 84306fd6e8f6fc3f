// Until when nothing is regenerated on a node: what is remembered, what a look finds, and clocks that cannot be trusted.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { holdTime, readHold, rememberHold } from "../../src/run/hold-memory.ts";
import type { NodeChanges } from "../../src/run/node-changes.ts";
import {
  accountFor,
  holdAfterRefusal,
  holdAfterRegeneration,
  restOf,
  settleHold,
} from "../../src/run/node-hold.ts";
import type { RunContext } from "../../src/run/step-kind.ts";
import { hashOf, smallCertificate } from "../verdict/small-facts.ts";

const startMs = Date.UTC(2026, 0, 1);
const holdMs = 300_000;
let folder: string;
let nowMs: number;
let notes: string[];
let journalTimes: number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-node-hold-"));
  [nowMs, notes, journalTimes] = [startMs, [], [startMs]];
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const cluster = { name: "east", regenerationHoldMs: holdMs };
/** What holds are settled with: nothing else of a run is asked for. */
const contextOf = () =>
  ({
    ...{ cluster, stateFolder: folder, clock: { now: () => nowMs } },
    events: {
      emit: (event: { readonly kind: string; readonly text?: string }) => notes.push(event.text ?? ""),
    },
    journal: { entries: () => journalTimes.map((ms) => ({ at: holdTime(ms) })) },
  }) as unknown as RunContext;
const utc = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
/** A look now, at a node whose clock is ours: units by how long ago their certificate was made. */
const lookOf = (agesMs: Readonly<Record<string, number>>, parts: Partial<NodeChanges> = {}): NodeChanges => ({
  ...{ nodeUtc: utc(nowMs), lookedAtMs: nowMs, trouble: [], isReachable: true },
  certificates: Object.fromEntries(
    Object.entries(agesMs).map(([unit, ageMs]) => [
      unit,
      {
        ...smallCertificate(unit, "0A", hashOf(unit === "TVS" ? "0A" : "0B")),
        notBefore: utc(nowMs - ageMs),
      },
    ]),
  ),
  ...parts,
});
const settled = (changes: NodeChanges | null, node = "pub") => {
  const state = settleHold(contextOf(), node, changes);
  return state.kind === "held" ? [state.hold.untilMs - startMs, state.hold.because] : state.kind;
};
const remembered = () => {
  const memory = readHold(folder, cluster, "pub");
  return memory.kind === "known" ? memory.entry : null;
};
const [old, young] = [86_400_000, 61_000];
const unread = "what changed there last could not be read";

describe("a look", () => {
  test("that finds nothing new leaves nothing behind", () => {
    expect(settled(lookOf({ TVS: old, tomcat: old }))).toBe("none");
    expect([remembered(), notes]).toEqual([null, []]);
  });

  test("that finds a young certificate holds until it is old enough, and of several the longest", () => {
    expect(settled(lookOf({ TVS: young, tomcat: old }))).toEqual([
      holdMs - young + 1000,
      "a new TVS certificate was seen there",
    ]);
    expect(remembered()).toMatchObject({ unit: "TVS", why: "seen", certificates: { TVS: "0a".repeat(20) } });
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    const both = lookOf({ TVS: 2 * young, tomcat: young });
    expect(settled(both)).toEqual([holdMs - young + 1000, "a new tomcat certificate was seen there"]);
  });

  test("that nobody could take, or that could not read all, holds for as long as can be", () => {
    const full = [holdMs, unread];
    expect(settled(null, "a")).toEqual(full);
    expect(settled(lookOf({ TVS: old }, { nodeUtc: null }), "b")).toEqual(full);
    expect(settled(lookOf({ TVS: old }, { trouble: ["show cert own tomcat"] }), "c")).toEqual(full);
    expect(settled(lookOf({}, { trouble: ["show cert list own"] }), "d")).toEqual(full);
  });

  test("that finds what was accounted for before finds nothing: the hold goes on, and is over when it ends", () => {
    const first = lookOf({ TVS: young });
    const until = holdMs - young + 1000;
    expect(settled(first)).toEqual([until, "a new TVS certificate was seen there"]);
    nowMs = startMs + until - 1;
    expect(settled({ ...first, nodeUtc: null })).toEqual([until, "a new TVS certificate was seen there"]);
    nowMs = startMs + until;
    expect(settled({ ...first, nodeUtc: null })).toBe("none");
  });

  test("that is settled when the certificate is old enough by then leaves nothing behind", () => {
    const look = lookOf({ TVS: 2 * young });
    nowMs += 240_000;
    expect(settled(look)).toBe("none");
    expect(readHold(folder, cluster, "pub").kind).toBe("none");
  });

  test("never shortens what is remembered", () => {
    holdAfterRegeneration(contextOf(), "pub", "CallManager");
    expect(settled(lookOf({ TVS: young }))).toEqual([holdMs, "CallManager was regenerated"]);
    // It is accounted for all the same.
    expect(remembered()?.certificates).toEqual({ TVS: "0a".repeat(20) });
    nowMs += 10_000;
    expect(settled(lookOf({ TVS: young + 10_000, tomcat: 0 }))).toEqual([
      holdMs + 10_000,
      "a new tomcat certificate was seen there",
    ]);
  });
});

describe("a record that is damaged", () => {
  test("makes a full hold from now on, and is told by its file", () => {
    const file = join(folder, "holds", "east", "pub.json");
    mkdirSync(join(folder, "holds", "east"), { recursive: true });
    writeFileSync(file, "{");
    nowMs += 5000;
    expect(settled(lookOf({ TVS: old }))).toEqual([holdMs + 5000, unread]);
    expect(notes).toEqual([
      `what was remembered of the hold on pub is damaged (${file}): a full hold from now on`,
    ]);
    expect(settled(lookOf({ TVS: old }))).toEqual([holdMs + 5000, unread]);
    expect(notes).toHaveLength(1);
  });
});

describe("our own regeneration", () => {
  test("holds in full from then on, before anybody looks, on that node alone", () => {
    holdAfterRegeneration(contextOf(), "pub", "TVS");
    expect(remembered()).toEqual({
      ...{ until: holdTime(startMs + holdMs), recordedAt: holdTime(startMs) },
      ...{ unit: "TVS", why: "regenerated", certificates: {} },
    });
    expect(settled(lookOf({ TVS: old }), "sub")).toBe("none");
  });

  test("is not counted a second time once its certificate is accounted for", () => {
    holdAfterRegeneration(contextOf(), "pub", "TVS");
    const made = { ...smallCertificate("TVS", "0A", hashOf("0A")) };
    accountFor(contextOf(), "pub", "TVS", made);
    expect(remembered()).toMatchObject({ why: "regenerated", certificates: { TVS: "0a".repeat(20) } });
    nowMs += 2000;
    expect(settled(lookOf({ TVS: 0 }))).toEqual([holdMs, "TVS was regenerated"]);
  });

  test("of which nothing is remembered is accounted for nowhere", () => {
    accountFor(contextOf(), "pub", "TVS", smallCertificate("TVS", "0A"));
    expect(readHold(folder, cluster, "pub").kind).toBe("none");
  });
});

describe("a refusal of the platform", () => {
  const refused = (changes: NodeChanges | null, isAgain = false) => {
    holdAfterRefusal(contextOf(), "pub", { unit: "TVS", changes, isAgain });
    return [Date.parse(remembered()?.until ?? "") - startMs, remembered()?.unit, remembered()?.why];
  };
  const full = [holdMs, "TVS", "refused"];

  test("holds until the named certificate is old enough", () => {
    expect(refused(lookOf({ TVS: young, tomcat: 0 }))).toEqual([holdMs - young + 1000, "TVS", "refused"]);
    expect(settled({ ...lookOf({ TVS: young, tomcat: 0 }), nodeUtc: null })).toEqual([
      holdMs - young + 1000,
      "the platform refuses because TVS has changed",
    ]);
  });

  test("holds in full where the look is so old that its end is over already", () => {
    const look = lookOf({ TVS: 2 * young });
    const restMs = holdMs - 2 * young + 1000;
    nowMs += restMs;
    expect(refused(look)).toEqual([restMs + holdMs, "TVS", "refused"]);
  });

  test.each<[string, (look: typeof lookOf) => NodeChanges | null, boolean]>([
    ["nobody could look", () => null, false],
    ["the node does not have it", (look) => look({ tomcat: young }), false],
    ["its clock could not be read", (look) => look({ TVS: young }, { nodeUtc: null }), false],
    ["it is old enough, and the platform refuses all the same", (look) => look({ TVS: old }), false],
    ["the platform refuses again", (look) => look({ TVS: young }), true],
  ])("holds in full where %s", (_, changes, isAgain) => {
    expect(refused(changes(lookOf), isAgain)).toEqual(full);
  });
});

describe("a clock that went back by more than a minute", () => {
  const back = (byMs: number) => {
    nowMs = startMs - byMs;
    return settleHold(contextOf(), "pub", lookOf({ TVS: old }));
  };

  test("is told by the newest line of the journal, before anything is remembered", () => {
    journalTimes = [startMs - 3_600_000, startMs, startMs - 7_200_000];
    expect(back(60_001)).toEqual({ kind: "clock-went-back", byMs: 60_001 });
    expect(remembered()).toBeNull();
    expect(back(60_000)).toEqual({ kind: "none" });
  });

  test("is told by what is remembered of the node, where the journal is of another day", () => {
    journalTimes = [startMs - 86_400_000];
    holdAfterRegeneration(contextOf(), "pub", "TVS");
    expect(back(60_001)).toEqual({ kind: "clock-went-back", byMs: 60_001 });
    expect(settleHold(contextOf(), "sub", lookOf({ TVS: old }))).toEqual({ kind: "none" });
  });

  test("stays told where the look finds a change: nothing is remembered under the wrong time", () => {
    journalTimes = [startMs - 86_400_000];
    holdAfterRegeneration(contextOf(), "pub", "TVS");
    const before = remembered();
    nowMs = startMs - 3_600_000;
    const look = lookOf({ tomcat: young });
    expect(settleHold(contextOf(), "pub", look)).toEqual({ kind: "clock-went-back", byMs: 3_600_000 });
    expect(remembered()).toEqual(before);
  });
});

test("what is left of a hold is counted by our clock", () => {
  rememberHold(folder, "east", "pub", {
    ...{ until: holdTime(startMs + holdMs), recordedAt: holdTime(startMs) },
    ...{ unit: null, why: "assumed", certificates: {} },
  });
  const state = settleHold(contextOf(), "pub", null);
  if (state.kind !== "held") throw new Error(state.kind);
  nowMs += 100_000;
  expect(restOf(contextOf(), state.hold)).toEqual({ kind: "wait", ms: holdMs - 100_000 });
  nowMs += holdMs;
  expect(restOf(contextOf(), state.hold)).toEqual({ kind: "over" });
});
