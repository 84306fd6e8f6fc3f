// Runs after their beginning: held, resumed, abandoned, listed, reported, damaged; and what a person at the terminal decides.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type LostCluster, openLostCluster, stepsOf } from "../support/lost-cluster.ts";
import type { CliResult, CliWorld } from "../support/run-cli.ts";
import { changedInventory } from "./refusal.ts";

let lost: LostCluster;

beforeEach(async () => {
  lost = await openLostCluster("lost-trust", "11.5");
});
afterEach(async () => {
  expect(lost.lab.complaints).toEqual([]);
  await lost.close();
});

const documentOf = (result: CliResult) => result.json<RunDocument>();
const resets = () => lost.written().filter((line) => line.includes("utils itl reset")).length;
const recover = () => lost.recover("--key", "local", "--yes");
const listed = async () => (await lost.run(["runs", "--json"])).json<{ runs: RunDocument[] }>().runs;
const inState = (run: string, ...parts: string[]) => join(lost.folder, "state", "runs", run, ...parts);

/** A run that waits for its phones. */
async function heldRun(): Promise<string> {
  const held = await recover();
  expect(held.exit).toBe(21);
  return documentOf(held).run ?? "";
}

function expectError(result: CliResult, exit: number, code: string, place: object = {}): string {
  const { error } = documentOf(result);
  expect([result.exit, error?.code]).toEqual([exit, code]);
  expect(error?.place).toMatchObject(place);
  expect(error?.hint).toMatch(/^[A-Z][a-z]+ \S+/);
  return `${error?.message} ${error?.hint}`;
}

describe("at a terminal", () => {
  const atTerminal = (args: readonly string[], terminal: NonNullable<CliWorld["terminal"]>) =>
    lost.run(args, { terminal });

  test("while the plan waits for its name nobody else can begin; a wrong name ends it with nothing written", async () => {
    let second: CliResult | null = null;
    let during: RunDocument[] = [];
    const result = await atTerminal(["recover", "east", "--key", "local"], async () => {
      during = await listed();
      second = await recover();
      return "west";
    });
    expect(during.map(({ outcome }) => outcome)).toEqual(["running"]);
    if (second === null) throw new Error("nobody was asked");
    expectError(second, 11, "run-locked", { cluster: "east" });
    expect(result.exit).toBe(130);
    expect(result.questions.map(({ message }) => message)).toEqual([expect.stringContaining("east")]);
    expect(result.stdout).toContain("nothing was changed");
    expect(lost.written()).toEqual([]);
    const runs = await listed();
    expect(runs).toEqual([expect.objectContaining({ outcome: "cancelled", waitsFor: null })]);
    expectError(await lost.resume(runs[0]?.run ?? ""), 2, "usage");
  });

  test("the plan stands on the screen before the name is asked for", async () => {
    let seen = "";
    const result = await lost.run(["recover", "east", "--key", "local"], {
      onText: (_stream, text) => {
        seen += text;
      },
      terminal: () => {
        expect(seen).toContain("pub> utils itl reset localkey");
        expect(seen).toContain("tftp2> utils service restart Cisco Tftp");
        expect(seen).toContain("Enter CCM Administrator password");
        return "nobody";
      },
    });
    expect([result.exit, result.questions.length]).toEqual([130, 1]);
  });

  test("the name typed, the phones left for later; then resumed, confirmed and proven", async () => {
    const held = await atTerminal(["recover", "east", "--key", "local"], ["east", "later"]);
    expect(held.exit).toBe(21);
    expect(held.questions).toHaveLength(2);
    expect(held.stdout).toContain("--confirm phones");
    expect(resets()).toBe(1);
    lost.boot();
    const [run] = await listed();
    const done = await atTerminal(["resume", run?.run ?? ""], ["yes"]);
    expect([0, 3]).toContain(done.exit);
    expect(done.questions.map(({ message }) => message)).toEqual([expect.stringContaining("phones")]);
    expect(lost.written()).toEqual([
      ...["pub: utils itl reset localkey", "pub: utils service restart Cisco Tftp"],
      "tftp2: utils service restart Cisco Tftp",
    ]);
    expectError(await lost.resume(run?.run ?? ""), 2, "usage", { cluster: "east" });
  });

  test("Ctrl-C during the reset lets it finish; resume goes on without another", async () => {
    let press = () => {};
    let isPressed = false;
    const result = await lost.run(["recover", "east", "--key", "local", "--yes", "--json"], {
      onStart: (pressCtrlC) => {
        press = pressCtrlC;
      },
      onText: (_stream, text) => {
        if (isPressed || !text.includes("pub | ")) return;
        isPressed = true;
        press();
      },
    });
    expect(isPressed).toBe(true);
    expect(result.exit).toBe(130);
    const { run, outcome, next } = documentOf(result);
    expect([outcome, next]).toEqual(["interrupted", `itlctl resume ${run}`]);
    expect(resets()).toBe(1);
    const resumed = await lost.resume(run ?? "");
    expect(documentOf(resumed)).toMatchObject({ outcome: "held", waitsFor: "phones" });
    expect(resets()).toBe(1);
  });

  test("Ctrl-C before anything was sent cancels", async () => {
    let press = () => {};
    const result = await lost.run(["recover", "east", "--key", "local", "--yes", "--json"], {
      onStart: (pressCtrlC) => {
        press = pressCtrlC;
      },
      onText: (_stream, text) => {
        if (text.includes("preflight")) press();
      },
    });
    expect(result.exit).toBe(130);
    expect(documentOf(result)).toMatchObject({ outcome: "cancelled", error: { code: "cancelled" } });
    expect(lost.written()).toEqual([]);
  });
});

describe("a held run", () => {
  test("keeps other recoveries out, and only the step it waits for can be confirmed", async () => {
    const run = await heldRun();
    const words = expectError(await recover(), 11, "run-locked", { cluster: "east" });
    expect(words).toContain(`itlctl resume ${run}`);
    expect(words).toContain(`itlctl abandon ${run}`);
    const wrong = expectError(await lost.resume(run, "--confirm", "phones-again"), 2, "usage");
    expect(wrong).toContain("--confirm phones");
    expectError(await lost.run(["resume", run, "--json", "--confirm", "phones"]), 2, "no-terminal");
    expect((await lost.resume(run)).exit).toBe(21);
    expect(lost.written()).toEqual(["pub: utils itl reset localkey"]);
  });

  test("is abandoned with a reason, once; then nothing is in the way", async () => {
    const run = await heldRun();
    const abandon = (...flags: string[]) => lost.run(["abandon", run, "--json", ...flags]);
    expectError(await abandon(), 2, "usage");
    expectError(await abandon("--reason", " "), 2, "usage");
    const result = await abandon("--reason", "cured by hand");
    expect(result.exit).toBe(0);
    expect(result.stderr).toContain("what was sent stays in effect; see what is served now");
    expect(documentOf(result)).toMatchObject({ run, outcome: "abandoned", waitsFor: null, next: null });
    expectError(await abandon("--reason", "again"), 2, "usage");
    expectError(await lost.resume(run, "--confirm", "phones"), 2, "usage");
    expect(resets()).toBe(1);
    const next = await recover();
    expect(next.exit).toBe(21);
    expect(resets()).toBe(1);
    expect((await listed()).map(({ outcome }) => outcome)).toEqual(["held", "abandoned"]);
  });

  test("does not go on with other nodes than it was planned for", async () => {
    const run = await heldRun();
    const inventory = changedInventory(lost, ({ nodes }) => {
      nodes.pop();
    });
    const resume = (world: CliWorld) =>
      lost.run(["resume", run, "--json", "--yes", "--confirm", "phones"], world);
    expectError(await resume({ inventory }), 11, "plan-changed", { cluster: "east" });
    expect(lost.written()).toHaveLength(1);
    expect((await listed())[0]).toMatchObject({ outcome: "held", waitsFor: "phones" });
    expect([0, 3]).toContain((await resume({})).exit);
  });

  test("goes on with a mended password", async () => {
    const run = await heldRun();
    for (const { accounts } of lost.lab.cluster().nodes)
      for (const account of accounts) account.password = "Changed-since-5";
    const resume = (environment: CliWorld["environment"] = {}) =>
      lost.run(["resume", run, "--json", "--yes", "--confirm", "phones"], { environment });
    const before = lost.attempts()["east/pub"] ?? 0;
    const refused = await resume();
    expect(refused.exit).toBe(22);
    expect(documentOf(refused)).toMatchObject({ outcome: "unknown", error: { code: "outcome-unknown" } });
    expect(lost.attempts()["east/pub"]).toBe(before + 1);
    expect(lost.written()).toHaveLength(1);
    const mended = await lost.run(["resume", run, "--json", "--yes"], {
      environment: { LAB_EAST_PLATFORM_PASSWORD: "Changed-since-5" },
    });
    expect([0, 3]).toContain(mended.exit);
    expect(resets()).toBe(1);
  });
});

test("runs are listed unfinished first, then the newest, each without its steps", async () => {
  expect(await listed()).toEqual([]);
  expect((await lost.run(["runs"])).stdout).toBe("no runs yet\n");
  const wrongName = ["recover", "east", "--key", "local"];
  await lost.run(wrongName, { terminal: ["no"] });
  const held = await heldRun();
  await lost.run(["abandon", held, "--reason", "first"]);
  await lost.lab.clock.advance(60_000);
  const last = await heldRun();
  await lost.lab.clock.advance(60_000);
  const runs = await listed();
  expect(runs.map(({ outcome }) => outcome)).toEqual(["held", "abandoned", "cancelled"]);
  expect(runs[0]).toMatchObject({ run: last, endedAt: null, waitsFor: "phones", backup: null });
  for (const run of runs) {
    expect(Object.keys(run).sort()).toEqual([
      ...["backup", "cluster", "endedAt", "error", "findings", "next", "outcome", "playbook", "run"],
      ...["startedAt", "until", "waitsFor"],
    ]);
  }
  const text = (await lost.run(["runs"])).stdout.split("\n");
  expect(text[1]).toContain(last);
  expect(text.join("\n")).toContain(`itlctl resume ${last} --confirm phones`);
});

test("a run whose process is gone is interrupted, keeps others out, and can be resumed", async () => {
  const run = await heldRun();
  const path = inState(run, "journal.jsonl");
  const lines = readFileSync(path, "utf8").split("\n");
  const sent = lines.findIndex((line) => line.includes('"kind":"write-intended"'));
  writeFileSync(path, `${lines.slice(0, sent + 1).join("\n")}\n`);
  expect(await listed()).toEqual([expect.objectContaining({ run, outcome: "interrupted", endedAt: null })]);
  expectError(await recover(), 11, "run-locked");
  const resumed = await lost.resume(run);
  expect(documentOf(resumed)).toMatchObject({ outcome: "held", waitsFor: "phones" });
  expect(stepsOf(resumed)).toContain("reset done");
  expect(resets()).toBe(1);
});

test("a run is reported as text, JSON and Markdown, also by the beginning of its id", async () => {
  const run = await heldRun();
  const report = (...flags: string[]) => lost.run(["report", ...flags]);
  const json = await report(run.slice(0, 12), "--format", "json");
  expect(json.exit).toBe(0);
  expect(json.json()).toMatchObject(JSON.parse(readFileSync(inState(run, "report.json"), "utf8")));
  expect((await report(run, "--json")).stdout).toBe(json.stdout);
  const text = await report(run);
  const markdown = await report(run, "--format", "markdown");
  for (const { stdout, exit } of [text, markdown]) {
    expect(exit).toBe(0);
    expect(stdout).toContain(run);
    expect(stdout).toContain("utils itl reset localkey");
    expect(stdout).toContain("verify-reset");
    expect(stdout).not.toContain(lost.lab.environment["LAB_EAST_CCM_PASSWORD"]);
  }
  expect(markdown.stdout).toMatch(/^# east: /);
  expectError(await report(run, "--format", "yaml", "--json"), 2, "usage");
  expectError(await report(run, "--format", "markdown", "--json"), 2, "usage");
  const missing = await report("1999", "--json");
  expectError(missing, 2, "run-not-found");
  expect(missing.stdout).toMatch(/"there is no run 1999 in the state folder \/.*with the same --state/s);
});

describe("a damaged journal", () => {
  const damage = (run: string, change: (lines: string[]) => string[]): void => {
    const path = inState(run, "journal.jsonl");
    const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
    writeFileSync(path, `${change(lines).join("\n")}\n`);
  };

  test.each<[string, (lines: string[]) => string[], number]>([
    ["a changed byte", (lines) => lines.map((line, at) => (at === 3 ? line.replace("e", "f") : line)), 4],
    ["swapped lines", ([first = "", second = "", third = "", ...rest]) => [first, third, second, ...rest], 2],
    [
      "a changed byte in the last line",
      (lines) => [...lines.slice(0, -1), `${lines.at(-1)}`.replace("held", "done")],
      -1,
    ],
  ])("%s stops everything that would rest on it, naming the line", async (_what, change, at) => {
    const run = await heldRun();
    damage(run, change);
    const path = inState(run, "journal.jsonl");
    const line = at < 0 ? readFileSync(path, "utf8").split("\n").length - 1 : at;
    for (const words of [
      ["resume", run, "--yes", "--confirm", "phones"],
      ["abandon", run, "--reason", "x"],
      ["report", run],
      ["recover", "east", "--yes", "--key", "local"],
    ]) {
      const result = await lost.run([...words, "--json"]);
      const message = expectError(result, 11, "journal-damaged", { file: path, line });
      expect(message).toContain(`line ${line}`);
    }
    expect(await listed()).toEqual([
      expect.objectContaining({
        ...{ run, cluster: "east", outcome: "unknown", endedAt: null, waitsFor: null },
        error: expect.objectContaining({ code: "journal-damaged", place: { file: path, line } }),
        next: expect.stringContaining(`damaged from line ${line} on`),
      }),
    ]);
    expect(lost.written()).toEqual(["pub: utils itl reset localkey"]);
  });

  test("a last line that was never finished is left out", async () => {
    const run = await heldRun();
    const path = inState(run, "journal.jsonl");
    writeFileSync(path, `${readFileSync(path, "utf8")}{"kind":"run-res`);
    expect((await listed())[0]).toMatchObject({ run, outcome: "held" });
    expect((await lost.resume(run)).exit).toBe(21);
    expect((await lost.run(["report", run])).exit).toBe(0);
  });
});
