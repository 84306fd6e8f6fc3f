// Evidence as older versions, dead processes and masking leave it: whole, with what is not recorded told; and reports held against their journal.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { createMasker } from "../../src/base/secret.ts";
import { openJournal } from "../../src/run/journal.ts";
import type { JournalEntry, JournalEvent } from "../../src/run/journal-entry.ts";
import { judgeReport } from "../../src/run/report-agreement.ts";
import { recordTranscripts } from "../../src/run/transcript-records.ts";
import { verifyRun } from "../../src/run/verify-run.ts";

const run = "2026-11-20T22-14-03Z-east-recover";
const served = "c".repeat(40);
const started: JournalEvent = {
  ...{ kind: "run-started", run, cluster: "east", playbook: "itl-recovery", fingerprint: "f" },
  ...{ nodes: ["pub"], version: "0.1.0" },
  request: { requestedKey: null, accepted: [], isUnattended: true, remoteKey: null, heldFile: null },
};
const seen: JournalEvent = { kind: "lists-seen", step: "verify-reset", lists: { pub: served } };
const sent: JournalEvent = {
  ...{ kind: "write-intended", step: "restart-tftp", node: "pub", baseline: {} },
  line: "utils service restart Cisco Tftp",
};
const done: JournalEvent = { kind: "run-ended", outcome: "done", error: null, next: null };

let state = "";
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "itlctl-"));
  mkdirSync(join(state, "runs", run, "transcripts"), { recursive: true });
  writeFileSync(join(state, "runs", run, "transcripts", "pub.log"), "one\n");
});
afterEach(() => rmSync(state, { recursive: true }));

const journalPath = () => join(state, "runs", run, "journal.jsonl");
function write(...events: readonly JournalEvent[]): readonly JournalEntry[] {
  const tools = { clock: systemClock, masker: createMasker(), isNew: true };
  const journal = openJournal(journalPath(), tools);
  for (const event of events) journal.append(event);
  journal.close();
  return journal.entries();
}
const states = () => verifyRun(state, run).files.map((file) => `${file.kind} ${file.state}: ${file.detail}`);

test("a journal that recorded no transcripts is whole; they and a list nobody fetched are not recorded", () => {
  write(started, seen, done);
  expect(verifyRun(state, run).isWhole).toBe(true);
  expect(states()).toEqual([
    "journal whole: 3 lines, each chained to the one before",
    "transcript not-recorded: the journal holds no digest of it",
    "list not-recorded: never kept: the node told its SHA-1 only",
  ]);
});

test("a last line that was never finished is no damage", () => {
  write(started);
  appendFileSync(journalPath(), '{"kind":"run-en');
  expect(verifyRun(state, run).isWhole).toBe(true);
  expect(states()[0]).toContain("(15 bytes) was never acted upon");
});

test("a recorded transcript may grow, and neither change nor shrink nor go", () => {
  const path = join(state, "runs", run, "transcripts", "pub.log");
  write(started, { ...done, transcripts: recordTranscripts(state, run) ?? [] });
  appendFileSync(path, "two\n");
  expect(states()[1]).toBe("transcript whole: 4 bytes as recorded, 4 behind them");
  writeFileSync(path, "onE\ntwo\n");
  expect(states()[1]).toBe("transcript damaged: its first 4 bytes are not those recorded");
  writeFileSync(path, "on");
  expect(states()[1]).toBe("transcript damaged: shorter than the 4 bytes recorded");
  rmSync(path);
  expect(states()[1]).toBe("transcript missing: recorded with 4 bytes, and not there");
  expect(verifyRun(state, run).isWhole).toBe(false);
});

test("a journal damaged in its first line leaves the other files not recorded, and says the line", () => {
  write(started, seen, done);
  writeFileSync(journalPath(), "{}\n");
  const { isWhole, damagedLine, error, files } = verifyRun(state, run);
  expect([isWhole, damagedLine, error?.code]).toEqual([false, 1, "journal-damaged"]);
  expect(files.map((file) => file.state)).toEqual(["damaged", "not-recorded"]);
});

describe("a report", () => {
  const report = {
    ...{ run, cluster: "east", playbook: "itl-recovery", outcome: "done", steps: [], findings: [] },
    writes: [{ node: "pub", line: "utils service restart Cisco Tftp", end: null }],
  };
  const judged = (change: object) => {
    const entries = write(started, sent, done);
    const text = JSON.stringify({ ...report, startedAt: entries[0]?.at, ...change });
    rmSync(journalPath());
    return judgeReport(text, entries).state;
  };
  const line = (text: string) => ({ writes: [{ ...report.writes[0], line: text }] });

  test.each<[string, object, string]>([
    ["as it was written", {}, "whole"],
    ["with more in it than is known", { more: 1, steps: [{ step: "phones", outcome: "pending" }] }, "whole"],
    ["masked where the journal is not", line("utils service restart •••• Tftp"), "whole"],
    ["masked at its end", line("utils service restart ••••"), "whole"],
    ["masked, and changed beside it", line("utils service stop •••• Tftp"), "damaged"],
    ["masked, with words behind", line("•••• Tftp now"), "damaged"],
    ["without what was sent", { writes: [] }, "damaged"],
    ["with more sent", { writes: [...report.writes, ...report.writes] }, "damaged"],
    ["with a plan that nobody made", { plan: "x" }, "damaged"],
    ["of another run", { run: "other" }, "damaged"],
    ["with parts of another shape", { steps: null }, "damaged"],
  ])("%s", (_what, change, verdict) => {
    expect(judged(change)).toBe(verdict);
  });

  test("of a run that never ended tells more than its journal", () => {
    const entries = write(started);
    expect(judgeReport(JSON.stringify(report), entries).state).toBe("damaged");
    expect(judgeReport("[]", entries).state).toBe("damaged");
  });
});
