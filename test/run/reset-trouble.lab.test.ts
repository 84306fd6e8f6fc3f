// A reset that does not end as it should: one look afterwards, the documented exit, `resume` looks first, and never two resets.
import { afterEach, describe, expect, test } from "vitest";
import type { FaultAction, FaultPoint } from "../../mocks/lab/faults.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type LostCluster, openLostCluster, stepsOf } from "../support/lost-cluster.ts";
import type { CliResult } from "../support/run-cli.ts";

let lost: LostCluster;

afterEach(async () => {
  expect(lost.lab.complaints).toEqual([]);
  expect(lost.lab.cluster().faults.pending()).toEqual([]);
  expect(resets()).toBeLessThanOrEqual(1);
  await lost.close();
});

/** Resets that took effect in the lab. */
const resets = () => lost.written().filter((line) => line.includes("utils itl reset")).length;
/** Reset lines that itlctl typed. */
const typed = () =>
  lost.lab.cluster().commandLog.filter(({ line }) => line.startsWith("utils itl reset")).length;
const looks = () => lost.lab.cluster().commandLog.filter(({ line }) => line === "show itl").length;
const documentOf = (result: CliResult) => result.json<RunDocument>();

const open = (release: LabRelease) =>
  openLostCluster(release === "11.5" ? "lost-trust" : "recovery-lost", release);

/** A recovery with the local key on a cluster that has this fault at its reset. */
async function struck(release: LabRelease, at: FaultPoint, action: FaultAction): Promise<CliResult> {
  lost = await open(release);
  lost.lab.cluster().faults.add({ node: "pub", command: /^utils itl reset/, at, action });
  return lost.recover("--key", "local", "--yes");
}

/** What every stop after a sent reset has in common. */
function expectStopped(result: CliResult, exit: 22 | 23): RunDocument {
  const document = documentOf(result);
  expect(result.exit).toBe(exit);
  expect(document.outcome).toBe(exit === 22 ? "unknown" : "failed");
  expect(document.error).toMatchObject({
    code: exit === 22 ? "outcome-unknown" : "step-failed",
    place: { cluster: "east" },
  });
  expect(document.error?.hint).toMatch(/^[A-Z][a-z]+ /);
  expect(document.next).toContain(`itlctl resume ${document.run}`);
  expect(stepsOf(result)[1]).toBe(exit === 22 ? "reset unknown" : "reset failed");
  return document;
}

/** From a stop to the wait for the phones; the settling time is given where the run asks for it. */
async function goOn(run: string | null): Promise<CliResult> {
  const first = await lost.resume(run ?? "", "--no-wait");
  const { until } = documentOf(first);
  if (until === null) return first;
  expect(first.exit).toBe(21);
  expect(documentOf(first)).toMatchObject({ outcome: "held", waitsFor: null });
  await lost.lab.clock.advance(Date.parse(until) - lost.lab.clock.now());
  return lost.resume(run ?? "", "--no-wait");
}

function expectPhones(result: CliResult): void {
  expect(documentOf(result)).toMatchObject({ outcome: "held", waitsFor: "phones", error: null });
  expect(result.exit).toBe(21);
  expect(stepsOf(result).slice(0, 3)).toEqual(["preflight done", "reset done", "verify-reset done"]);
  expect(resets()).toBe(1);
}

describe.each(["11.5", "12.5"] as const)("release %s", (release) => {
  test.each<[string, FaultPoint, FaultAction]>([
    ["before it began", { kind: "before" }, { kind: "drop" }],
    [
      "before it began, and goes on unseen",
      ...([{ kind: "before" }, { kind: "drop", commandGoesOn: true }] as const),
    ],
    ["at its third line", { kind: "line", line: 3 }, { kind: "drop" }],
    [
      "at its third line, and goes on unseen",
      ...([
        { kind: "line", line: 3 },
        { kind: "drop", commandGoesOn: true },
      ] as const),
    ],
    ["after its last line", { kind: "after" }, { kind: "drop" }],
  ])("a session lost %s: looked at, never sent twice while it may be at work", async (_when, at, action) => {
    const result = await struck(release, at, action);
    const seen = looks();
    if (result.exit === 21) {
      expectPhones(result);
      return;
    }
    const { run, writes } = expectStopped(result, 22);
    expect(writes).toEqual([expect.objectContaining({ node: "pub", end: "lost" })]);
    expect(typed()).toBe(1);
    const other = await lost.recover("--key", "local", "--yes");
    expect(other.exit).toBe(11);
    expect(documentOf(other).error?.code).toBe("run-locked");
    expectPhones(await goOn(run));
    expect(looks()).toBeGreaterThan(seen);
  });

  test("an unknown refusal before anything was done: failed, and not repeated at once", async () => {
    const text = "Reset is not possible in lunar phase 3";
    const result = await struck(release, { kind: "before" }, { kind: "say", text });
    const { run, error, writes } = expectStopped(result, 23);
    expect(error?.message).toContain(text);
    expect(error?.message).toContain("serves the list from before");
    expect(writes).toHaveLength(1);
    expect([typed(), resets()]).toEqual([1, 0]);
    const held = await lost.resume(run ?? "", "--no-wait");
    expect(held.exit).toBe(21);
    expect(documentOf(held).until).not.toBeNull();
    expect(typed()).toBe(1);
    expectPhones(await goOn(run));
    expect(typed()).toBe(2);
  });

  test("an unknown text after all was done: failed, and resume goes on from the proof", async () => {
    const text = "Please reboot the moon now";
    const result = await struck(release, { kind: "after" }, { kind: "say", text, goesOn: true });
    const { run, error } = expectStopped(result, 23);
    expect(error?.message).toContain(text);
    expect(error?.message).toContain("tftp2 has the new list");
    expectPhones(await goOn(run));
    expect(typed()).toBe(1);
  });

  test("a question nobody knows gets no answer but Ctrl-C", async () => {
    const question = "Delete all phones (yes/no)? ";
    const result = await struck(release, { kind: "before" }, { kind: "ask", question, ends: true });
    const { error, writes } = expectStopped(result, 23);
    expect(error?.message).toContain("Delete all phones");
    expect(writes).toEqual([expect.objectContaining({ end: "unexpected-question" })]);
    expect(typed()).toBe(1);
    expect(resets()).toBe(0);
  });

  test("one node is told not to have got the file: failed, naming who has what", async () => {
    lost = await open(release);
    lost.lab.cluster().truthFaults.missesNewFile.set("tftp2", "told");
    const result = await lost.recover("--key", "local", "--yes");
    const { error, run } = expectStopped(result, 23);
    expect(error?.message).toContain("pub has the new list; tftp2 serves the list from before");
    const again = expectStopped(await goOn(run), 23);
    expect(again.error?.hint).toContain("Do not repeat it blindly");
    expect([typed(), resets()]).toEqual([1, 1]);
  });
});

test("one node misses the file in silence: the proof finds it, and nothing is restarted", async () => {
  lost = await open("11.5");
  lost.lab.cluster().truthFaults.missesNewFile.set("tftp2", "silent");
  const result = await lost.recover("--key", "local", "--yes");
  expect(result.exit).toBe(23);
  expect(documentOf(result)).toMatchObject({ outcome: "failed", error: { code: "step-failed" } });
  expect(documentOf(result).error?.place).toMatchObject({ node: "tftp2", step: "verify-reset" });
  expect(stepsOf(result).slice(0, 4)).toEqual([
    ...["preflight done", "reset done", "verify-reset failed", "phones pending"],
  ]);
  expect(lost.written()).toEqual(["pub: utils itl reset localkey"]);
  const again = await lost.resume(documentOf(result).run ?? "");
  expect(again.exit).toBe(23);
  expect(typed()).toBe(1);
  // Looking again would go on for ever, so the way out is named, and it leads out.
  expect(documentOf(again).next).toMatch(/Restart no Cisco Tftp meanwhile.*`itlctl recover east` plans/);
  const anew = documentOf(await lost.recover("--key", "local", "--dry-run"));
  const planned = anew.plan?.steps.find(({ step }) => step === "reset");
  expect(planned?.commands).toEqual([{ node: "pub", line: "utils itl reset localkey" }]);
});

test("a TFTP node that serves its file from before is not proven, until it serves the new one", async () => {
  lost = await open("11.5");
  const { staleServed } = lost.lab.cluster().truthFaults;
  staleServed.add("tftp2");
  const result = await lost.recover("--key", "local", "--yes");
  expect(result.exit).toBe(23);
  const { error, run } = documentOf(result);
  expect(error).toMatchObject({ code: "step-failed", place: { node: "tftp2", step: "verify-reset" } });
  expect(error?.message).toMatch(/tftp2: not proven; phones are served another file/);
  expect(stepsOf(result)).toContain("phones pending");
  staleServed.clear();
  const tftp2 = lost.lab.cluster().node("tftp2");
  tftp2.servedFile = tftp2.listFile;
  expectPhones(await lost.resume(run ?? ""));
  expect(typed()).toBe(1);
});

test("a node that cannot be read after a refusal leaves the outcome unknown", async () => {
  lost = await open("11.5");
  const { faults } = lost.lab.cluster();
  const say = { kind: "say", text: "No." } as const;
  faults.add({ node: "pub", command: /^utils itl reset/, at: { kind: "before" }, action: say });
  let isSent = false;
  const result = await lost.run(["recover", "east", "--key", "local", "--yes", "--json"], {
    onText(_stream, text) {
      if (isSent || !text.includes("pub> utils itl reset localkey") || text.includes("Plan for")) return;
      isSent = true;
      const lookAt = { node: "tftp2", command: /^show itl$/, at: { kind: "before" } } as const;
      faults.add({ ...lookAt, action: { kind: "drop" }, times: Infinity });
    },
  });
  const { error } = expectStopped(result, 22);
  expect(error?.message).toContain("pub serves the list from before; tftp2 could not be read");
  expect([typed(), resets()]).toEqual([1, 0]);
});

test("a TFTP node that is down can be accepted: the others are cured, and nobody claims more", async () => {
  lost = await open("11.5");
  const cluster = lost.lab.cluster();
  await cluster.setReachable(cluster.node("tftp2"), false);
  const result = await lost.recover("--key", "local", "--yes", "--accept", "node-unreachable");
  expectPhones(result);
  const { plan, findings, steps } = documentOf(result);
  const advice: unknown = expect.stringMatching(
    /load their files from tftp2 were not looked at.*itlctl status east/,
  );
  expect(findings).toContainEqual(
    expect.objectContaining({ code: "node-unreachable", node: "tftp2", severity: "block", advice }),
  );
  expect(plan?.preface.join("\n")).toMatch(/^Accepted node-unreachable: tftp2.*tftp2 were not looked at/m);
  expect(steps.find(({ step }) => step === "verify-reset")?.nodes.map(({ node }) => node)).toEqual(["pub"]);
});

describe("lists that change between the plan and its approval", () => {
  test.each(["pub", "tftp2"])("on %s: nothing is sent", async (name) => {
    lost = await open("11.5");
    const cluster = lost.lab.cluster();
    const result = await lost.run(["recover", "east", "--key", "local"], {
      async terminal(question) {
        expect(question.message).toContain("east");
        cluster.switches.isListRewrittenAtEveryRestart = true;
        await lost.lab.clock.advance(60_000);
        cluster.rebuildList(cluster.node(name));
        return "east";
      },
    });
    expect(result.exit).toBe(11);
    expect(result.questions).toHaveLength(1);
    expect(result.stdout).toContain(name);
    expect([typed(), lost.written()]).toEqual([0, []]);
    const { runs } = (await lost.run(["runs", "--json"])).json<{ runs: RunDocument[] }>();
    expect(runs).toEqual([
      expect.objectContaining({
        outcome: "failed",
        error: expect.objectContaining({
          code: "baseline-changed",
          place: { cluster: "east", node: name, step: "reset" },
        }),
      }),
    ]);
    const resumed = await lost.resume(runs[0]?.run ?? "");
    expect(resumed.exit).toBe(2);
  });
});
