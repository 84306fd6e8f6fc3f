// A gate between two trust anchors: whose word counts, about which lists, and when it is asked for again.
import { beforeEach, expect, test, vi } from "vitest";
import type { JournalEvent } from "../../src/run/journal-entry.ts";
import type { RunContext, StepResult } from "../../src/run/step-kind.ts";
import { gate } from "../../src/run/steps/gate.ts";

const stop: StepResult = { kind: "held", node: null, detail: "not proven", until: null, next: "look" };

/** What every TFTP node serves at each proof, the last one from there on; "stop": the proof fails. */
let served: string[];
/** What happened, in order. */
let log: string[];
let entries: JournalEvent[];

vi.mock("../../src/run/steps/followed.ts", () => ({
  async proveFollowed(step: { id: string }, context: Pick<RunContext, "record">) {
    const now = served.length > 1 ? served.shift() : served[0];
    log.push(`proof of ${now}`);
    if (now === "stop") return stop;
    context.record({ kind: "lists-seen", step: step.id, lists: { pub: now ?? null } });
    return null;
  },
}));

beforeEach(() => {
  [served, log, entries] = [["a"], [], []];
});

/** One process. `answers`: of the person at the terminal, one after the other; null: nobody is there. */
function carryOut(answers: ("yes" | "later")[] | null, confirmedStep: string | null = null) {
  const confirmStep = async (_step: string, text: string) => {
    log.push(text.startsWith("Other lists") ? "asked again" : "asked");
    return answers?.shift() ?? "later";
  };
  const context = {
    ...{ run: "R", confirmedStep, journal: { entries: () => entries } },
    record: (entry: JournalEvent) => void entries.push(entry),
    pool: { closeAll: async () => undefined },
    events: { emit: () => undefined },
    state: () => ({
      confirmed: entries.flatMap((entry) => (entry.kind === "confirmed" ? [entry.step] : [])),
    }),
    operator: answers === null ? null : { confirmStep },
  } as unknown as RunContext;
  return gate.carryOut({ verb: "gate", id: "s1", text: "Reset the phones." }, context);
}

const words = () => entries.flatMap((entry) => (entry.kind === "confirmed" ? [entry.by] : []));
const held = { kind: "held", next: "When that is done: itlctl resume R --confirm s1" };

test("proven, asked, proven again, done", async () => {
  expect(await carryOut(["yes"])).toMatchObject({ kind: "done" });
  expect(log).toEqual(["proof of a", "asked", "proof of a"]);
  expect(words()).toEqual(["terminal"]);
});

test("without a proof nobody is asked", async () => {
  served = ["stop"];
  expect(await carryOut(["yes"])).toBe(stop);
  expect(log).toEqual(["proof of stop"]);
});

test("later is later: nothing is looked at any more", async () => {
  expect(await carryOut(["later"])).toMatchObject(held);
  expect(log).toEqual(["proof of a", "asked"]);
  expect(words()).toEqual([]);
});

test("a node that is not proven after the word stops the run", async () => {
  served = ["a", "stop"];
  expect(await carryOut(["yes"])).toBe(stop);
});

test("a flag for another step is no word for this one", async () => {
  expect(await carryOut(null, "s2")).toMatchObject(held);
  expect(words()).toEqual([]);
});

test("a flag counts for the lists that were proven when the run was held", async () => {
  await carryOut(null);
  expect(await carryOut(null, "s1")).toMatchObject({ kind: "done" });
  expect(words()).toEqual(["flag"]);
});

test("a flag does not count for lists that are served since", async () => {
  await carryOut(null);
  served = ["b"];
  expect(await carryOut(null, "s1")).toMatchObject(held);
  expect(words()).toEqual(["flag"]);
  log = [];
  expect(await carryOut(["yes"], "s1")).toMatchObject({ kind: "done" });
});

test("a flag is given once: lists that change again need a person", async () => {
  await carryOut(null);
  served = ["b", "c"];
  log = [];
  expect(await carryOut(["yes", "yes"], "s1")).toMatchObject({ kind: "done" });
  expect(log).toEqual(["proof of b", "asked again", "proof of c", "asked again", "proof of c"]);
  expect(words()).toEqual(["flag", "terminal", "terminal"]);
});

test("a flag before any proof is asked for again, with what is served", async () => {
  expect(await carryOut(null, "s1")).toMatchObject(held);
  expect(log).toEqual(["proof of a"]);
});

test("a process that died behind the word asks nobody twice", async () => {
  await carryOut(["yes"]);
  entries.pop();
  log = [];
  expect(await carryOut(["later"])).toMatchObject({ kind: "done" });
  expect(log).toEqual(["proof of a"]);
});

test("lists and words of other steps do not count", async () => {
  entries.push(
    { kind: "lists-seen", step: "s0", lists: { pub: "a" } },
    { kind: "confirmed", step: "s0", by: "terminal" },
  );
  expect(await carryOut(["yes"])).toMatchObject({ kind: "done" });
  expect(log).toEqual(["proof of a", "asked", "proof of a"]);
});
