// A few of the sweep's cases, with the results they must have; `npm run test:deep` carries out all of them.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FaultPoint } from "../../mocks/lab/faults.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { carryCase, type CaseResult } from "./carry-case.ts";
import { openSweepLab, type SweepLab } from "./sweep-lab.ts";
import { clusterTroubles, pointTroubles, resetTroubles, type Trouble } from "./troubles.ts";

const troubles: readonly Trouble[] = [...pointTroubles, ...clusterTroubles, ...resetTroubles];
const troubleOf = (label: string): Trouble => {
  const found = troubles.find((trouble) => trouble.label === label);
  if (found === undefined) throw new Error(`no such trouble: ${label}`);
  return found;
};

let sweep: SweepLab;
let lost: ReturnType<SweepLab["keep"]>;
let held: { moment: ReturnType<SweepLab["keep"]>; run: string };

beforeAll(async () => {
  sweep = await openSweepLab("11.5", "remote");
  lost = sweep.keep();
  sweep.put(lost);
  const result = await sweep.run(["recover", "east", "--yes", "--json", ...sweep.flags]);
  const { run } = result.json<RunDocument>();
  sweep.cluster.bootPhones();
  held = { moment: sweep.keep(true), run: run ?? "" };
});
afterAll(() => sweep.close());

const unknown = "unknown 22 (outcome-unknown)";
const failed = "failed 23 (step-failed)";
const waits = "held 21 (phones)";
const settling = "held 21 (settling)";

describe("a reset struck by trouble", () => {
  test.each<[string, FaultPoint | null, Partial<CaseResult>]>([
    ["nothing (for comparison)", null, { first: waits, resumes: "-", sent: 1, took: 1, final: "done 0" }],
    [
      "the session drops",
      { kind: "before" },
      { first: unknown, resumes: `${settling}, then settled: ${waits}`, sent: 2, took: 1, isSentAgain: true },
    ],
    [
      "the session drops",
      { kind: "question", name: "host-key" },
      { first: unknown, resumes: `${settling}, then settled: ${waits}`, sent: 2, took: 1, final: "done 0" },
    ],
    [
      "the session drops, and each node takes minutes",
      { kind: "line", line: 14 },
      {
        first: unknown,
        resumes: `${settling}, then settled: ${waits}`,
        sent: 1,
        took: 1,
        isSentAgain: false,
      },
    ],
    ["the node falls silent", { kind: "line", line: 20 }, { first: waits, resumes: "-", sent: 1, took: 1 }],
    [
      "an unexpected question (yes/no)",
      { kind: "question", name: "ccm-password" },
      { first: failed, took: 1 },
    ],
    ["a prompt in the middle", { kind: "line", line: 12 }, { first: failed, looks: true, sent: 1, took: 1 }],
    ["tftp2 is left behind, in silence", null, { first: failed, sent: 1, took: 1, final: failed }],
    ["pub serves a damaged file already", null, { first: "blocked 20", sent: 0, took: 0 }],
  ])("%s, at %j", async (label, at, expected) => {
    sweep.put(lost);
    const one = { trouble: troubleOf(label), node: "pub", write: "reset", at, isCarriedOn: true } as const;
    expect(await carryCase(sweep, one, null)).toMatchObject(expected);
    expect(sweep.cluster.faults.pending()).toEqual([]);
  });
});

describe("a restart struck by trouble", () => {
  test.each<[string, string, FaultPoint, Partial<CaseResult>]>([
    [
      "the session drops",
      "tftp2",
      { kind: "before" },
      { first: unknown, resumes: `${settling}, then settled: done 0`, sent: 3, took: 2, final: "done 0" },
    ],
    [
      "an unknown text that ends the command",
      "pub",
      { kind: "after" },
      { first: failed, looks: true, resumes: "done 0", sent: 2, took: 2 },
    ],
  ])("%s on %s, at %j", async (label, node, at, expected) => {
    sweep.put(held.moment);
    const one = { trouble: troubleOf(label), node, write: "restart", at, isCarriedOn: true } as const;
    expect(await carryCase(sweep, one, held.run)).toMatchObject(expected);
    expect(sweep.cluster.faults.pending()).toEqual([]);
  });
});
