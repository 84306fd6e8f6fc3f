// A regeneration's target and what may stand in its way; then a certificate that is new, taken as the step's work or not: without the lab.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import type { CertificateFacts } from "../../src/facts/list-facts.ts";
import type { Step } from "../../src/playbook/step.ts";
import type { JournalEvent } from "../../src/run/journal-entry.ts";
import type { NodeChanges } from "../../src/run/node-changes.ts";
import type { RunContext } from "../../src/run/step-kind.ts";
import { acceptRegenerated } from "../../src/run/steps/accept-regenerated.ts";
import {
  knownCertificate,
  lookForTarget,
  refuseTarget,
  targetOf,
  trouble,
} from "../../src/run/steps/regeneration-target.ts";
import { smallCertificate } from "../verdict/small-facts.ts";

const nowMs = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;
let folder: string;
let journal: JournalEvent[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-target-"));
  journal = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
const planned = (unit: string, node: string) => ({
  ...{ node, unit, serial: "0A", sha1: `plan-${unit}-${node}`, isSelfSigned: true, notBefore: iso(0) },
});

function contextOf(parts: Partial<RunContext> = {}, release = "15.0.1.10000-1"): RunContext {
  const work = {
    ...{ release, publisher: "pub" },
    certificates: [planned("TVS", "tftp2"), planned("CAPF", "pub"), planned("TVS", "pub")],
  };
  return {
    cluster: { name: "east", regenerationHoldMs: 300_000, nodes: [{ name: "tftp2" }, { name: "pub" }] },
    ...{ run: "run", stateFolder: folder, clock: { now: () => nowMs } },
    events: { emit: () => undefined },
    journal: { entries: () => journal.map((event) => ({ ...event, at: iso(nowMs - 60_000) })) },
    record: (event: JournalEvent) => journal.push(event),
    work: () => work,
    ...parts,
  } as unknown as RunContext;
}

const stepOf = (units: readonly string[], nodes: readonly string[]) =>
  ({ verb: "regenerate", id: "s1", units, nodes }) as unknown as Extract<Step, { verb: "regenerate" }>;
const target = (unit = "TVS", node = "pub") => targetOf(stepOf([unit], [node]), contextOf());
const changed = (step: string, unit: string, node: string, sha1: string) =>
  journal.push({
    ...{ kind: "certificate-changed", step, unit, node, before: { serial: "0A", sha1: "plan" } },
    after: { serial: "0B", sha1, notBefore: iso(0), notAfter: iso(0) },
  });

describe("a step", () => {
  test("is one unit on one node, with the certificate of the plan", () => {
    expect(target()).toEqual({
      ...{ step: "s1", unit: "TVS", node: { name: "pub" }, replaceCaSigned: false },
      baseline: planned("TVS", "pub"),
    });
  });

  test.each([
    ["no unit", [], ["pub"]],
    ["no node", ["TVS"], []],
    ["two units", ["TVS", "CAPF"], ["pub"]],
    ["two nodes", ["TVS"], ["pub", "tftp2"]],
    ["two of both", ["TVS", "CAPF"], ["pub", "tftp2"]],
    ["a node that is not in the inventory", ["TVS"], ["moon"]],
  ])("of %s is a bug", (_, units, nodes) => {
    expect(() => targetOf(stepOf(units, nodes), contextOf())).toThrow("step s1 is not expanded");
  });

  test("of a certificate that nobody planned from is a bug", () => {
    expect(() => target("CAPF", "tftp2")).toThrow("step s1 has no baseline of CAPF on tftp2");
  });
});

describe("the certificate known before a step", () => {
  const known = () => knownCertificate(contextOf(), "s1", "TVS", "pub")?.sha1;

  test("is the one that the last earlier step left", () => {
    changed("s0", "TVS", "pub", "first");
    changed("s00", "TVS", "pub", "second");
    journal.push({ kind: "waiting", step: "s00", text: "something", until: null });
    expect(known()).toBe("second");
  });

  test.each([
    ["this step itself", ["s1", "TVS", "pub"]],
    ["another unit", ["s0", "CAPF", "pub"]],
    ["another node", ["s0", "TVS", "tftp2"]],
  ] as const)("is that of the plan whatever was made by or of %s", (_, [step, unit, node]) => {
    changed(step, unit, node, "other");
    expect(known()).toBe("plan-TVS-pub");
  });
});

const looked = (certificate: CertificateFacts, parts: Partial<NodeChanges> = {}) => ({
  certificate,
  changes: {
    ...{ nodeUtc: iso(nowMs), lookedAtMs: nowMs, trouble: [], isReachable: true },
    certificates: { TVS: certificate },
    ...parts,
  },
});

describe("a look that cannot be had", () => {
  const failing = (error: unknown) => contextOf({ pool: { session: () => Promise.reject(error) } as never });
  const lost = new OperatorError("session-lost", "pub hung up", { hint: "Look at it." });

  test("is a problem with its error", async () => {
    expect(await lookForTarget(failing(lost), target())).toEqual({ problem: "pub hung up", error: lost });
    const { signal } = new AbortController();
    expect(await lookForTarget(failing(lost), target(), signal)).toEqual({
      problem: "pub hung up",
      error: lost,
    });
  });

  test("because of an interrupt is cancelled", async () => {
    const looking = lookForTarget(failing(lost), target(), AbortSignal.abort());
    await expect(looking).rejects.toMatchObject({ code: "cancelled" });
  });

  test("because of a bug is thrown as it is", async () => {
    await expect(lookForTarget(failing(new TypeError("a bug")), target())).rejects.toThrow(TypeError);
  });
});

describe("told once more before the write", () => {
  const refused = (unit: string, node: string, release: string, isSelfSigned = true) => {
    const certificate = { ...smallCertificate(unit, "0A"), isSelfSigned };
    const context = contextOf({}, release);
    const wanted = { ...target(), unit, node: { ...target().node, name: node } };
    const result = refuseTarget(context, wanted, looked(certificate));
    return result !== null && "error" in result ? result.error.place : result;
  };

  test.each([
    ["CAPF", "pub", "15.0.1.10000-1"],
    ["ITLRecovery", "pub", "12.5.1.10000-1"],
    ["ITLRecovery", "tftp2", "11.5.1.10000-1"],
    ["TVS", "tftp2", "15.0.1.10000-1"],
  ])("%s on %s of %s may be regenerated", (unit, node, release) => {
    expect(refused(unit, node, release)).toBeNull();
  });

  test("the publisher's on another node and a certificate of a CA may not", () => {
    expect(refused("ITLRecovery", "tftp2", "12.5.1.10000-1")).toEqual({
      ...{ cluster: "east", node: "tftp2", step: "s1" },
    });
    expect(refused("TVS", "pub", "15.0.1.10000-1", false)).toMatchObject({ node: "pub" });
  });
});

test.each([
  ["outcome-unknown", "unknown"],
  ["step-failed", "failed"],
] as const)("%s ends a step as %s, with its place and what to do", (code, kind) => {
  const result = trouble(contextOf(), target(), code, "it is odd", "Look at it.");
  expect(result).toMatchObject({ kind, node: "pub", detail: "regeneration of TVS on pub: it is odd" });
  expect(result.error).toMatchObject({
    ...{ code, hint: "Look at it.", message: result.detail },
    place: { cluster: "east", node: "pub", step: "s1" },
  });
});

describe("a certificate that is new after a write", () => {
  const fresh = (parts: Partial<CertificateFacts> = {}) => ({
    ...{ ...smallCertificate("TVS", "0B"), notBefore: iso(nowMs), ...parts },
  });
  const accepted = (certificate: CertificateFacts, parts: Partial<NodeChanges> = {}) =>
    acceptRegenerated(contextOf(), target(), looked(certificate, parts), iso(nowMs));

  test("is taken, on record once with what it replaced, however often the step is carried out", () => {
    const detail = "TVS regenerated on pub: serial 0B, before 0A";
    expect(accepted(fresh())).toEqual({ kind: "done", node: "pub", detail });
    expect(accepted(fresh())).toEqual({ kind: "done", node: "pub", detail });
    expect(journal).toEqual([
      {
        ...{ kind: "certificate-changed", step: "s1", node: "pub", unit: "TVS" },
        before: { serial: "0A", sha1: "plan-TVS-pub" },
        after: { serial: "0B", sha1: "0b".repeat(20), notBefore: iso(nowMs), notAfter: fresh().notAfter },
      },
    ]);
  });

  test.each([
    ["with the serial of the old one", fresh({ serial: "0A" }), "with the same serial 0A"],
    ["signed by a CA", fresh({ isSelfSigned: false }), "and not by itself"],
    ["of two days before", fresh({ notBefore: iso(nowMs - 2 * dayMs) }), "far from the write by the clock"],
    ["of two days later", fresh({ notBefore: iso(nowMs + 2 * dayMs) }), "far from the write by the clock"],
  ])("%s is not, and nothing is on record", (_, certificate, words) => {
    const result = accepted(certificate);
    expect(result).toMatchObject({ kind: "failed", error: { code: "step-failed" } });
    expect(result.detail).toContain(words);
    expect(journal).toEqual([]);
  });

  test("is measured by the node's clock, however far that is off, and not at all where nobody could read it", () => {
    const offMs = 10 * dayMs;
    const ahead = { nodeUtc: iso(nowMs + offMs) };
    expect(accepted(fresh({ notBefore: iso(nowMs + offMs) }), ahead).kind).toBe("done");
    journal = [];
    expect(accepted(fresh(), ahead).kind).toBe("failed");
    expect(accepted(fresh({ notBefore: iso(nowMs - offMs) }), { nodeUtc: null }).kind).toBe("done");
  });
});
