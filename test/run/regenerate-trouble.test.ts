// A regeneration whose answer is lost, or is in words that nobody knows: one look, never a second line in the dark.
import { afterEach, describe, expect, test } from "vitest";
import type { FaultAction, FaultPoint } from "../../mocks/lab/faults.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { openRegenerationLab, type RegenerationLab, type Told } from "./regeneration-lab.ts";

let lab: RegenerationLab;

afterEach(() => {
  expect(lab.cluster.complaints).toEqual([]);
  expect(lab.cluster.faults.pending()).toEqual([]);
  expect(lab.sessions()).toBe(0);
  lab.close();
});

const releases: readonly LabRelease[] = ["10.0", "11.5", "12.5", "15"];

/** TVS on pub, with this fault at its line. */
function struck(release: LabRelease, at: FaultPoint, action: FaultAction): Promise<Told> {
  lab = openRegenerationLab(release);
  lab.cluster.faults.add({ node: "pub", command: /^set cert regen/, at, action });
  return lab.regenerate("TVS", "pub");
}

const codeOf = ({ result }: Told) => ("error" in result ? result.error.code : result.kind);
const counts = () => [lab.typed(), lab.done()];
const resume = () => lab.untilOver(() => lab.regenerate("TVS", "pub", { isWaiting: false }));

describe.each(releases)("release %s", (release) => {
  const isAsked = release < "12";

  test("a session that breaks before the command did anything: unknown, settled, and sent again", async () => {
    const told = await struck(release, { kind: "before" }, { kind: "drop" });
    expect([codeOf(told), told.result.kind, counts()]).toEqual(["outcome-unknown", "unknown", [1, 0]]);
    expect(told.result.detail).toContain("pub has the certificate from before");
    const again = await lab.regenerate("TVS", "pub", { isWaiting: false });
    expect(again.result).toMatchObject({ kind: "held", node: "pub" });
    expect(counts()).toEqual([1, 0]);
    const over = await resume();
    expect([over.result.kind, counts()]).toEqual(["done", [2, 1]]);
  });

  test("a session that breaks while the command goes on: found done, and the next is held", async () => {
    const at = isAsked ? ({ kind: "after" } as const) : ({ kind: "before" } as const);
    const told = await struck(release, at, { kind: "drop", commandGoesOn: true });
    if (isAsked) expect(told.result).toMatchObject({ kind: "done", node: "pub" });
    // Its end is seen by the look, or by the run that goes on.
    const over = told.result.kind === "done" ? told : await resume();
    expect([over.result.kind, counts()]).toEqual(["done", [1, 1]]);
    expect(over.state.changed).toMatchObject([{ unit: "TVS", serial: lab.serialOf("TVS", "pub") }]);
    const next = await lab.regenerate("CallManager", "pub");
    expect([next.result.kind, counts()]).toEqual(["done", [2, 2]]);
  });

  test("a refusal in words that nobody knows: failed, with its tail, and nothing was changed", async () => {
    const told = await struck(release, { kind: "before" }, { kind: "say", text: "The moon is in the house" });
    expect([codeOf(told), counts()]).toEqual(["step-failed", [1, 0]]);
    expect(told.result.detail).toContain("The moon is in the house");
    expect(told.result.detail).toContain("pub has the certificate from before");
    expect("error" in told.result && told.result.error.hint).toMatch(/^Read the platform's message and mend/);
  });

  test("a question that nobody knows is not answered", async () => {
    const told = await struck(
      release,
      { kind: "before" },
      { kind: "ask", question: "Delete all phones (yes/no)? ", ends: true },
    );
    expect([codeOf(told), counts()]).toEqual(["step-failed", [1, 0]]);
    expect(told.result.detail).toContain("Delete all phones");
    expect(told.state.writes).toMatchObject([{ end: "unexpected-question" }]);
  });

  test("a failure told although the certificate is new: said so, held, and a resume takes it", async () => {
    const told = await struck(release, { kind: "after" }, { kind: "say", text: "The moon went down" });
    expect([codeOf(told), counts()]).toEqual(["step-failed", [1, 1]]);
    expect(told.result.detail).toContain(
      `another certificate than before, serial ${lab.serialOf("TVS", "pub")}`,
    );
    const next = await lab.regenerate("tomcat", "pub", { isWaiting: false, run: "other" });
    expect(next.result.kind).toBe("held");
    const over = await resume();
    expect([over.result.kind, counts()]).toEqual(["done", [1, 1]]);
  });
});

test.each(["10.0", "11.5"] as const)(
  "%s: a session that breaks at the question changes nothing",
  async (release) => {
    const told = await struck(release, { kind: "question", name: "regen" }, { kind: "drop" });
    expect([codeOf(told), counts()]).toEqual(["outcome-unknown", [1, 0]]);
    const over = await resume();
    expect([over.result.kind, counts()]).toEqual(["done", [2, 1]]);
  },
);

test("a platform that falls silent: unknown, and only after its settle time sent again", async () => {
  lab = openRegenerationLab("15");
  lab.cluster.faults.add({
    ...{ node: "pub", command: /^set cert regen/, at: { kind: "before" } },
    action: { kind: "stall" },
  });
  let isSent = false;
  const running = lab.regenerate("TVS", "pub", {
    onEvent({ kind }) {
      isSent ||= kind === "sending";
    },
  });
  while (!isSent || lab.cluster.faults.pending().length > 0)
    await new Promise((resolve) => setImmediate(resolve));
  await lab.clock.advance(301_000);
  const told = await running;
  expect([codeOf(told), counts()]).toEqual(["outcome-unknown", [1, 0]]);
  expect(told.state.writes).toMatchObject([{ end: "timed-out" }]);
  const sentAt = Date.parse(told.state.writes[0]?.intendedAt ?? "");
  expect([(await resume()).result.kind, counts()]).toEqual(["done", [2, 1]]);
  expect(lab.cluster.writes[0]?.at).toBeGreaterThanOrEqual(sentAt + 600_000);
});

test("a success that cannot be read back is unknown, held all the same, and found done later", async () => {
  lab = openRegenerationLab("12.5");
  lab.cluster.faults.add({
    ...{ node: "pub", command: /^show cert own TVS$/, at: { kind: "before" }, times: 1 },
    action: { kind: "drop" },
  });
  let looks = 0;
  const strike = lab.cluster.faults.strike.bind(lab.cluster.faults);
  // The first look is the one before the write.
  lab.cluster.faults.strike = (node, command, at) => {
    const isLook = command === "show cert own TVS" && at.kind === "before";
    if (isLook && (looks += 1) === 1) return [];
    return strike(node, command, at);
  };
  const told = await lab.regenerate("TVS", "pub");
  expect([codeOf(told), counts()]).toEqual(["outcome-unknown", [1, 1]]);
  const next = await lab.regenerate("tomcat", "pub", { isWaiting: false, run: "other" });
  expect(next.result.kind).toBe("held");
  const over = await resume();
  expect([over.result.kind, over.attempts, counts()]).toEqual(["done", 1, [1, 1]]);
});

test("a success that is told of another unit is none", async () => {
  lab = openRegenerationLab("12.5");
  const answer = "Successfully regenerated certificate for tomcat.";
  lab.cluster.faults.add({
    ...{ node: "pub", command: /^set cert regen/, at: { kind: "before" } },
    action: { kind: "say", text: answer, goesOn: true },
  });
  const told = await lab.regenerate("TVS", "pub");
  expect(codeOf(told)).toBe("step-failed");
  expect(told.result.detail).toContain("said something that is not known");
});

test.each([
  ["success", "Successfully regenerated certificate for tomcat."],
  [
    "a refusal",
    "CallManager certificate was modified in the last 5 minutes. Please re-try regnerating tomcat certificate at a later time",
  ],
])("%s that is told of another unit alone says nothing of ours, whatever became of it", async (_, said) => {
  lab = openRegenerationLab("12.5");
  const told = await lab.regenerate("TVS", "pub", { said });
  expect([codeOf(told), counts()]).toEqual(["step-failed", [1, 1]]);
  expect(told.result.detail).toContain(`something that is not known: ${said}`);
  expect(told.result.detail).toContain("another certificate than before");
});

test("a success that changed nothing is told as that", async () => {
  lab = openRegenerationLab("12.5");
  lab.cluster.faults.add({
    ...{ node: "pub", command: /^set cert regen/, at: { kind: "before" } },
    action: { kind: "say", text: "nothing" },
  });
  const told = await lab.regenerate("TVS", "pub", {
    said: "Successfully regenerated certificate for TVS.",
  });
  expect([codeOf(told), counts()]).toEqual(["step-failed", [1, 0]]);
  expect(told.result.detail).toContain("but shows the certificate from before");
});

test("a session that breaks after a refusal was waited out: that write may be at work, and is not sent again before its time", async () => {
  lab = openRegenerationLab("12.5");
  lab.cluster.publisher.regeneratedAt.set("CallManager", lab.clock.now());
  expect((await lab.regenerate("TVS", "pub", { isWaiting: false })).result.kind).toBe("held");
  await lab.clock.advance(301_000);
  lab.cluster.faults.add({
    ...{ node: "pub", command: /^set cert regen/, at: { kind: "before" } },
    action: { kind: "drop" },
  });
  const told = await lab.regenerate("TVS", "pub", { isWaiting: false });
  expect([codeOf(told), counts()]).toEqual(["outcome-unknown", [2, 0]]);
  expect("error" in told.result && told.result.error.hint).toMatch(/^Run `itlctl resume run`: it looks/);
  const again = await lab.regenerate("TVS", "pub", { isWaiting: false });
  expect([again.result.kind, counts()]).toEqual(["held", [2, 0]]);
  expect([(await resume()).result.kind, counts()]).toEqual(["done", [3, 1]]);
});

test("a node that goes away after the write: unknown until it can be looked at", async () => {
  lab = openRegenerationLab("11.5");
  lab.cluster.faults.add({
    ...{ node: "pub", command: /^set cert regen/, at: { kind: "after" } },
    action: { kind: "drop", commandGoesOn: true },
  });
  const told = await lab.regenerate("TVS", "pub", {
    onEvent({ kind }) {
      if (kind === "sending") lab.cluster.publisher.isReachable = false;
    },
  });
  expect(codeOf(told)).toBe("outcome-unknown");
  expect(codeOf(await lab.regenerate("TVS", "pub"))).toBe("outcome-unknown");
  lab.cluster.publisher.isReachable = true;
  expect([(await resume()).result.kind, counts()]).toEqual(["done", [1, 1]]);
});

test("a certificate that somebody regenerates once more before the run goes on is not taken for ours", async () => {
  lab = openRegenerationLab("12.5");
  await lab.regenerate("TVS", "pub");
  await lab.clock.advance(600_000);
  lab.byHand("TVS", "pub");
  const told = await lab.regenerate("TVS", "pub");
  expect(codeOf(told)).toBe("step-failed");
  expect(told.result.detail).toContain("somebody regenerated it again");
  expect(lab.typed()).toBe(1);
});
