// Whether a step may begin now: this machine's clock beside the journal, and what is left of the change window.
import { describe, expect, test } from "vitest";
import type { JournalEntry } from "../../src/run/journal-entry.ts";
import type { Step, Window } from "../../src/playbook/step.ts";
import { estimateOf } from "../../src/run/step-estimate.ts";
import type { RunContext } from "../../src/run/step-kind.ts";
import { judgeTime } from "../../src/run/step-time.ts";

const night: Window = { from: "22:00", until: "23:00", timeZone: "UTC" };
const at = (time: string) => Date.parse(`2026-01-01T${time}Z`);

const work = "r-tomcat-pub";
const steps: readonly Step[] = [
  { verb: "hold", id: "h", nodes: ["pub"], work },
  { verb: "regenerate", id: "r", units: ["tomcat"], nodes: ["pub"], work },
  { verb: "restart-service", id: "t", service: "Cisco Tomcat", nodes: ["pub"], work },
  { verb: "verify", id: "v", signer: "present", work },
];
const workMs = steps.reduce((sum, step) => sum + estimateOf(step), 0);
const [hold, regenerate, , verify] = steps as [Step, Step, Step, Step];

interface Moment {
  readonly now: string;
  readonly window?: Window | null;
  readonly entries?: readonly object[];
  readonly writes?: readonly object[];
  readonly expanded?: readonly Step[] | null;
}

function judge(step: Step, { now, window = night, entries = [], writes = [], expanded = steps }: Moment) {
  const context = {
    ...{ run: "R", clock: { now: () => at(now) }, playbook: { window, steps: [step] } },
    journal: { entries: () => entries as readonly JournalEntry[] },
    state: () => ({ writes, expanded }),
  } as unknown as RunContext;
  return judgeTime(context, step);
}

describe("the clock", () => {
  const wrote = (...times: string[]) => ({
    entries: times.map((time) => ({ kind: "step-started", at: `2026-01-01T${time}Z` })),
    window: null,
  });

  test("may go back by a minute behind the last line, and no further", () => {
    expect(judge(verify, { now: "22:00:00", ...wrote("21:00:00", "22:01:00") })).toBeNull();
    expect(judge(verify, { now: "22:00:00", ...wrote("21:00:00", "22:01:01") })).toEqual({
      ...{ kind: "held", node: null, until: null },
      detail:
        "the clock of this machine went back by 1m1s behind the journal, which was written until 2026-01-01T22:01:01Z",
      next: "Set the clock of this machine right, then: itlctl resume R",
    });
  });

  test("is held against the latest line, not the last one", () => {
    expect(judge(verify, { now: "21:00:00", ...wrote("22:30:00", "21:00:00") })?.detail).toMatch(
      "until 2026-01-01T22:30:00Z",
    );
  });

  test("comes before the window", () => {
    const { entries } = wrote("23:30:00");
    expect(judge(hold, { now: "12:00:00", entries })?.next).toMatch("Set the clock");
  });
});

describe("the window", () => {
  test("open, and long enough for the whole unit of work: it begins", () => {
    expect(judge(hold, { now: "22:00:00" })).toBeNull();
  });

  test("none: it begins at any time", () => {
    expect(judge(hold, { now: "12:00:00", window: null })).toBeNull();
  });

  test("closed: held until it opens, at the first step of the unit as at the write", () => {
    for (const step of [hold, regenerate]) {
      expect(judge(step, { now: "12:00:00" })).toEqual({
        ...{ kind: "held", node: null, until: "2026-01-01T22:00:00Z" },
        detail: "the window is 22:00 to 23:00 UTC, and it is closed now",
        next: "When the window opens (2026-01-01T22:00:00Z): itlctl resume R",
      });
    }
  });

  test("too short for all of the unit together, though each step would fit", () => {
    const now = new Date(at("23:00:00") - workMs + 1000).toISOString().slice(11, 19);
    expect(judge(verify, { now })).toMatchObject({ kind: "held", until: "2026-01-02T22:00:00Z" });
    expect(judge(verify, { now })?.detail).toMatch(`what is left of it is too short: ${work} takes about`);
    const alone: Step = { verb: "restart-service", id: "t", service: "Cisco Tomcat", nodes: ["pub"] };
    expect(judge(alone, { now })).toBeNull();
  });

  test("shorter than the work: never, and that is said", () => {
    const window = { ...night, until: "22:01" };
    expect(judge(hold, { now: "22:00:00", window })).toEqual({
      ...{ kind: "held", node: null, until: null },
      detail: expect.stringMatching(
        /^r-tomcat-pub takes about .*: longer than the whole window \(22:00 to 22:01 UTC\)$/,
      ),
      next: "Widen the window and plan anew: itlctl abandon R --reason TEXT",
    });
  });

  test.each(["reset", "regenerate", "restart-service", "update-ctl", "reset-ctl"])(
    "holds %s, also outside of a unit of work",
    (verb) => {
      const step = {
        verb,
        id: "x",
        nodes: ["pub"],
        service: "Cisco Tftp",
        units: ["TVS"],
      } as unknown as Step;
      expect(judge(step, { now: "12:00:00" })).toMatchObject({ kind: "held" });
    },
  );

  test.each(["preflight", "backup", "verify", "confirm", "gate", "hold", "notify"])(
    "does not hold %s outside of a unit of work",
    (verb) => {
      expect(judge({ verb, id: "x" } as unknown as Step, { now: "12:00:00" })).toBeNull();
    },
  );

  test("steps as in the file, where nothing was expanded", () => {
    expect(judge(regenerate, { now: "12:00:00", expanded: null })?.detail).toMatch("closed now");
  });
});

describe("a unit of work that has begun is finished, whatever the time", () => {
  const now = "23:30:00";
  const intent = (step: string) => ({ kind: "write-intended", at: "2026-01-01T22:30:00Z", step });
  const ended = (step: string, outcome: string) => ({ ...intent(step), kind: "node-ended", outcome });
  const sent = (step: string, end = "answered") => ({ step, node: "pub", end });

  test.each([
    ["a line of it was sent", [intent("r")], [sent("r")], true],
    ["a line of a later step was sent", [intent("t")], [sent("t")], true],
    ["only a hold or a look was tried", [ended("h", "held")], [], false],
    ["the intent never left", [intent("r")], [sent("r", "not-sent")], false],
    ["the platform refused it for its hold", [intent("r"), ended("r", "held")], [sent("r")], false],
    ["it was sent again behind a refusal", [intent("r"), ended("r", "held"), intent("r")], [sent("r")], true],
    ["it ended otherwise", [intent("r"), ended("r", "done")], [sent("r")], true],
    ["another step was refused", [intent("r"), ended("q", "held")], [sent("r")], true],
    ["a line of other work was sent", [intent("q")], [sent("q")], false],
  ])("%s", (_, entries, writes, isBegun) => {
    const verdict = judge(verify, { now, entries, writes });
    if (isBegun) expect(verdict).toBeNull();
    else expect(verdict).toMatchObject({ kind: "held", until: "2026-01-02T22:00:00Z" });
  });
});

test("estimates count what the platform does, node by node, and not what waits", () => {
  const minutes = (step: object) => estimateOf({ id: "x", ...step } as Step) / 60_000;
  expect(minutes({ verb: "preflight" })).toBe(1);
  expect(minutes({ verb: "reset" })).toBe(10);
  expect(minutes({ verb: "update-ctl" })).toBe(2);
  expect(minutes({ verb: "gate" })).toBe(0);
  const tomcat = { verb: "restart-service", service: "Cisco Tomcat" };
  expect(minutes({ ...tomcat, nodes: ["pub", "tftp2"] })).toBe(16);
  expect(minutes({ ...tomcat, nodes: [] })).toBe(8);
  expect(minutes(tomcat)).toBe(8);
});
