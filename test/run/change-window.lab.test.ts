// Change windows as people meet them: a plan saved and run, a window that closes, two operators, a clock that goes back, a damaged journal.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type CertChange, openCertChange } from "../support/cert-change.ts";
import type { CliResult } from "../support/run-cli.ts";

let change: CertChange;

beforeEach(async () => {
  change = await openCertChange({ release: "11.5" });
});
afterEach(async () => {
  expect(change.lab.complaints).toEqual([]);
  await change.close();
});

const documentOf = (result: CliResult) => result.json<RunDocument>();
const tvs = ["--cluster", "east", "--var", "units=TVS"];
const regenerated = () => change.written().filter((line) => line.includes("cert regen"));

/** A playbook of one's own with the window around the lab's time (UTC), in minutes from now. */
function ownPlaybook(name: string, fromMinutes: number, untilMinutes: number): string {
  const at = (minutes: number) =>
    new Date(change.lab.clock.now() + minutes * 60_000).toISOString().slice(11, 16);
  return change.write(
    name,
    [
      "playbook: own-window",
      "description: TVS in the night.",
      `window: { from: "${at(fromMinutes)}", until: "${at(untilMinutes)}", timeZone: UTC }`,
      "steps:",
      "  - { id: preflight, verb: preflight }",
      "  - { id: ready, verb: gate }",
      "  - { id: change, verb: regenerate, units: [TVS] }",
      "",
    ].join("\n"),
  );
}

describe("a saved plan", () => {
  const save = async (...flags: string[]) => {
    const file = join(change.folder, "plan.json");
    const result = await change.run(["plan", "certificate-regeneration", ...tvs, "--save", file, ...flags]);
    expect(result.exit).toBe(0);
    return file;
  };

  test("is carried out as it was saved", async () => {
    const file = await save();
    expect(change.written()).toEqual([]);
    const result = await change.carryOut(["run", file]);
    expect(documentOf(result)).toMatchObject({ outcome: "done", playbook: "certificate-regeneration" });
    expect(regenerated()).toEqual(["pub: set cert regen TVS", "tftp2: set cert regen TVS"]);
    expect(change.stranded()).toEqual([]);
  });

  test("is refused where a certificate changed since, and nothing is written", async () => {
    const file = await save();
    const [pub] = change.lab.cluster().nodes;
    if (pub === undefined) throw new Error("no publisher");
    change.lab.cluster().regenerate(pub, "tomcat", "by hand");
    const before = change.written();
    const result = await change.run(["run", file, "--yes", "--json"]);
    expect(documentOf(result).error).toMatchObject({
      code: "baseline-changed",
      message: expect.stringContaining("the certificate pub tomcat"),
    });
    expect(result.exit).toBe(11);
    expect(change.written()).toEqual(before);
  });

  test("is refused where the playbook changed since", async () => {
    const file = join(change.folder, "own.json");
    const playbook = ownPlaybook("own.yaml", -60, 600);
    expect((await change.run(["plan", playbook, "--cluster", "east", "--save", file])).exit).toBe(0);
    writeFileSync(playbook, `${readFileSync(playbook, "utf8")}# another word\n`);
    const result = await change.run(["run", file, "--yes", "--json"]);
    expect(documentOf(result).error?.code).toBe("plan-changed");
    expect(result.exit).toBe(11);
    expect(change.written()).toEqual([]);
  });

  test.each([
    ["no JSON", "x"],
    ["another shape", '{"format":"itlctl-plan-1"}'],
    ["too large", `{"format":"${"x".repeat(5 * 1024 * 1024)}"}`],
  ])("that is damaged (%s) is refused with its place", async (_what, content) => {
    const result = await change.run(["run", change.write("bad.json", content), "--yes", "--json"]);
    expect(result.json<{ error: object }>().error).toMatchObject({
      code: "playbook-invalid",
      place: { file: join(change.folder, "bad.json") },
    });
    expect(result.exit).toBe(10);
  });
});

describe("a window", () => {
  test("that is closed lets no unit of work begin; the run is held until it opens, and goes on then", async () => {
    const file = ownPlaybook("own.yaml", 120, 300);
    const result = await change.carryOut(["run", file, "--cluster", "east"]);
    expect(documentOf(result)).toMatchObject({ outcome: "held", waitsFor: null, error: null });
    expect(result.exit).toBe(21);
    const { run, until } = documentOf(result);
    expect(change.written()).toEqual([]);
    const early = await change.run(["resume", run ?? "", "--yes", "--json"]);
    expect(early.exit).toBe(21);
    expect(change.written()).toEqual([]);
    await change.lab.clock.advance(Date.parse(until ?? "") - change.lab.clock.now());
    const late = await change.run(["resume", run ?? "", "--yes", "--json"]);
    expect(documentOf(late)).toMatchObject({ outcome: "done" });
    expect(regenerated()).toHaveLength(2);
  });

  test("that closes in the middle: what has begun is finished, what does not fit waits for the next one", async () => {
    change.lab.cluster().switches.serviceRestartMs = 60_000;
    const file = ownPlaybook("own.yaml", -1, 14);
    const result = await change.carryOut(["run", file, "--cluster", "east"]);
    const { outcome, steps, until } = documentOf(result);
    expect({ outcome, exit: result.exit }).toEqual({ outcome: "held", exit: 21 });
    expect(regenerated()).toEqual(["pub: set cert regen TVS"]);
    expect(
      steps.filter(({ step }) => step.startsWith("change-tvs-pub")).map(({ outcome: each }) => each),
    ).toEqual(expect.not.arrayContaining(["pending", "held"]));
    expect(Date.parse(until ?? "")).toBeGreaterThan(change.lab.clock.now());
    expect(change.stranded()).toEqual([]);
  });
});

test("a run whose own playbook is gone says what to put back, and goes on when it is there again", async () => {
  const file = ownPlaybook("own.yaml", -60, 600);
  const held = await change.run(["run", file, "--cluster", "east", "--yes", "--json"]);
  const run = documentOf(held).run ?? "";
  const text = readFileSync(file, "utf8");
  rmSync(file);
  const gone = await change.run(["resume", run, "--yes", "--json"]);
  expect(gone.exit).toBe(10);
  expect(gone.json<{ error: object }>().error).toMatchObject({
    code: "playbook-invalid",
    message: expect.stringContaining("not there any more"),
    hint: expect.stringContaining(`itlctl abandon ${run}`),
  });
  writeFileSync(file, text);
  expect((await change.run(["resume", run, "--yes", "--json"])).exit).toBe(21);
  expect(change.written()).toEqual([]);
});

test("a second operator is kept out while a run is held, and can neither plan over it nor write", async () => {
  const first = await change.run(["cert", "regen", "east", "TVS", "--yes", "--json"]);
  expect(first.exit).toBe(21);
  const second = await change.run(["cert", "regen", "east", "CallManager", "--yes", "--json"]);
  expect(second.json<{ error: object }>().error).toMatchObject({
    code: "run-locked",
    hint: expect.stringContaining(documentOf(first).run ?? "no run"),
  });
  expect(second.exit).toBe(11);
  expect(change.written()).toEqual([]);
});

test("a clock that went back an hour: the run is held, says so, and writes nothing until it is right again", async () => {
  const held = await change.run(["cert", "regen", "east", "TVS", "--yes", "--json"]);
  const { run } = documentOf(held);
  const { clock } = change.lab;
  const back = { ...clock, now: () => clock.now() - 3_600_000 };
  for (const answer of [["--confirm", "phones-ready"], []]) {
    const result = await change.run(["resume", run ?? "", ...answer, "--yes", "--json"], { clock: back });
    expect(documentOf(result)).toMatchObject({
      outcome: "held",
      next: expect.stringContaining("clock of this machine"),
    });
    expect(result.exit).toBe(21);
    expect(change.written()).toEqual([]);
  }
  const right = await change.run(["resume", run ?? "", "--yes", "--json"]);
  expect(documentOf(right)).toMatchObject({ outcome: "held", waitsFor: "phones-ready" });
  const done = await change.run(["resume", run ?? "", "--confirm", "phones-ready", "--yes", "--json"]);
  expect(documentOf(done)).toMatchObject({ outcome: "done" });
});

test("a journal with a flipped bit stops everything that would rest on it", async () => {
  const held = await change.run(["cert", "regen", "east", "TVS", "--yes", "--json"]);
  const { run } = documentOf(held);
  const journal = join(change.folder, "state", "runs", run ?? "", "journal.jsonl");
  const bytes = readFileSync(journal);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(journal, bytes);
  const result = await change.run(["resume", run ?? "", "--confirm", "phones-ready", "--yes", "--json"]);
  expect(result.exit).toBe(11);
  expect(result.json<{ error: object }>().error).toMatchObject({ code: "journal-damaged" });
  expect(change.written()).toEqual([]);
});

test("a playbook with every kind of mistake has them all listed, with line and column, and nothing is asked", async () => {
  const file = change.write(
    "wrong.yaml",
    [
      "playbook: Wrong Name",
      "description: ''",
      'window: { from: "25:00", until: "25:00", timeZone: Mars/Olympus }',
      "parameters:",
      "  unused: { type: units }",
      "  odd: { type: colour }",
      "steps:",
      "  - { id: one, verb: preflight }",
      "  - { id: one, verb: regenerate, units: [CallManger] }",
      "  - { id: two, verb: restart-service, service: Cisco Nothing }",
      "  - { id: three, verb: explode }",
      '  - { id: four, verb: confirm, text: "${nowhere}" }',
      "  - { id: five, verb: verify, signer: somebody, more: true }",
      "",
    ].join("\n"),
  );
  const result = await change.run(["run", file, "--cluster", "east", "--yes", "--json"]);
  expect(result.exit).toBe(10);
  const { error } = result.json<{ error: { code: string; message: string } }>();
  expect(error.code).toBe("playbook-invalid");
  for (const line of [1, 2, 3, 6, 9, 10, 11, 13])
    expect(error.message, `line ${line}`).toMatch(new RegExp(`wrong\\.yaml:${line}:\\d+ `));
  expect(change.attempts()).toEqual({ "east/pub": 0, "east/tftp2": 0 });
});
