// Ctrl-C while a write runs: once, and it is finished; twice, and its end is looked for. Two operators, and a run left behind.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { processWorld } from "../../src/cli/io.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import type { CliResult } from "../support/run-cli.ts";
import { openSweepLab, type SweepLab } from "./sweep-lab.ts";

let sweep: SweepLab;
let lost: ReturnType<SweepLab["keep"]>;

beforeAll(async () => {
  sweep = await openSweepLab("12.5", "local");
  lost = sweep.keep();
});
afterAll(() => sweep.close());

const recover = (hooks = {}) => sweep.run(["recover", "east", "--key", "local", "--yes", "--json"], hooks);
const resume = (run: string | null, ...flags: string[]) =>
  sweep.run(["resume", run ?? "", "--no-wait", "--yes", "--json", ...flags]);
const documentOf = (result: CliResult) => result.json<RunDocument>();
const typed = (line: string) => sweep.cluster.commandLog.filter((one) => one.line.startsWith(line)).length;
const written = () => sweep.cluster.writes.map(({ node, kind }) => `${kind} on ${node}`);

const exitsOf = (results: readonly CliResult[]) => results.map(({ exit }) => exit).sort((a, b) => a - b);

/** Presses Ctrl-C so often as soon as the lab carries a write out. */
function pressing(times: number) {
  let press = () => {};
  sweep.onWrite = () => {
    sweep.onWrite = null;
    for (let count = 0; count < times; count += 1) press();
  };
  return {
    onStart(pressCtrlC: () => void) {
      press = pressCtrlC;
    },
  };
}

/** What was left at once goes on in this process until its write is over; a process of its own would be gone. */
async function whenUnlocked(run: string | null, ...flags: string[]): Promise<RunDocument> {
  for (let tries = 0; tries < 200; tries += 1) {
    const document = documentOf(await resume(run, ...flags));
    if (document.error?.code !== "run-locked") return document;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  throw new Error("the run stays locked");
}

describe("Ctrl-C while the reset runs", () => {
  test("once: the reset is finished, nothing more is sent, and resume goes on behind it", async () => {
    sweep.put(lost);
    const result = await recover(pressing(1));
    const document = documentOf(result);
    expect([result.exit, document.outcome, document.error?.code]).toEqual([130, "interrupted", "cancelled"]);
    expect(result.stderr).toContain("press Ctrl-C again");
    expect(document.writes).toEqual([expect.objectContaining({ node: "pub", end: "answered" })]);
    expect(written()).toEqual(["reset on pub"]);
    expect(document.next).toBe(`itlctl resume ${document.run}`);
    expect(documentOf(await resume(document.run))).toMatchObject({ outcome: "held", waitsFor: "phones" });
    expect([typed("utils itl reset"), written()]).toEqual([1, ["reset on pub"]]);
  });

  test("twice: left at once, and resume looks instead of sending it again", async () => {
    sweep.put(lost);
    const result = await recover(pressing(2));
    expect(result.exit).toBe(130);
    const { run, error } = documentOf(result);
    expect(error).toMatchObject({ code: "cancelled" });
    expect(await whenUnlocked(run)).toMatchObject({ outcome: "held", waitsFor: "phones" });
    expect([typed("utils itl reset"), written()]).toEqual([1, ["reset on pub"]]);
  });
});

describe("Ctrl-C while a restart runs", () => {
  test.each([1, 2])(
    "%i times: that node is finished, no other is begun, and resume does the rest",
    async (times) => {
      sweep.put(lost);
      const { run } = documentOf(await recover());
      sweep.cluster.bootPhones();
      const flags = ["--no-wait", "--confirm", "phones", "--yes", "--json"];
      const result = await sweep.run(["resume", run ?? "", ...flags], pressing(times));
      expect(result.exit).toBe(130);
      expect(typed("utils service restart")).toBe(1);
      expect(await whenUnlocked(run)).toMatchObject({ outcome: "held", waitsFor: "phones-again" });
      expect(written()).toEqual(["reset on pub", "restart on pub", "restart on tftp2"]);
    },
  );
});

test.each(["SIGINT", "SIGTERM"] as const)("%s is an interrupt of the process", (signal) => {
  let heard = 0;
  const others = process.listeners(signal);
  process.removeAllListeners(signal);
  const stop = processWorld().onInterrupt(() => {
    heard += 1;
  });
  try {
    process.emit(signal, signal);
    process.emit(signal, signal);
    expect(heard).toBe(2);
  } finally {
    stop();
    for (const other of others) process.on(signal, other);
  }
});

test("two operators at once: one recovers, the other is told who is at work, and there is one reset", async () => {
  sweep.put(lost);
  const both = await Promise.all([recover(), recover()]);
  expect(exitsOf(both)).toEqual([11, 21]);
  const refused = both.find(({ exit }) => exit === 11);
  expect(refused && documentOf(refused).error).toMatchObject({
    code: "run-locked",
    place: { cluster: "east" },
  });
  expect([typed("utils itl reset"), written()]).toEqual([1, ["reset on pub"]]);
});

test("two operators resume the same run: one goes on, the other is told", async () => {
  sweep.put(lost);
  const { run } = documentOf(await recover());
  sweep.cluster.bootPhones();
  const both = await Promise.all([resume(run, "--confirm", "phones"), resume(run, "--confirm", "phones")]);
  expect(exitsOf(both)).toEqual([11, 21]);
  expect(written()).toEqual(["reset on pub", "restart on pub", "restart on tftp2"]);
});

test("a recovery begun while another is at work is told to wait, not to resume or abandon that one", async () => {
  sweep.put(lost);
  let second: ReturnType<typeof recover> | null = null;
  sweep.onWrite = () => {
    sweep.onWrite = null;
    second = recover();
  };
  await recover();
  const refused = await (second as ReturnType<typeof recover> | null);
  expect(refused?.exit).toBe(11);
  expect(refused?.stdout).toContain("Another process is carrying it out: wait until it ends");
  expect(refused?.stdout).not.toContain("abandon");
  expect(written()).toEqual(["reset on pub"]);
});

test("a run abandoned after its reset: it is over for good, and a new one starts from what is there", async () => {
  sweep.put(lost);
  const at = { kind: "line", line: 9 } as const;
  sweep.cluster.switches.serviceRestartMs = 240_000;
  const action = { kind: "drop", commandGoesOn: true } as const;
  sweep.cluster.faults.add({ node: "pub", command: /^utils itl reset/, at, action });
  const stopped = documentOf(await recover());
  expect(stopped.outcome).toBe("unknown");
  expect((await recover()).exit).toBe(11);
  await sweep.lab.clock.advance(30 * 60_000);
  const abandoned = await sweep.run([
    "abandon",
    stopped.run ?? "",
    "--reason",
    "another is wanted",
    "--json",
  ]);
  expect([abandoned.exit, documentOf(abandoned).outcome]).toEqual([0, "abandoned"]);
  expect((await resume(stopped.run)).exit).toBe(2);
  const anew = documentOf(await recover());
  expect(anew.run).not.toBe(stopped.run);
  expect(anew.steps[1]).toMatchObject({ step: "reset", outcome: "skipped" });
  expect(anew).toMatchObject({ outcome: "held", waitsFor: "phones" });
  expect([typed("utils itl reset"), written()]).toEqual([1, ["reset on pub"]]);
});

test("a node left behind in silence: abandoned, and cured by a new recovery that names both lists", async () => {
  sweep.put(lost);
  sweep.cluster.truthFaults.missesNewFile.set("tftp2", "silent");
  const failed = documentOf(await recover());
  expect(failed).toMatchObject({ outcome: "failed", error: { code: "step-failed" } });
  await sweep.run(["abandon", failed.run ?? "", "--reason", "tftp2 was left behind", "--json"]);
  await sweep.lab.clock.advance(60_000);
  const anew = documentOf(await recover());
  expect(anew).toMatchObject({ outcome: "held", waitsFor: "phones" });
  expect(written()).toEqual(["reset on pub", "reset on pub"]);
});
