// The CTL written by the steps `update-ctl` and `reset-ctl`: once, proven by `show ctl`; and every way in which it does not go like that.
import { afterEach, describe, expect, test } from "vitest";
import type { FaultAction, FaultPoint } from "../../mocks/lab/faults.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import type { StepResult } from "../../src/run/step-kind.ts";
import { type CtlLab, type CtlVerb, openCtlLab } from "./ctl-lab.ts";

let lab: CtlLab;

afterEach(() => {
  expect(lab.cluster.complaints).toEqual([]);
  expect(lab.cluster.faults.pending()).toEqual([]);
  expect(lab.sessions()).toBe(0);
  lab.close();
});

const releases: readonly LabRelease[] = ["10.0", "11.5", "12.5", "15"];
const settleMs = 15 * 60_000;
const lineOf = { "update-ctl": /^utils ctl update/, "reset-ctl": /^utils ctl reset/ } as const;
const errorOf = (result: StepResult) => ("error" in result ? result.error : null);

/** The step on a cluster of 12.5 with this fault at its write. */
async function struck(verb: CtlVerb, at: FaultPoint, action: FaultAction): Promise<StepResult> {
  lab = openCtlLab("12.5");
  lab.cluster.faults.add({ node: "pub", command: lineOf[verb], at, action });
  return lab.carryOut(verb);
}

function expectStopped(result: StepResult, kind: "failed" | "unknown"): string {
  expect(result.kind).toBe(kind);
  const error = errorOf(result);
  expect(error?.code).toBe(kind === "failed" ? "step-failed" : "outcome-unknown");
  expect(error?.hint).toMatch(/^[A-Z][a-z]+ .*`itlctl resume run`/);
  return error?.message ?? "";
}

describe.each(releases)("release %s", (release) => {
  const normal = release === "10.0" || release === "11.5" ? "CallManager" : "ITLRecovery";

  test("an update is sent once and done: the CTL is another one, signed by the present normal signer", async () => {
    lab = openCtlLab(release);
    lab.cluster.replaceCertificate(lab.cluster.publisher, normal);
    expect(lab.isSignedBy(normal)).toBe(false);
    const result = await lab.carryOut("update-ctl");
    expect(result).toMatchObject({ kind: "done", node: "pub" });
    expect(result.detail).toMatch(/^pub has a CTL signed by /);
    expect(result.detail).not.toContain("which is not");
    expect(lab.isSignedBy(normal)).toBe(true);
    const [write] = lab.state().writes;
    expect(write).toMatchObject({ node: "pub", line: "utils ctl update CTLFile", end: "answered" });
    expect(write?.baseline["pub"]).toMatch(/^[0-9a-f]{40}$/);
    expect([lab.typed(), lab.done()]).toEqual([1, 1]);
  });

  test("outside mixed mode neither is sent, and nobody is asked", async () => {
    lab = openCtlLab(release, false);
    for (const verb of ["update-ctl", "reset-ctl"] as const) {
      const result = await lab.carryOut(verb);
      expect(result).toMatchObject({ kind: "skipped" });
      expect(result.detail).toContain("not in mixed mode");
    }
    expect(lab.cluster.commandLog).toEqual([]);
  });
});

describe("a reset, whose words are on no record", () => {
  test("stops with what was said, and a resumed run goes on from the CTL that it finds", async () => {
    lab = openCtlLab("12.5");
    const message = expectStopped(await lab.carryOut("reset-ctl"), "failed");
    expect(message).toContain("is on no record");
    expect(message).toContain("[lab] the CTL file was signed with the local key");
    expect(message).toContain("it is another CTL than before");
    expect(lab.isSignedBy("CallManager")).toBe(true);
    const again = await lab.carryOut("reset-ctl", { isWaiting: false });
    expect(again).toMatchObject({ kind: "done", node: "pub" });
    expect([lab.typed(), lab.done()]).toEqual([1, 1]);
  });

  test("says nothing at all: then the CTL alone decides", async () => {
    lab = openCtlLab("12.5");
    Object.assign(lab.cluster.texts, { ctlReset: "" });
    expect((await lab.carryOut("reset-ctl")).kind).toBe("done");
  });

  test("asks something: no answer but Ctrl-C, and what is then done by hand counts", async () => {
    const question = "This operation resets the CTLFile. Do you want to continue? (y/n):";
    const result = await struck("reset-ctl", { kind: "before" }, { kind: "ask", question, ends: true });
    const message = expectStopped(result, "failed");
    expect(message).toContain(question);
    expect(message).toContain("it is the CTL from before");
    expect(errorOf(result)?.hint).toContain('run "utils ctl reset localkey" on pub by hand');
    expect([lab.typed(), lab.done()]).toEqual([1, 0]);
    await lab.clock.advance(1000);
    lab.cluster.writeCtl("CallManager");
    expect((await lab.carryOut("reset-ctl", { isWaiting: false })).kind).toBe("done");
    expect(lab.typed()).toBe(1);
  });
});

describe("an update whose session is lost", () => {
  test.each<[string, FaultPoint]>([
    ["before it began", { kind: "before" }],
    ["at its question", { kind: "question", name: "ctl-update" }],
    ["before its first word", { kind: "line", line: 2 }],
  ])("%s: the outcome is unknown, and it is sent again only after its time", async (_when, at) => {
    const message = expectStopped(await struck("update-ctl", at, { kind: "drop" }), "unknown");
    expect(message).toContain("it is the CTL from before");
    const held = await lab.carryOut("update-ctl", { isWaiting: false });
    expect(held).toMatchObject({ kind: "held", node: "pub" });
    expect(lab.typed()).toBe(1);
    const until = held.kind === "held" ? Date.parse(held.until ?? "") : 0;
    expect(until - Date.parse(lab.state().writes[0]?.intendedAt ?? "")).toBe(settleMs);
    await lab.clock.advance(until - lab.clock.now());
    expect((await lab.carryOut("update-ctl", { isWaiting: false })).kind).toBe("done");
    expect([lab.typed(), lab.done()]).toEqual([2, 1]);
  });

  test.each<[string, FaultPoint]>([
    ["once it is written", { kind: "point", name: "ctl-written" }],
    ["at its sentence of success", { kind: "line", line: 3 }],
    ["after its last line", { kind: "after" }],
  ])("%s: the look finds it done", async (_when, at) => {
    expect((await struck("update-ctl", at, { kind: "drop" })).kind).toBe("done");
    expect([lab.typed(), lab.done()]).toEqual([1, 1]);
  });

  test("and a publisher that is down afterwards: unknown, and done once it can be read", async () => {
    lab = openCtlLab("12.5");
    const { cluster } = lab;
    const write = cluster.writeCtl.bind(cluster);
    cluster.writeCtl = (signer, line) => {
      const outcome = write(signer, line);
      cluster.publisher.isReachable = false;
      return outcome;
    };
    const at = { kind: "point", name: "ctl-written" } as const;
    cluster.faults.add({ command: /^utils ctl/, at, action: { kind: "drop" } });
    expect(expectStopped(await lab.carryOut("update-ctl"), "unknown")).toContain("could not be read");
    const again = await lab.carryOut("update-ctl");
    expect(again.kind).toBe("unknown");
    expect(errorOf(again)?.hint).toBe("Make pub reachable, then resume again.");
    cluster.publisher.isReachable = true;
    expect((await lab.carryOut("update-ctl")).kind).toBe("done");
    expect([lab.typed(), lab.done()]).toEqual([1, 1]);
  });
});

test("an update in whose silence its time runs out: the outcome is unknown", async () => {
  lab = openCtlLab("12.5");
  lab.cluster.faults.add({ command: /^utils ctl/, at: { kind: "before" }, action: { kind: "stall" } });
  const running = lab.carryOut("update-ctl");
  while (lab.cluster.faults.pending().length > 0) await new Promise((resolve) => setImmediate(resolve));
  await lab.clock.advance(601_000);
  expect(expectStopped(await running, "unknown")).toContain("it is the CTL from before");
  expect(lab.state().writes).toMatchObject([{ end: "timed-out" }]);
});

test.each(["CallManager", "ITLRecovery"] as const)(
  "up to 11.5 no document says who signs a reset CTL: one signed by %s is taken",
  async (signer) => {
    lab = openCtlLab("11.5");
    const write = lab.cluster.writeCtl.bind(lab.cluster);
    lab.cluster.writeCtl = (_signer, line) => write(signer, line);
    expect(expectStopped(await lab.carryOut("reset-ctl"), "failed")).not.toContain("which is not");
    expect((await lab.carryOut("reset-ctl", { isWaiting: false })).kind).toBe("done");
    expect([lab.typed(), lab.isSignedBy(signer)]).toEqual([1, true]);
  },
);

describe("a publisher's answer", () => {
  test("that lags behind its own word of success is asked again, and no longer than it takes", async () => {
    lab = openCtlLab("12.5");
    const show = lab.cluster.showCtl.bind(lab.cluster);
    const before = show(lab.cluster.publisher);
    let looks = 0;
    lab.cluster.showCtl = (node) => ((looks += 1) < 4 ? before : show(node));
    const beganAt = lab.clock.now();
    expect((await lab.carryOut("update-ctl")).kind).toBe("done");
    expect(looks).toBe(4);
    expect(lab.clock.now() - beganAt).toBeLessThan(50_000);
  });

  test("without the list's checksum is no look: nothing is sent", async () => {
    lab = openCtlLab("12.5");
    const show = lab.cluster.showCtl.bind(lab.cluster);
    lab.cluster.showCtl = (node) => show(node).replace(/^.*\(SHA1\).*$/m, "");
    await expect(lab.carryOut("update-ctl")).rejects.toMatchObject({ code: "answer-not-understood" });
    expect(lab.typed()).toBe(0);
  });
});

describe("an update that ends otherwise", () => {
  test("with an unknown word behind its success: failed, and a resumed run goes on", async () => {
    const text = "The token expires in 3 days";
    const result = await struck("update-ctl", { kind: "after" }, { kind: "say", text, goesOn: true });
    expect(expectStopped(result, "failed")).toContain(text);
    expect(errorOf(result)?.hint).toContain("the CTL is as planned");
    expect((await lab.carryOut("update-ctl")).kind).toBe("done");
    expect([lab.typed(), lab.done()]).toEqual([1, 1]);
  });

  test("with a refusal: failed with its words, and sent again only after its time", async () => {
    const result = await struck("update-ctl", { kind: "before" }, { kind: "say", text: "not in this phase" });
    const message = expectStopped(result, "failed");
    expect(message).toContain("not in this phase");
    expect(message).toContain("it is the CTL from before");
    const began = lab.clock.now();
    const waited = lab.carryOut("update-ctl");
    await expect.poll(() => lab.clock.pending).toBeGreaterThan(0);
    await lab.clock.advance(settleMs);
    expect((await waited).kind).toBe("done");
    expect(lab.clock.now() - began).toBeGreaterThanOrEqual(settleMs - 60_000);
    expect([lab.typed(), lab.done()]).toEqual([2, 1]);
  });

  test("with words of success and a CTL that is the one from before: failed", async () => {
    lab = openCtlLab("12.5");
    lab.cluster.writeCtl = () => ({ kind: "done" });
    const message = expectStopped(await lab.carryOut("update-ctl"), "failed");
    expect(message).toContain("the platform says that it is done");
    expect(message).toContain("it is the CTL from before");
  });

  test("with a CTL that the platform does not call verified: failed", async () => {
    lab = openCtlLab("12.5");
    const { cluster } = lab;
    const show = cluster.showCtl.bind(cluster);
    const success = "The CTL file was verified successfully.";
    cluster.showCtl = (node) => show(node).replace(success, cluster.texts.ctlNotVerified);
    const message = expectStopped(await lab.carryOut("update-ctl"), "failed");
    expect(message).toContain("the platform does not call it verified; it is another CTL than before");
  });

  test("with a CTL by somebody else: failed, and never sent again", async () => {
    lab = openCtlLab("12.5");
    const write = lab.cluster.writeCtl.bind(lab.cluster);
    lab.cluster.writeCtl = (_signer, line) => write("CallManager", line);
    expect(expectStopped(await lab.carryOut("update-ctl"), "failed")).toContain(
      "which is not the present ITLRecovery",
    );
    await lab.clock.advance(2 * settleMs);
    const again = await lab.carryOut("update-ctl");
    expect(again.kind).toBe("failed");
    expect(errorOf(again)?.hint).toContain("Do not repeat it blindly");
    expect(lab.typed()).toBe(1);
  });
});

test("a CTL that is not there although the cluster is in mixed mode: nothing is sent", async () => {
  lab = openCtlLab("12.5");
  lab.cluster.publisher.ctlFile = null;
  const result = await lab.carryOut("update-ctl");
  expect(result).toMatchObject({ kind: "failed" });
  expect(result.detail).toContain("has no CTL");
  expect(lab.typed()).toBe(0);
});

test("an interrupt before the write: nothing is sent", async () => {
  lab = openCtlLab("12.5");
  const signal = AbortSignal.abort();
  await expect(lab.carryOut("update-ctl", { signal })).rejects.toMatchObject({ code: "cancelled" });
  expect(lab.typed()).toBe(0);
});
