// A service of which no list tells that it restarted: sent once, looked at until it is started, and left to a person where its end is not known.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRunEvents } from "../../src/run/events.ts";
import type { JournalEvent } from "../../src/run/journal-entry.ts";
import { type Journal, openJournal } from "../../src/run/journal.ts";
import { replay } from "../../src/run/replay.ts";
import type { RunContext } from "../../src/run/step-kind.ts";
import { restartServiceStep } from "../../src/run/steps/restart-service.ts";
import { createMasker } from "../../src/base/secret.ts";

const service = "Cisco Trust Verification Service";
const end = { wasSent: true, text: "", tail: "", message: "the line is dead" };
const lost = { ...end, kind: "lost", reason: "reset" };
const answer = { ...end, kind: "answered", isRefused: false, text: `${service}[STARTED]` };

let folder: string;
let journal: Journal;
let nowMs: number;
let written: string[];
/** What the next write ends in, and what the list of services says. */
let outcome: object;
let state: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-restart-"));
  [nowMs, written, outcome, state] = [Date.UTC(2026, 0, 1), [], answer, "STARTED"];
  const clock = { now: () => nowMs, sleep: async () => undefined };
  journal = openJournal(join(folder, "run.jsonl"), { clock, masker: createMasker(), isNew: true });
  journal.append({
    ...{ kind: "run-started", run: "run", cluster: "east", playbook: "p", fingerprint: "f", version: "0" },
    nodes: ["tftp2", "pub"],
    request: { requestedKey: null, accepted: [], isUnattended: true, remoteKey: null, heldFile: null },
  });
  journal.append({ kind: "step-started", step: "s1", node: null });
});

afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function carryOut(confirmedStep: string | null = null) {
  const sessionOf = ({ name }: { readonly name: string }) => ({
    mask: (text: string) => text,
    read: async () => ({ text: `${service}[${name === "pub" ? state : "STARTED"}]`, isRefused: false }),
    write: async () => {
      written.push(name);
      return outcome;
    },
    close: async () => undefined,
  });
  const context = {
    cluster: { name: "east", nodes: [{ name: "tftp2" }, { name: "pub" }] },
    pool: {
      session: async (node: { readonly name: string }) => sessionOf(node),
      closeAll: async () => undefined,
    },
    clock: {
      now: () => nowMs,
      sleep: async (ms: number) => {
        nowMs += ms;
      },
    },
    ...{ run: "run", journal, confirmedStep, operator: null, isWaiting: true, events: createRunEvents() },
    state: () => replay(journal.entries()),
    record: (event: JournalEvent) => journal.append(event),
    ground: () => ({ publisher: "pub", tftpNodes: ["tftp2", "pub"], seenNodes: ["tftp2", "pub"] }),
    work: () => ({ activatedServices: { pub: [service], tftp2: [service] } }),
  } as unknown as RunContext;
  const step = { verb: "restart-service", id: "s1", service } as const;
  return restartServiceStep.carryOut(step as never, context);
}

test("it is restarted on every node that has it, the publisher first, once", async () => {
  const detail = `${service} restarted and started on pub, tftp2`;
  expect(await carryOut()).toEqual({ kind: "done", node: null, detail });
  expect(await carryOut()).toEqual({ kind: "done", node: null, detail });
  expect(written).toEqual(["pub", "tftp2"]);
});

test("one that does not start is a failure, and the next node is left alone", async () => {
  state = "STARTING";
  const result = await carryOut();
  expect(result).toMatchObject({ kind: "failed", node: "pub", error: { code: "step-failed" } });
  expect(result.detail).toContain("is not started on pub after its restart");
  expect(written).toEqual(["pub"]);
});

test("one whose end nobody saw is never sent again: a person says whether it took place, and the next is sent", async () => {
  outcome = lost;
  expect(await carryOut()).toMatchObject({
    kind: "unknown",
    node: "pub",
    error: { code: "outcome-unknown" },
  });
  outcome = answer;
  nowMs += 3_600_000;
  expect(await carryOut()).toMatchObject({ kind: "held", node: "pub", until: null });
  expect(written).toEqual(["pub"]);
  expect((await carryOut("s1")).kind).toBe("done");
  expect(written).toEqual(["pub", "tftp2"]);
});

test("one that was answered and did not start in time is looked at again, and not sent again", async () => {
  state = "STOPPED";
  expect((await carryOut()).kind).toBe("failed");
  state = "STARTED";
  expect((await carryOut()).kind).toBe("done");
  expect(written).toEqual(["pub", "tftp2"]);
});
