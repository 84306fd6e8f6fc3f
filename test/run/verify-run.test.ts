// Evidence as older versions, dead processes and masking leave it: whole, with what is not recorded told; and reports held against their journal.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { createMasker } from "../../src/base/secret.ts";
import type { Plan } from "../../src/playbook/plan.ts";
import { openJournal } from "../../src/run/journal.ts";
import type { BackupRecord, JournalEntry, JournalEvent } from "../../src/run/journal-entry.ts";
import { replay } from "../../src/run/replay.ts";
import { judgeReport } from "../../src/run/report-agreement.ts";
import { seenSha1s } from "../../src/run/run-material.ts";
import { recordTranscripts, sha256Of } from "../../src/run/transcript-records.ts";
import { verifyRun } from "../../src/run/verify-run.ts";
import { openListHistory } from "../../src/served/list-history.ts";
import type { Finding } from "../../src/verdict/verdict.ts";

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
  expect(states()[1]).toBe("transcript whole: 4 bytes as recorded");
  writeFileSync(path, "onE\n");
  expect(states()[1]).toBe("transcript damaged: its first 4 bytes are not those recorded");
  writeFileSync(path, "one\ntwo\n");
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
  expect(files[0]?.detail).toBe("the run journal is damaged from line 1 on");
});

test("each transcript is held against its own records, whatever was recorded of another node", () => {
  writeFileSync(join(state, "runs", run, "transcripts", "tftp2.log"), "another\n");
  const first = recordTranscripts(state, run) ?? [];
  writeFileSync(join(state, "runs", run, "transcripts", "pub.log"), "one\ntwo\n");
  write(
    started,
    { ...done, transcripts: first },
    { kind: "run-resumed", confirmed: null },
    {
      ...done,
      transcripts: recordTranscripts(state, run) ?? [],
    },
  );
  expect(states().slice(1)).toEqual([
    "transcript whole: 8 bytes as recorded",
    "transcript whole: 8 bytes as recorded",
  ]);
});

test("a report beside the journal is looked at, with its size and digest", () => {
  write(started, done);
  const path = join(state, "runs", run, "report.json");
  writeFileSync(path, "{}");
  expect(verifyRun(state, run).files[1]).toEqual({
    ...{ file: `runs/${run}/report.json`, kind: "report", state: "damaged" },
    detail: "it tells another run than the journal does",
    ...{ sizeBytes: 2, sha256: sha256Of(Buffer.from("{}")) },
  });
  expect(verifyRun(state, run).isWhole).toBe(false);
});

test("a list that was kept is whole, damaged or missing", () => {
  const history = openListHistory(state);
  const sha1 = history.remember({
    ...{ cluster: "east", node: "pub", seenAt: "2026-11-20T22:14:03Z", bytes: Buffer.from("list") },
  });
  write(started, { ...seen, lists: { pub: sha1, tftp2: null } }, done);
  const path = join(state, "lists", `${sha1}.tlv`);
  const list = () => verifyRun(state, run).files.filter(({ kind }) => kind === "list");
  expect(list()).toEqual([
    {
      ...{ file: `lists/${sha1}.tlv`, kind: "list", state: "whole", sizeBytes: 4 },
      detail: "its SHA-1 is its name, as the journal has it",
      sha256: sha256Of(Buffer.from("list")),
    },
  ]);
  writeFileSync(path, "lisT");
  expect(list()).toMatchObject([{ state: "damaged", sizeBytes: 4 }]);
  rmSync(path);
  expect(list()).toMatchObject([
    { state: "missing", detail: "it was kept once, and is not there", sizeBytes: null, sha256: null },
  ]);
  expect(verifyRun(state, run).isWhole).toBe(false);
});

test("a run's lists are those of its plan, of each write and of each proof, each once", () => {
  const baseline = (sha1: string) => ({ baseline: [{ node: "pub", sha1 }] });
  const lists = seenSha1s({
    ...replay(write(started, { ...sent, baseline: { pub: "d4", tftp2: null } }, seen)),
    ...{ basis: baseline("b2") as never, work: baseline("a1") as never },
  });
  expect(lists).toEqual(["a1", "b2", served, "d4"]);
});

describe("a report", () => {
  const finding: Finding = { code: "itl-missing", severity: "warn", node: "pub", message: "m", advice: "" };
  const plan = { title: "t", steps: [{ step: "preflight" }, { step: "reset" }] } as unknown as Plan;
  const ended: JournalEvent = {
    ...{ kind: "step-ended", step: "preflight", node: null, outcome: "done", detail: "sub and sub" },
  };
  const report = {
    ...{ run, cluster: "east", playbook: "itl-recovery", outcome: "done", plan },
    ...{ steps: [{ step: "preflight", outcome: "done", detail: "sub and sub" }], findings: [finding] },
    writes: [{ node: "pub", line: "utils service restart Cisco Tftp", end: null }],
  };
  const all = [
    started,
    { kind: "findings", step: "preflight", findings: [finding] },
    { kind: "planned", plan, basis: null },
    ...[ended, sent, done],
  ] as const satisfies readonly JournalEvent[];
  const judgedOf = (events: readonly JournalEvent[], change: object) => {
    const entries = write(...events);
    const text = JSON.stringify({ ...report, startedAt: entries[0]?.at, ...change });
    rmSync(journalPath());
    return judgeReport(text, entries);
  };
  const line = (text: string) => ({ writes: [{ ...report.writes[0], line: text }] });
  const step = (change: object) => ({ steps: [{ ...report.steps[0], ...change }] });

  test.each<[string, object, string]>([
    ["as it was written", {}, "whole"],
    [
      "with more in it than is known",
      { more: 1, steps: [...report.steps, { step: "phones", outcome: "pending" }] },
      "whole",
    ],
    ["masked where the journal is not", line("utils service restart •••• Tftp"), "whole"],
    ["masked at its end", line("utils service restart ••••"), "whole"],
    ["masked twice", line("utils •••• restart •••• Tftp"), "whole"],
    ["masked, and changed beside it", line("utils service stop •••• Tftp"), "damaged"],
    ["masked, and changed in the middle", line("utils •••• stop •••• Tftp"), "damaged"],
    ["masked, in another order", line("utils •••• restart Cisco •••• service •••• Tftp"), "damaged"],
    ["masked, with words behind", line("•••• Tftp now"), "damaged"],
    ["masked, without its first words", line("service •••• Tftp"), "damaged"],
    ["masked, without its last words", line("utils •••• Cisco"), "damaged"],
    ["without what was sent", { writes: [] }, "damaged"],
    ["with more sent", { writes: [...report.writes, ...report.writes] }, "damaged"],
    ["with another plan", { plan: "x" }, "damaged"],
    ["with bullets for a plan", { plan: "••••" }, "damaged"],
    ["with a step more in its plan", { plan: { ...plan, steps: [...plan.steps, {}] } }, "damaged"],
    ["with another step in its plan", { plan: { ...plan, steps: [{}, {}] } }, "damaged"],
    ["of another run", { run: "other" }, "damaged"],
    ["of no run", { run: 5 }, "damaged"],
    ["with bullets where nothing is next", { next: "••••" }, "damaged"],
    ["with parts of another shape", { steps: null }, "damaged"],
    ["with another step", step({ step: "reset" }), "damaged"],
    ["with another outcome of a step", step({ outcome: "failed" }), "damaged"],
    ["with half the words of a step", step({ detail: "sub" }), "damaged"],
    ["without a finding", { findings: [] }, "damaged"],
    ["with a finding more", { findings: [finding, finding] }, "damaged"],
    ["with another finding", { findings: [{ ...finding, code: "clock-skew" }] }, "damaged"],
    ["with a finding elsewhere", { findings: [{ ...finding, node: "tftp2" }] }, "damaged"],
    ["with a finding in other words", { findings: [{ ...finding, message: "n" }] }, "damaged"],
    ["of before its end", { outcome: "running" }, "damaged"],
  ])("%s", (_what, change, verdict) => {
    expect(judgedOf(all, change).state).toBe(verdict);
  });

  test("of an earlier end is whole, and said to be so", () => {
    const newest = "it agrees with the journal";
    const resumed: JournalEvent = { kind: "run-resumed", confirmed: null };
    const stopped: JournalEvent = { ...done, outcome: "held" };
    expect(judgedOf(all, {}).detail).toBe(newest);
    const later = [...all, resumed, { ...sent, node: "tftp2" }, stopped];
    expect(judgedOf(later, {})).toEqual({
      ...{ state: "whole", detail: "it agrees with the journal as far as an earlier end" },
    });
    const writes = [...report.writes, { ...report.writes[0], node: "tftp2" }];
    expect(judgedOf(later, { writes, outcome: "held" }).detail).toBe(newest);
    const given: JournalEvent = { kind: "abandoned", reason: "the wrong night" };
    expect(judgedOf([...all.slice(0, -1), given], { outcome: "abandoned" }).detail).toBe(newest);
  });

  test("of a backup is held against the sizes of what was kept", () => {
    const backup: BackupRecord = {
      ...{ id: "b1", cluster: "east", takenAt: "2026-11-20T22:14:03Z", sizeBytes: 1709, sha256: "00" },
      ...{ certificateSerial: null, proofNote: "no password", path: "east/b1" },
      proof: "unopened",
    };
    const events: JournalEvent[] = [
      ...all.slice(0, -1),
      { kind: "backup-stored", backup, isNew: true },
      done,
    ];
    expect(judgedOf(events, { backup }).state).toBe("whole");
    expect(judgedOf(events, { backup: { ...backup, sizeBytes: 1708 } }).state).toBe("damaged");
  });

  test("of a run that never ended tells more than its journal", () => {
    const entries = write(started);
    const judged = judgeReport(JSON.stringify(report), entries);
    expect(judged).toEqual({ state: "damaged", detail: "the journal has no end that it could tell of" });
    expect(judgeReport("[]", entries).state).toBe("damaged");
  });

  test.each(["", "{", "null", '"x"'])("that reads %j is no report", (text) => {
    const judged = judgeReport(text, write(started, done));
    expect(judged).toEqual({ state: "damaged", detail: "it is not a JSON document" });
  });
});
