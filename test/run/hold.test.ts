// The hold step on the lab: what changed behind our back is waited out, no longer and no shorter, whatever the clocks say.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { holdMs, Killed, openRegenerationLab, type RegenerationLab, type Told } from "./regeneration-lab.ts";

let lab: RegenerationLab;

afterEach(() => {
  expect(lab.cluster.complaints).toEqual([]);
  expect(lab.sessions()).toBe(0);
  lab.close();
});

const hourMs = 3_600_000;
const waitsOf = ({ events }: Told) => events.flatMap((event) => (event.kind === "waiting" ? [event] : []));
const memoryFile = (node: string) => join(lab.stateFolder, "holds", "east", `${node}.json`);

test("nodes on which nothing changed lately are not waited for, and nothing is remembered", async () => {
  lab = openRegenerationLab("12.5");
  const beganAt = lab.clock.now();
  const told = await lab.hold(["pub", "tftp2"]);
  expect(told.result).toMatchObject({ kind: "done", detail: "nothing changed lately on pub, tftp2" });
  expect([told.events, readdirSync(lab.stateFolder)]).toEqual([[], ["run.jsonl"]]);
  expect(lab.clock.now() - beganAt).toBeLessThan(30_000);
});

test.each([0, 2, -2])(
  "clocks that are off by %d h: two nodes are waited out side by side, to the second",
  async (hours) => {
    const nodes = [
      { name: "pub", clockSkewMs: hours * hourMs },
      { name: "tftp2", clockSkewMs: -hours * hourMs },
    ];
    lab = openRegenerationLab("11.5", { nodes });
    lab.byHand("tomcat", "pub");
    await lab.clock.advance(61_500);
    lab.byHand("ipsec", "tftp2");
    const lastAt = lab.clock.now();
    const told = await lab.hold(["pub", "tftp2"]);
    expect(told.result.kind).toBe("done");
    const overMs = lab.clock.now() - (lastAt + holdMs);
    expect(overMs).toBeGreaterThanOrEqual(0);
    // The clocks of nodes are read in whole seconds; the login takes lab time as well.
    expect(overMs).toBeLessThanOrEqual(3000);
    // Nobody is refused now.
    lab.byHand("TVS", "pub");
    lab.byHand("TVS", "tftp2");
  },
);

test("a hold of our own ends within a second of its deadline", async () => {
  lab = openRegenerationLab("15");
  await lab.regenerate("CallManager", "pub");
  const { until } = JSON.parse(readFileSync(memoryFile("pub"), "utf8")) as { until: string };
  let endedAt = 0;
  await lab.hold(["pub"], {
    onEvent: ({ kind }) => {
      if (kind === "waiting") endedAt = lab.clock.now();
    },
  });
  expect(endedAt).toBeLessThan(Date.parse(until));
  expect(lab.clock.now() - Date.parse(until)).toBeGreaterThanOrEqual(0);
  expect(lab.clock.now() - Date.parse(until)).toBeLessThan(1000);
});

test("the deadline is in the journal and in the memory before the wait, which is told every second in the same words", async () => {
  lab = openRegenerationLab("12.5");
  lab.byHand("tomcat", "pub");
  let atFirst: { memory: string; sessions: number } | null = null;
  const told = await lab.hold(["pub"], {
    onEvent({ kind }) {
      if (kind === "waiting")
        atFirst ??= { memory: readFileSync(memoryFile("pub"), "utf8"), sessions: lab.sessions() };
    },
  });
  const waits = waitsOf(told);
  const journal = readFileSync(join(lab.stateFolder, "run.jsonl"), "utf8").trim().split("\n");
  expect(JSON.parse(journal[2] ?? "")).toMatchObject({ kind: "waiting", until: waits[0]?.until });
  expect(atFirst).toMatchObject({ sessions: 0 });
  expect(JSON.parse((atFirst as unknown as { memory: string }).memory)).toMatchObject({
    unit: "tomcat",
    why: "seen",
  });
  expect(waits.length).toBeGreaterThan(290);
  expect([...new Set(waits.map(({ what }) => what))]).toEqual([
    "the hold on pub (a new tomcat certificate was seen there) to end",
  ]);
  expect(new Set(waits.map(({ until }) => until)).size).toBe(1);
  expect(statSync(memoryFile("pub")).mode & 0o777).toBe(0o600);
  expect(statSync(join(lab.stateFolder, "holds")).mode & 0o777).toBe(0o700);
  expect(statSync(join(lab.stateFolder, "holds", "east")).mode & 0o777).toBe(0o700);
});

test.each([1, 100, 280])(
  "killed after %d s of it, another process waits the rest, not again and not less",
  async (seconds) => {
    lab = openRegenerationLab("12.5");
    await lab.regenerate("CallManager", "pub");
    const { until } = JSON.parse(readFileSync(memoryFile("pub"), "utf8")) as { until: string };
    let waits = 0;
    const killed = lab.hold(["pub"], {
      onEvent({ kind }) {
        if (kind === "waiting" && (waits += 1) === seconds) throw new Killed("killed");
      },
    });
    await expect(killed).rejects.toThrow(Killed);
    const told = await lab.hold(["pub"]);
    expect(told.result.kind).toBe("done");
    const overMs = lab.clock.now() - Date.parse(until);
    expect(overMs).toBeGreaterThanOrEqual(0);
    expect(overMs).toBeLessThan(1000);
  },
);

test("without waiting it is held until then, and done afterwards", async () => {
  lab = openRegenerationLab("12.5");
  lab.byHand("tomcat", "pub");
  const { result, state } = await lab.hold(["pub", "tftp2"], { isWaiting: false });
  expect(result).toMatchObject({ kind: "held", node: "pub" });
  if (result.kind !== "held") return;
  expect(result.next).toBe(`Resume after ${result.until}: itlctl resume run`);
  expect(state.until).toBe(result.until);
  await lab.clock.advance(Date.parse(result.until ?? "") - lab.clock.now());
  expect((await lab.hold(["pub", "tftp2"], { isWaiting: false })).result.kind).toBe("done");
});

test("a step that names no node is for every node that was seen, and one that names some for these alone", async () => {
  lab = openRegenerationLab("12.5");
  lab.byHand("tomcat", "pub");
  const other = await lab.hold(["tftp2"], { isWaiting: false });
  expect(other.result).toMatchObject({ kind: "done", detail: "nothing changed lately on tftp2" });
  expect((await lab.hold([], { isWaiting: false })).result).toMatchObject({ kind: "held", node: "pub" });
  const { result } = await lab.hold([]);
  expect(result).toMatchObject({ kind: "done", detail: "the hold on pub, tftp2 is over" });
});

test("a wait of no more than a minute keeps the session", async () => {
  lab = openRegenerationLab("12.5");
  lab.byHand("tomcat", "pub");
  await lab.clock.advance(250_000);
  const open: number[] = [];
  const note = ({ kind }: { readonly kind: string }) => {
    if (kind === "waiting") open.push(lab.sessions());
  };
  await lab.hold(["pub"], { onEvent: note });
  expect([open.length > 40, new Set(open)]).toEqual([true, new Set([1])]);
});

test("what fails by a bug is thrown, and no hold is made of it", async () => {
  lab = openRegenerationLab("12.5");
  Object.defineProperty(lab.cluster.publisher, "isReachable", {
    get: () => {
      throw new TypeError("a bug");
    },
  });
  await expect(lab.hold(["pub"])).rejects.toThrow("a bug");
  expect(readdirSync(lab.stateFolder)).toEqual(["run.jsonl"]);
});

test("a certificate from the node's future is held for once, and not at every look again", async () => {
  lab = openRegenerationLab("12.5", { nodes: [{ name: "pub", clockSkewMs: 5 * hourMs }, { name: "tftp2" }] });
  lab.byHand("tomcat", "pub");
  lab.cluster.publisher.clockSkewMs = 0;
  const first = await lab.hold(["pub"]);
  const second = await lab.hold(["pub"]);
  expect([waitsOf(first).length > 290, waitsOf(second)]).toEqual([true, []]);
});

describe("what cannot be looked at is a full hold, once", () => {
  test.each([
    ["a clock in no known words", /^show status$/, "Date: tomorrow"],
    ["a clock in a zone that nobody knows", /^show status$/, zoneOfTheMoon()],
    ["a certificate", /^show cert own CAPF$/, "The moon"],
    ["the list of certificates", /^show cert list own$/, "The moon"],
  ])("%s", async (_, command, text) => {
    lab = openRegenerationLab("12.5");
    const faults = () =>
      lab.cluster.faults.add({
        ...{ node: "pub", command, at: { kind: "before" } },
        action: { kind: "say", text },
      });
    faults();
    const beganAt = lab.clock.now();
    const first = await lab.hold(["pub"]);
    expect(first.result.kind).toBe("done");
    expect(lab.clock.now() - beganAt).toBeGreaterThanOrEqual(holdMs);
    expect(waitsOf(first)[0]?.what).toContain("could not be read");
    faults();
    const second = await lab.hold(["pub"]);
    expect([second.result.kind, waitsOf(second)]).toEqual(["done", []]);
  });

  test("a node that is down, said in a note", async () => {
    lab = openRegenerationLab("12.5");
    lab.cluster.publisher.isReachable = false;
    const told = await lab.hold(["pub"]);
    expect([told.result.kind, waitsOf(told).length >= 300]).toEqual(["done", true]);
    expect(told.events.some((event) => event.kind === "note" && event.text.startsWith("pub: "))).toBe(true);
  });

  test.each([
    ["cut", '{"until":"2026-03-02T08:0'],
    ["of another shape", '{"until":"2026-03-02T08:00:00Z"}'],
    ["endless", "x".repeat(70_000)],
    [
      "for a year",
      '{"until":"2027-03-02T08:00:00Z","recordedAt":"2026-03-02T08:00:00Z","unit":null,"why":"seen","certificates":{}}',
    ],
  ])("a memory that is %s, said in a note", async (_, text) => {
    lab = openRegenerationLab("12.5");
    await lab.regenerate("tomcat", "pub");
    await lab.clock.advance(hourMs);
    writeFileSync(memoryFile("pub"), text);
    const beganAt = lab.clock.now();
    const told = await lab.hold(["pub"]);
    expect(told.result.kind).toBe("done");
    expect(lab.clock.now() - beganAt).toBeGreaterThanOrEqual(holdMs);
    expect(lab.clock.now() - beganAt).toBeLessThan(holdMs + 30_000);
    expect(told.events.some((event) => event.kind === "note" && event.text.includes("is damaged"))).toBe(
      true,
    );
    expect(waitsOf(await lab.hold(["pub"]))).toEqual([]);
  });
});

describe("the clock of this machine", () => {
  test("went back by an hour before it: held, and the memory is as it was", async () => {
    lab = openRegenerationLab("12.5");
    await lab.regenerate("CallManager", "pub");
    const before = readFileSync(memoryFile("pub"), "utf8");
    const { result } = await lab.hold(["pub"], { run: "two", clockOffMs: () => -hourMs });
    expect(result).toMatchObject({ kind: "held", until: null });
    expect(result.kind === "held" && result.next).toBe(
      "Set the clock of this machine right, then resume: itlctl resume two",
    );
    expect(readFileSync(memoryFile("pub"), "utf8")).toBe(before);
  });

  test("goes back by an hour while it waits: held at once", async () => {
    lab = openRegenerationLab("12.5");
    lab.byHand("tomcat", "pub");
    let waits = 0;
    const told = await lab.hold(["pub"], {
      clockOffMs: () => (waits >= 20 ? -hourMs : 0),
      onEvent({ kind }) {
        if (kind === "waiting") waits += 1;
      },
    });
    expect(told.result).toMatchObject({ kind: "held", until: null });
    expect(waits).toBe(20);
  });

  test("steps back by half a minute: the hold is over no sooner for it", async () => {
    lab = openRegenerationLab("12.5");
    await lab.regenerate("CallManager", "pub");
    const told = await lab.hold(["pub"], { run: "two", clockOffMs: () => -30_000 });
    expect(told.result.kind).toBe("done");
    lab.byHand("TVS", "pub");
  });
});

/** What `show status` says on a node whose zone no table has. */
function zoneOfTheMoon(): string {
  return [
    "Host Name          : pub",
    "Date               : Fri Sep 29, 2023 17:20:40",
    "Time Zone          : Lunar Time (Moon/Tycho)",
  ].join("\n");
}
