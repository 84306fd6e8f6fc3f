// A certificate regenerated on the lab: once, after its hold, read back; and every way in which that is interrupted.
import { afterEach, describe, expect, test } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { holdMs, Killed, openRegenerationLab, type RegenerationLab } from "./regeneration-lab.ts";

let lab: RegenerationLab;

afterEach(() => {
  expect(lab.cluster.complaints).toEqual([]);
  expect(lab.cluster.faults.pending()).toEqual([]);
  expect(lab.sessions()).toBe(0);
  lab.close();
});

const releases: readonly LabRelease[] = ["10.0", "11.5", "12.5", "15"];
const hourMs = 3_600_000;

describe.each(releases)("release %s", (release) => {
  test("two units one after the other: the hold is waited out, and nothing is refused", async () => {
    lab = openRegenerationLab(release);
    const before = lab.serialOf("CallManager", "pub");
    const one = await lab.regenerate("CallManager", "pub");
    const after = lab.serialOf("CallManager", "pub");
    expect(one.result).toMatchObject({ kind: "done", node: "pub" });
    expect(one.result.detail).toContain(`serial ${after}, before ${before}`);
    const planned = lab.work.certificates.find(({ unit, node }) => unit === "CallManager" && node === "pub");
    expect(one.state.writes).toMatchObject([{ baseline: { pub: planned?.sha1 } }]);
    expect(one.state.changed).toMatchObject([{ node: "pub", unit: "CallManager", serial: after }]);
    const regeneratedAt = lab.cluster.writes[0]?.at ?? 0;
    const two = await lab.regenerate("TVS", "pub");
    expect(two.result.kind).toBe("done");
    const apartMs = (lab.cluster.writes[1]?.at ?? 0) - regeneratedAt;
    expect(apartMs).toBeGreaterThanOrEqual(holdMs);
    expect(apartMs).toBeLessThan(holdMs + 15_000);
    expect([lab.typed(), lab.done()]).toEqual([2, 2]);
  });

  test.each([2, -2])(
    "a node whose clock is off by %d h: what was done by hand is waited out",
    async (hours) => {
      const nodes = [{ name: "pub", clockSkewMs: hours * hourMs }, { name: "tftp2" }];
      lab = openRegenerationLab(release, { nodes });
      lab.byHand("tomcat", "pub");
      const { result } = await lab.regenerate("CallManager", "pub");
      expect(result.kind).toBe("done");
      expect([lab.typed(), lab.done()]).toEqual([1, 2]);
      const [byHand, ours] = lab.cluster.writes;
      expect((ours?.at ?? 0) - (byHand?.at ?? 0)).toBeLessThan(holdMs + 15_000);
    },
  );

  test("a regeneration by hand just before ours is sent: the refusal is waited out by the node's clock", async () => {
    lab = openRegenerationLab(release, { nodes: [{ name: "pub", clockSkewMs: -hourMs }, { name: "tftp2" }] });
    let hasStruck = false;
    const { result, state } = await lab.regenerate("TVS", "pub", {
      onEvent(event) {
        if (event.kind !== "sending" || hasStruck) return;
        hasStruck = true;
        lab.byHand("CallManager", "pub");
      },
    });
    expect(result.kind).toBe("done");
    expect([lab.typed(), lab.done()]).toEqual([2, 2]);
    expect(state.writes.map(({ end }) => end)).toEqual(["answered", "answered"]);
    const [byHand, ours] = lab.cluster.writes;
    expect((ours?.at ?? 0) - (byHand?.at ?? 0)).toBeLessThan(holdMs + 15_000);
  });

  test("a process killed at any line of the journal: carried on, the certificate is made exactly once", async () => {
    for (let line = 3; line <= 7; line += 1) {
      for (const isWritten of [false, true]) {
        lab?.close();
        lab = openRegenerationLab(release);
        lab.byHand("tomcat", "pub");
        const diesAt = { line, isWritten };
        const first = await lab.regenerate("CallManager", "pub", { diesAt }).catch((error: unknown) => error);
        const { result } = await lab.untilOver(() =>
          lab.regenerate("CallManager", "pub", { isWaiting: false }),
        );
        expect(result.kind, `${line} ${isWritten}`).toBe("done");
        const wasMade = lab.cluster.writes.length - 1;
        expect([first instanceof Killed, wasMade], `${line} ${isWritten}`).toEqual([line <= 6, 1]);
        // One line that was typed is one certificate: the platform had nothing to refuse.
        expect(lab.typed()).toBe(1);
      }
    }
  });
});

test("a hold that the certificates do not show: refused, a full hold, and sent again", async () => {
  lab = openRegenerationLab("11.5");
  lab.cluster.publisher.regeneratedAt.set("CallManager", lab.clock.now());
  const { result, events, state } = await lab.regenerate("TVS", "pub");
  expect(result.kind).toBe("done");
  expect([lab.typed(), lab.done()]).toEqual([2, 1]);
  expect(events.filter(({ kind }) => kind === "node-ended")).toMatchObject([
    { node: "pub", outcome: "held" },
  ]);
  expect(state.steps[0]?.nodes).toMatchObject([{ outcome: "held" }]);
});

test("a first refusal is waited out from the certificate's own time, though the platform was slow to refuse and refused a step before", async () => {
  lab = openRegenerationLab("12.5");
  lab.cluster.publisher.regeneratedAt.set("tomcat", lab.clock.now());
  expect((await lab.regenerate("CAPF", "pub")).result.kind).toBe("done");
  lab.cluster.faults.add({
    ...{ node: "pub", command: /^set cert regen TVS/, at: { kind: "before" } },
    action: { kind: "stall", ms: 25_000 },
  });
  let byHandAt = 0;
  const { result } = await lab.regenerate("TVS", "pub", {
    onEvent({ kind }) {
      if (kind !== "sending" || byHandAt > 0) return;
      byHandAt = lab.clock.now();
      lab.byHand("CallManager", "pub");
    },
  });
  expect([result.kind, lab.typed()]).toEqual(["done", 4]);
  expect((lab.cluster.writes.at(-1)?.at ?? 0) - byHandAt).toBeLessThan(holdMs + 15_000);
});

test("a platform that refuses for ever is given up, and nothing was changed", async () => {
  lab = openRegenerationLab("12.5");
  lab.cluster.switches.regenerationHoldMs = 24 * hourMs;
  lab.cluster.publisher.regeneratedAt.set("CallManager", lab.clock.now());
  const { result } = await lab.regenerate("TVS", "pub");
  expect(result).toMatchObject({ kind: "failed", error: { code: "step-failed" } });
  expect(result.detail).toContain("refused 5 times");
  expect([lab.typed(), lab.done()]).toEqual([5, 0]);
});

test("without waiting it is held until the hold ends, at every try the same, and then done", async () => {
  lab = openRegenerationLab("12.5");
  lab.byHand("tomcat", "pub");
  const first = await lab.regenerate("TVS", "pub", { isWaiting: false });
  await lab.clock.advance(100_000);
  const second = await lab.regenerate("TVS", "pub", { isWaiting: false });
  for (const { result } of [first, second]) {
    if (result.kind !== "held") throw new Error(`it is ${result.kind}`);
    const afterMs = Date.parse(result.until ?? "") - (lab.cluster.writes[0]?.at ?? 0);
    expect(afterMs).toBeGreaterThanOrEqual(holdMs);
    expect(afterMs).toBeLessThan(holdMs + 4000);
    expect(result.next).toBe(`Resume after ${result.until}: itlctl resume run`);
  }
  expect(lab.typed()).toBe(0);
  await lab.clock.advance(202_000);
  expect((await lab.regenerate("TVS", "pub", { isWaiting: false })).result.kind).toBe("done");
});

test("without waiting a refusal is a hold, too", async () => {
  lab = openRegenerationLab("11.5");
  lab.cluster.publisher.regeneratedAt.set("CallManager", lab.clock.now());
  const { result } = await lab.regenerate("TVS", "pub", { isWaiting: false });
  expect(result).toMatchObject({ kind: "held", node: "pub" });
  expect([lab.typed(), lab.done()]).toEqual([1, 0]);
  const over = await lab.untilOver(() => lab.regenerate("TVS", "pub", { isWaiting: false }));
  expect([over.result.kind, lab.typed(), lab.done()]).toEqual(["done", 2, 1]);
});

test("another hold of the platform's own making: the deadline is never shorter than ours, in a run of its own", async () => {
  lab = openRegenerationLab("15");
  await lab.regenerate("CallManager", "pub", { run: "one" });
  const { result } = await lab.regenerate("TVS", "pub", { run: "two", isWaiting: false });
  expect(result.kind).toBe("held");
  // The other node is not held.
  expect((await lab.regenerate("TVS", "tftp2", { run: "two" })).result.kind).toBe("done");
});

describe("nothing is sent", () => {
  test("where the certificate is not the one of the plan", async () => {
    lab = openRegenerationLab("12.5");
    lab.byHand("TVS", "pub");
    await expect(lab.regenerate("TVS", "pub")).rejects.toMatchObject({
      code: "baseline-changed",
      hint: "Find out who changed it, then plan anew from what is there now: itlctl abandon run.",
      place: { cluster: "east", node: "pub" },
    });
    expect(lab.typed()).toBe(0);
  });

  test("where the node has no such certificate", async () => {
    lab = openRegenerationLab("12.5");
    lab.cluster.publisher.certificates.delete("TVS");
    await expect(lab.regenerate("TVS", "pub")).rejects.toMatchObject({
      ...{ code: "answer-not-understood", message: "pub lists no TVS certificate" },
      ...{ hint: "Look at pub with `show cert own TVS`.", place: { cluster: "east", node: "pub" } },
    });
    expect(lab.typed()).toBe(0);
  });

  test("again after a refusal, where somebody regenerated that very unit meanwhile", async () => {
    lab = openRegenerationLab("12.5");
    lab.cluster.publisher.regeneratedAt.set("CallManager", lab.clock.now());
    await lab.regenerate("TVS", "pub", { isWaiting: false });
    await lab.clock.advance(holdMs + 1000);
    lab.byHand("TVS", "pub");
    await expect(lab.regenerate("TVS", "pub")).rejects.toMatchObject({ code: "baseline-changed" });
    expect(lab.typed()).toBe(1);
  });

  test("over a certificate of a CA, unless the step says so", async () => {
    lab = openRegenerationLab("12.5", { caSigned: ["tomcat"] });
    const { result } = await lab.regenerate("tomcat", "pub");
    expect(result).toMatchObject({ kind: "blocked", error: { code: "blocked" } });
    expect(lab.typed()).toBe(0);
    const told = await lab.regenerate("tomcat", "pub", { replaceCaSigned: true });
    expect(told.result.kind).toBe("done");
  });

  test.each([
    ["12.5", "ITLRecovery"],
    ["15", "CAPF"],
  ] as const)("on a subscriber of %s for %s, which is the publisher's", async (release, unit) => {
    lab = openRegenerationLab(release);
    const { result } = await lab.regenerate(unit, "tftp2");
    expect(result).toMatchObject({ kind: "blocked", error: { code: "blocked" } });
    expect(result.kind === "blocked" && result.error.hint).toBe(`Regenerate ${unit} on pub.`);
    expect(lab.typed()).toBe(0);
  });

  test("to a node that cannot be reached", async () => {
    lab = openRegenerationLab("12.5");
    lab.cluster.publisher.isReachable = false;
    await expect(lab.regenerate("TVS", "pub")).rejects.toMatchObject({ code: "node-unreachable" });
  });

  test("when Ctrl-C is pressed in the hold", async () => {
    lab = openRegenerationLab("12.5");
    lab.byHand("tomcat", "pub");
    const { signal, abort } = interrupt();
    let waits = 0;
    const running = lab.regenerate("TVS", "pub", {
      signal,
      onEvent({ kind }) {
        if (kind === "waiting" && (waits += 1) === 50) abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    expect([lab.typed(), waits]).toEqual([0, 50]);
  });

  test("when the clock of this machine went back by an hour", async () => {
    lab = openRegenerationLab("12.5");
    await lab.regenerate("CallManager", "pub");
    const back = await lab.regenerate("TVS", "pub", { run: "two", clockOffMs: () => -hourMs });
    expect(back.result).toMatchObject({ kind: "held", until: null });
    expect(back.result.kind === "held" && back.result.next).toMatch(/^Set the clock of this machine right/);
    expect(lab.typed()).toBe(1);
    // A node without any hold: the run's own journal knows the clock.
    await lab.regenerate("TVS", "tftp2", { run: "three", isWaiting: false });
    const again = await lab.regenerate("CAPF", "tftp2", { run: "three", clockOffMs: () => -hourMs });
    expect(again.result).toMatchObject({ kind: "held", until: null });
  });
});

function interrupt(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(new Error("interrupted")) };
}
