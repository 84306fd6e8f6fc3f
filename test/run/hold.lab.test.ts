// The hold in whole runs over SSH: what others do in between is waited out, and a run that does not wait is carried on by the next one.
import { afterEach, describe, expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type CertChange, openCertChange } from "../support/cert-change.ts";
import type { CliResult } from "../support/run-cli.ts";

let change: CertChange;

afterEach(async () => {
  expect(change.lab.complaints).toEqual([]);
  await change.close();
});

const holdMs = 300_000;
const cluster = () => change.lab.cluster();
const typed = () => cluster().commandLog.filter(({ line }) => line.startsWith("set cert regen")).length;
const ours = () => cluster().writes.filter(({ kind, line }) => kind === "regen" && line !== "by hand");
const byHand = () => cluster().regenerate(cluster().publisher, "CAPF", "by hand");
const words = ["cert", "regen", "east", "tomcat", "ipsec", "--node", "pub"];
const documentOf = (result: CliResult) => result.json<RunDocument>();

describe.each(["10.0", "11.5", "12.5", "15"] as const)("release %s", (release) => {
  test("what somebody regenerates in between is waited out: the platform refuses nothing, and phones keep their trust", {
    timeout: 90_000,
  }, async () => {
    change = await openCertChange({ release });
    const running = change.carryOut(words);
    while (ours().length === 0) await new Promise((resolve) => setImmediate(resolve));
    // As soon as the platform lets anybody.
    const freeAt = (ours()[0]?.at ?? 0) + holdMs;
    let handAt = 0;
    change.lab.clock.onReach(freeAt, () => {
      if (byHand().kind === "regenerated") handAt = change.lab.clock.now();
    });
    const result = await running;
    expect(documentOf(result)).toMatchObject({ error: null });
    expect([ours().length, typed()]).toEqual([2, 2]);
    expect(handAt).toBe(freeAt);
    expect((ours()[1]?.at ?? 0) - handAt).toBeGreaterThanOrEqual(holdMs);
    expect(change.stranded()).toEqual([]);
  });
});

test("without waiting a run ends as held, exit 21, until the time in its journal; resume goes on after it", async () => {
  change = await openCertChange({ release: "12.5" });
  byHand();
  const { run } = documentOf(await change.run([...words, "--yes", "--json", "--no-wait"]));
  const resume = (...flags: readonly string[]) =>
    change.run(["resume", run ?? "", "--yes", "--json", ...flags]);
  const { waitsFor } = documentOf(await resume("--no-wait"));
  const held = await resume("--no-wait", ...(waitsFor === null ? [] : ["--confirm", waitsFor]));
  const document = documentOf(held);
  expect([held.exit, document.outcome, typed()]).toEqual([21, "held", 0]);
  expect(document.next).toBe(`Resume after ${document.until}: itlctl resume ${document.run}`);
  const early = await resume("--no-wait");
  expect([early.exit, documentOf(early).until, typed()]).toEqual([21, document.until, 0]);
  await change.lab.clock.advance(Date.parse(document.until ?? "") - change.lab.clock.now());
  const over = await resume();
  expect(documentOf(over)).toMatchObject({ error: null });
  expect([ours().length, typed()]).toEqual([2, 2]);
});
