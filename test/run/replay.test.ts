// Journal entries in, the state of the run out: every kind of line, and what a later line takes back.
import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/playbook/plan.ts";
import type { Step } from "../../src/playbook/step.ts";
import type { BackupRecord, JournalEntry, JournalEvent } from "../../src/run/journal-entry.ts";
import type { RecoveryBasis } from "../../src/run/recovery-basis.ts";
import { hasWritten, lastWrite, replay } from "../../src/run/replay.ts";
import type { WorkBasis } from "../../src/run/work-basis.ts";
import type { Finding } from "../../src/verdict/verdict.ts";

const request = { requestedKey: null, accepted: [], isUnattended: true, remoteKey: null, heldFile: null };
const start: JournalEvent = {
  ...{ kind: "run-started", run: "r1", cluster: "east", playbook: "itl-recovery", fingerprint: "f" },
  ...{ nodes: ["pub"], request, version: "0.1.0" },
};

/** Numbered and timed: the entry with number n came in minute n. */
const entriesOf = (events: readonly JournalEvent[]): JournalEntry[] =>
  events.map((event, index) => ({ ...event, seq: index + 1, at: minute(index + 1), previous: "" }));
const minute = (number: number) => `2026-11-20T22:${String(number).padStart(2, "0")}:00Z`;
const stateAfter = (...events: JournalEvent[]) => replay(entriesOf([start, ...events]));

const intended = (step: string, node: string): JournalEvent => ({
  ...{ kind: "write-intended", step, node, line: "utils itl reset localkey", baseline: { pub: "aa" } },
});
const ended = (end: "answered" | "lost" | "not-sent"): JournalEvent => ({
  ...{ kind: "write-ended", step: "reset", node: "pub", end, detail: `it is ${end}` },
});
const stepStarted = (step: string): JournalEvent => ({ kind: "step-started", step, node: null });
const stepEnded = (step: string, outcome: "done" | "held" | "pending"): JournalEvent => ({
  ...{ kind: "step-ended", step, node: null, outcome, detail: `${step} ${outcome}` },
});
const finding = (code: Finding["code"], node: string | null, message = ""): Finding => ({
  ...{ code, node, message, severity: "warn", advice: "" },
});

test("a run that began knows what it was asked, and nothing else", () => {
  expect(stateAfter()).toEqual({
    ...{ run: "r1", cluster: "east", playbook: "itl-recovery", fingerprint: "f", request },
    ...{ startedAt: minute(1), endedAt: null, outcome: "running", steps: [], findings: [], plan: null },
    ...{ basis: null, isApproved: false, writes: [], listsSeen: {}, confirmed: [], waitsFor: null },
    ...{ until: null, error: null, next: null, abandonedBecause: null, backup: null },
    ...{ isNewBackup: false, work: null, expanded: null, changed: [] },
  });
});

test("a journal that begins with anything else is no run", () => {
  expect(() => replay([])).toThrow("begins with run-started");
  expect(() => replay(entriesOf([stepStarted("reset")]))).toThrow("begins with run-started");
});

test("a first line that comes again changes nothing", () => {
  const other = { ...start, run: "r2", cluster: "west" } as JournalEvent;
  expect(stateAfter(other)).toEqual(stateAfter());
});

describe("steps", () => {
  test("stand in the order in which they began, each once", () => {
    const { steps } = stateAfter(
      ...[stepStarted("preflight"), stepEnded("preflight", "done"), stepStarted("reset")],
    );
    expect(steps).toEqual([
      {
        ...{ step: "preflight", node: null, outcome: "done", detail: "preflight done", nodes: [] },
        ...{ startedAt: minute(2), endedAt: minute(3) },
      },
      {
        ...{ step: "reset", node: null, outcome: "pending", detail: "", nodes: [] },
        ...{ startedAt: minute(4), endedAt: null },
      },
    ]);
  });

  test("that begin again are pending again, and only they", () => {
    const { steps } = stateAfter(
      ...[stepStarted("reset"), stepEnded("reset", "done"), stepStarted("phones")],
      ...[stepEnded("phones", "held"), stepStarted("phones")],
    );
    expect(steps.map(({ step, outcome, endedAt }) => [step, outcome, endedAt])).toEqual([
      ["reset", "done", minute(3)],
      ["phones", "pending", null],
    ]);
  });

  test("keep the last word on each node", () => {
    const node = (name: string, outcome: "done" | "failed"): JournalEvent => ({
      ...{ kind: "node-ended", step: "verify", node: name, outcome, detail: `${name} ${outcome}` },
    });
    const { steps } = stateAfter(
      ...[stepStarted("verify"), node("pub", "failed"), node("tftp2", "done"), node("pub", "done")],
    );
    expect(steps[0]?.nodes).toEqual([
      { node: "tftp2", outcome: "done", detail: "tftp2 done" },
      { node: "pub", outcome: "done", detail: "pub done" },
    ]);
    expect(steps[0]?.outcome).toBe("pending");
  });

  test("of which only a node's part was written down are pending", () => {
    const part: JournalEvent = {
      ...{ kind: "node-ended", step: "verify", node: "pub", outcome: "done", detail: "proven" },
    };
    expect(stateAfter(part).steps).toEqual([
      {
        ...{ step: "verify", node: null, outcome: "pending", detail: "", startedAt: null, endedAt: null },
        nodes: [{ node: "pub", outcome: "done", detail: "proven" }],
      },
    ]);
  });
});

describe("writes", () => {
  test("stand with their baseline and time, without an end until one is written", () => {
    expect(stateAfter(intended("reset", "pub")).writes).toEqual([
      {
        ...{ step: "reset", node: "pub", line: "utils itl reset localkey", baseline: { pub: "aa" } },
        ...{ intendedAt: minute(2), end: null, detail: null },
      },
    ]);
  });

  test("an end is the end of the last one only", () => {
    const { writes } = stateAfter(
      ...[intended("reset", "pub"), ended("not-sent"), intended("reset", "pub"), ended("lost")],
    );
    expect(writes.map(({ end, detail }) => [end, detail])).toEqual([
      ["not-sent", "it is not-sent"],
      ["lost", "it is lost"],
    ]);
  });

  test("one whose end is not known may have changed the cluster, one that never left has not", () => {
    expect(hasWritten(stateAfter())).toBe(false);
    expect(hasWritten(stateAfter(intended("reset", "pub")))).toBe(true);
    expect(hasWritten(stateAfter(intended("reset", "pub"), ended("not-sent")))).toBe(false);
    expect(hasWritten(stateAfter(intended("reset", "pub"), ended("answered")))).toBe(true);
  });

  test("the last that left is found by step, and by node where one is named", () => {
    const state = stateAfter(
      ...[intended("reset", "pub"), ended("answered"), intended("restart", "pub"), ended("answered")],
      ...[intended("restart", "tftp2"), ended("answered"), intended("reset", "pub"), ended("not-sent")],
    );
    expect(lastWrite(state, "reset")?.intendedAt).toBe(minute(2));
    expect(lastWrite(state, "restart")?.node).toBe("tftp2");
    expect(lastWrite(state, "restart", "pub")?.intendedAt).toBe(minute(4));
    expect(lastWrite(state, "reset", "tftp2")).toBeUndefined();
    expect(lastWrite(state, "preflight")).toBeUndefined();
  });
});

describe("waiting", () => {
  const wait = (until: string | null): JournalEvent => ({
    ...{ kind: "waiting", step: "phones", text: "reset the phones", until },
  });

  test("for a person names the step, for a time names the time", () => {
    expect(stateAfter(wait(null))).toMatchObject({ waitsFor: "phones", until: null });
    expect(stateAfter(wait(minute(30)))).toMatchObject({ waitsFor: null, until: minute(30) });
  });

  test("ends with the confirmation", () => {
    const done: JournalEvent = { kind: "confirmed", step: "phones", by: "flag" };
    expect(stateAfter(wait(null), done)).toMatchObject({ waitsFor: null, confirmed: ["phones"] });
    const again: JournalEvent = { kind: "confirmed", step: "phones-again", by: "terminal" };
    expect(stateAfter(wait(null), done, again).confirmed).toEqual(["phones", "phones-again"]);
  });

  test("for a time outlasts a step that is held, and no other end", () => {
    expect(stateAfter(wait(minute(30)), stepEnded("reset", "held")).until).toBe(minute(30));
    expect(stateAfter(wait(minute(30)), stepEnded("reset", "done")).until).toBeNull();
  });
});

describe("findings", () => {
  const findings = (...list: Finding[]): JournalEvent => ({
    ...{ kind: "findings", step: "preflight", findings: list },
  });

  test("stand once for each code and node", () => {
    const first = finding("itl-missing", "pub", "first");
    const { findings: known } = stateAfter(
      findings(first, finding("itl-missing", "tftp2")),
      findings(finding("itl-missing", "pub", "again"), finding("clock-skew", "pub")),
      findings(finding("clock-skew", "tftp2"), finding("clock-skew", "pub", "again")),
    );
    expect(known.map(({ code, node }) => `${code} ${node}`)).toEqual([
      ...["itl-missing pub", "itl-missing tftp2", "clock-skew pub", "clock-skew tftp2"],
    ]);
    expect(known[0]).toEqual(first);
  });
});

describe("plans, lists and ends", () => {
  test("plan, basis and approval are kept", () => {
    const plan = { steps: [] } as unknown as Plan;
    const basis = { release: "12.5" } as unknown as RecoveryBasis;
    const planned: JournalEvent = { kind: "planned", plan, basis };
    expect(stateAfter(planned)).toMatchObject({ plan, basis, isApproved: false });
    expect(stateAfter(planned, { kind: "approved", by: "yes" }).isApproved).toBe(true);
  });

  test("what the playbook was expanded to is what a resumed run goes on with", () => {
    const plan = { steps: [] } as unknown as Plan;
    const work = { release: "15" } as unknown as WorkBasis;
    const steps: Step[] = [{ id: "ctl", verb: "update-ctl" }];
    const planned: JournalEvent = { kind: "planned", plan, basis: null, work, steps };
    expect(stateAfter(planned)).toMatchObject({ work, expanded: steps });
    expect(stateAfter({ kind: "planned", plan, basis: null })).toMatchObject({ work: null, expanded: null });
  });

  test("lists stand by the step that saw them, the last look counts", () => {
    const seen = (step: string, sha1: string): JournalEvent => ({
      ...{ kind: "lists-seen", step, lists: { pub: sha1 } },
    });
    expect(stateAfter(seen("a", "11"), seen("b", "22"), seen("a", "33")).listsSeen).toEqual({
      ...{ a: { pub: "33" }, b: { pub: "22" } },
    });
  });

  const error = { code: "step-failed", message: "m", hint: "h", place: {} } as const;
  const over: JournalEvent = { kind: "run-ended", outcome: "failed", error, next: "n" };

  test("an end has its time, its error and what is next; going on takes them back", () => {
    const wait: JournalEvent = { kind: "waiting", step: "phones", text: "", until: null };
    expect(stateAfter(wait, over)).toMatchObject({
      ...{ outcome: "failed", endedAt: minute(3), error, next: "n", waitsFor: "phones" },
    });
    const resumed: JournalEvent = { kind: "run-resumed", confirmed: null };
    expect(stateAfter(wait, over, resumed)).toEqual(stateAfter());
    const timed: JournalEvent = { kind: "waiting", step: "reset", text: "", until: minute(30) };
    expect(stateAfter(timed, resumed).until).toBeNull();
  });

  test("an abandoned run waits for nobody, and says why it was given up", () => {
    const wait: JournalEvent = { kind: "waiting", step: "phones", text: "", until: null };
    expect(stateAfter(wait, over, { kind: "abandoned", reason: "the wrong night" })).toMatchObject({
      ...{ outcome: "abandoned", endedAt: minute(4), waitsFor: null, next: null },
      ...{ abandonedBecause: "the wrong night", error },
    });
  });
});

test("what a backup run kept, and whether it was there already, is told from its journal", () => {
  const backup: BackupRecord = {
    ...{ id: "b1", cluster: "east", takenAt: minute(2), sizeBytes: 2, sha256: "00", certificateSerial: null },
    proof: "unopened",
    ...{ proofNote: "no password", path: "east/b1" },
  };
  expect(stateAfter({ kind: "backup-stored", backup, isNew: true })).toMatchObject({
    backup,
    isNewBackup: true,
  });
  expect(stateAfter({ kind: "backup-stored", backup, isNew: false })).toMatchObject({ isNewBackup: false });
});
