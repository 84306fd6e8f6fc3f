// One case of the sweep → what `recover` and `resume` made of it, counted by the lab, and held against the promises.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { FaultPoint } from "../../mocks/lab/faults.ts";
import { isListSignedBy, readList } from "../../mocks/lab/list-bytes.ts";
import { servedBytes } from "../../mocks/lab/phones.ts";
import { errorCodes } from "../../src/base/errors.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { readJournal } from "../../src/run/journal.ts";
import { replay } from "../../src/run/replay.ts";
import type { CliResult } from "../support/run-cli.ts";
import type { SweepLab } from "./sweep-lab.ts";
import type { Trouble } from "./troubles.ts";

/** Which write is struck, where, by what; `at` null for troubles that lie in the cluster. */
export interface SweepCase {
  readonly trouble: Trouble;
  readonly node: string;
  readonly write: "reset" | "restart";
  readonly at: FaultPoint | null;
  /** False: the case ends where the write is proven, at the wait for the phones. */
  readonly isCarriedOn: boolean;
}

/** What came of it: the cells of the table. */
export interface CaseResult {
  readonly first: string;
  /** Whether nodes were read after the write; null where none was sent. */
  readonly looks: boolean | null;
  readonly resumes: string;
  /** Null where the case was not carried on to the end of the run. */
  readonly final: string | null;
  /** Lines of the struck kind that were typed, and how many of them took effect. */
  readonly sent: number;
  readonly took: number;
  /** The same line was typed on the same node once more. */
  readonly isSentAgain: boolean;
}

const lines = { reset: /^utils itl reset /, restart: /^utils service restart / };
const settleMs = { reset: 15 * 60_000, restart: 5 * 60_000 };
const exits: Record<string, number> = {
  ...{ done: 0, warned: 3, blocked: 20, held: 21, unknown: 22, failed: 23, interrupted: 130, cancelled: 130 },
};

/** Carries one case out from the moment that was put back; throws where a promise is broken. */
export async function carryCase(sweep: SweepLab, one: SweepCase, run: string | null): Promise<CaseResult> {
  const { cluster } = sweep;
  const watch = watchWrites(sweep);
  const cure = arrange(sweep, one);
  const said: CliResult[] = [];
  const step = async (...args: string[]): Promise<RunDocument> => {
    const result = await sweep.run([...args, "--yes", "--json"]);
    said.push(result);
    return checkedDocument(result);
  };
  const resume = (id: string, ...flags: string[]) => step("resume", id, "--no-wait", ...flags);

  const first =
    run === null ? await step("recover", "east", ...sweep.flags) : await resume(run, "--confirm", "phones");
  const id = first.run ?? "";
  const { passed } = sweep;
  const writes = passed.findLastIndex(
    ({ command, at }) => at.kind === "before" && lines[one.write].test(command),
  );
  // A node that lets nobody in was asked too.
  const looks = passed.slice(writes + 1).filter(({ command }) => /^(login|show itl)$/.test(command)).length;
  const isTroubled = (document: RunDocument) => !isOnTrack(document, one.write);
  if (writes >= 0 && isTroubled(first) && first.outcome !== "held")
    expect(looks, "a look at the nodes").toBeGreaterThan(0);

  let last = first;
  const told: string[] = [];
  if (isTroubled(last) && isResumable(last)) {
    const before = watch.typed();
    last = await resume(id);
    told.push(wordOf(last));
    if (last.outcome === "held" && isTroubled(last)) {
      expect(watch.typed(), "nothing is sent while it settles").toBe(before);
      const rest = Date.parse(last.until ?? "") - sweep.lab.clock.now();
      expect(rest).toBeGreaterThan(0);
      expect(rest).toBeLessThanOrEqual(settleMs[one.write]);
    }
    if (isTroubled(last)) {
      await sweep.lab.clock.advance(settleMs[one.write]);
      last = await resume(id);
      told.push(`settled: ${wordOf(last)}`);
    }
  }
  cure();
  if (isTroubled(last) && isResumable(last)) {
    await sweep.lab.clock.advance(settleMs[one.write]);
    last = await resume(id);
    told.push(`mended: ${wordOf(last)}`);
  }
  // The wait for the phones, and from 12.0 the second one.
  for (const held of ["phones", "phones-again"]) {
    if (last.waitsFor !== held) continue;
    expectTruth(sweep, held === "phones" ? "reset" : "normal");
    expectPhones(sweep, last);
    if (!one.isCarriedOn) break;
    last = await resume(id, "--confirm", held);
  }
  if (last.outcome === "done" || last.outcome === "warned") {
    expectTruth(sweep, "normal");
    expectPhones(sweep, last);
  }
  const isCut = !one.isCarriedOn && last.waitsFor !== null;
  watch.expectPromises(settleMs);
  expectWholeJournal(sweep, id, last);
  expectNoSecret(sweep, said);
  expect(cluster.complaints).toEqual([]);
  return {
    ...{
      first: wordOf(first),
      looks: looks > 0,
      resumes: told.join(", then ") || "-",
      final: isCut ? null : wordOf(last),
    },
    sent: cluster.commandLog.filter(({ line }) => lines[one.write].test(line)).length,
    took: cluster.writes.filter(({ kind }) => kind === one.write).length,
    isSentAgain: watch.isSentAgain(),
  };
}

/** A run that is past the write: it waits for its phones, or is over. */
function isOnTrack({ outcome, waitsFor }: RunDocument, write: "reset" | "restart"): boolean {
  if (outcome === "done" || outcome === "warned") return true;
  return waitsFor === (write === "reset" ? "phones" : "phones-again");
}

/** Whether `resume` has something to go on with. */
export function isResumable({ outcome, writes }: RunDocument): boolean {
  return ["held", "unknown", "interrupted"].includes(outcome) || (outcome === "failed" && writes.length > 0);
}

/** `unknown, exit 22 (outcome-unknown)`. */
export function wordOf({ outcome, error, waitsFor, until }: RunDocument): string {
  const exit = outcome === "failed" && error !== null ? errorCodes[error.code].exit : exits[outcome];
  const why = error?.code ?? waitsFor ?? (until === null ? null : "settling");
  return `${outcome} ${exit}${why === null || why === outcome ? "" : ` (${why})`}`;
}

/** The document of a run that was begun; its exit code is the documented one. */
export function checkedDocument(result: CliResult): RunDocument {
  const document = result.json<RunDocument>();
  expect(document.run, result.stdout).not.toBeUndefined();
  const isBefore = document.outcome === "failed" && !document.writes.some(({ end }) => end !== "not-sent");
  if (isBefore) expect(result.exit).toBeGreaterThanOrEqual(10);
  if (isBefore) expect(result.exit).toBeLessThanOrEqual(16);
  else
    expect(result.exit, `${document.outcome}: ${document.error?.message ?? ""}`).toBe(
      exits[document.outcome],
    );
  if (result.exit !== 0 && result.exit !== 3 && document.outcome !== "held") {
    expect(document.error?.hint).toMatch(/^[A-Z][a-z]+ /);
    expect(document.next).not.toBeNull();
  }
  return document;
}

function arrange(sweep: SweepLab, { trouble, node, write, at }: SweepCase): () => void {
  if (trouble.kind === "cluster") return trouble.arrange(sweep, node, lines[write]);
  if (at === null) throw new Error(`${trouble.label} needs a point`);
  if (trouble.restartMs !== undefined) sweep.cluster.switches.serviceRestartMs = trouble.restartMs;
  return sweep.cluster.faults.add({ node, command: lines[write], at, action: trouble.action });
}

/** Sees every write line as it is typed, with what the TFTP nodes serve at that time. */
function watchWrites(sweep: SweepLab) {
  const { cluster } = sweep;
  const seen: { node: string; line: string; at: number; index: number; lists: (string | null)[] }[] = [];
  const lists = () => cluster.nodes.map(({ listFile }) => listFile?.toString("base64") ?? null);
  const plain = Array.prototype.push;
  cluster.commandLog.push = (...entries) => {
    for (const { node, line, at } of entries) {
      if (lines.reset.test(line) || lines.restart.test(line))
        seen.push({ node, line, at, index: cluster.commandLog.length, lists: lists() });
    }
    return plain.apply(cluster.commandLog, entries);
  };
  return {
    typed: () => seen.length,
    isSentAgain: () => new Set(seen.map(({ node, line }) => `${node} ${line}`)).size < seen.length,
    /** No second reset took effect; a line typed twice had its look, its unchanged baseline and its time. */
    expectPromises(waits: Record<"reset" | "restart", number>) {
      expect(cluster.writes.filter(({ kind }) => kind === "reset").length, "resets").toBeLessThanOrEqual(1);
      for (const [position, again] of seen.entries()) {
        const earlier = seen
          .slice(0, position)
          .findLast(({ node, line }) => node === again.node && line === again.line);
        if (earlier === undefined) continue;
        const wait = waits[lines.reset.test(again.line) ? "reset" : "restart"];
        expect(
          again.at - earlier.at,
          `${again.line} sent twice within its settling time`,
        ).toBeGreaterThanOrEqual(wait);
        expect(again.lists, `${again.line} sent twice though lists had changed`).toEqual(earlier.lists);
        const between = cluster.commandLog.slice(earlier.index + 1, again.index);
        expect(
          between.some(({ node, line }) => node === again.node && line === "show itl"),
          "looked before",
        ).toBe(true);
      }
    },
  };
}

/** Every TFTP node serves phones a list that its own key signed: the reset's signer, or the release's normal one. */
function expectTruth(sweep: SweepLab, which: "reset" | "normal"): void {
  const { cluster } = sweep;
  for (const node of cluster.activeTftpNodes()) {
    const served = servedBytes(cluster, node);
    expect(served, `${node.name} serves a list`).not.toBeNull();
    if (served === null) continue;
    const list = readList(served);
    const keys = [...node.certificates.values(), ...cluster.publisher.certificates.values()];
    expect(
      keys.some(({ publicKey }) => isListSignedBy(list, publicKey)),
      `${node.name}: signed`,
    ).toBe(true);
    if (which === "reset") continue;
    const normal = cluster.profile.normalSigner;
    const holder = normal === "CallManager" ? node : cluster.publisher;
    const signer = holder.certificates.get(normal);
    expect(
      signer !== undefined && isListSignedBy(list, signer.publicKey),
      `${node.name}: signed by ${normal}`,
    ).toBe(true);
  }
}

/** Every phone that was forecast to take the list takes it; from 12.0 those of a subscriber know no key of the publisher. */
function expectPhones({ cluster }: SweepLab, document: RunDocument): void {
  const effects = document.plan?.steps.find(({ step }) => step === "reset")?.effects ?? [];
  const isHopeless = (node: string) =>
    effects.some((line) => line.startsWith(`Phones of ${node}: will NOT take it`));
  expect(isHopeless(cluster.publisher.name)).toBe(false);
  for (const { phone, accepted, reason } of cluster.bootPhones()) {
    if (isHopeless(cluster.phone(phone).tftpNode)) continue;
    expect(["direct", "by-tvs", "same", "first"], `${phone}: ${reason}`).toContain(accepted);
  }
}

/** The journal's chain is whole, every beginning of it can be replayed, and its end is what was said. */
export function expectWholeJournal(sweep: SweepLab, run: string, last: RunDocument): void {
  const entries = readJournal(join(sweep.state(), "runs", run, "journal.jsonl"));
  for (let length = 1; length < entries.length; length += 1) replay(entries.slice(0, length));
  const state = replay(entries);
  expect([state.outcome, state.waitsFor]).toEqual([last.outcome, last.waitsFor]);
  const typed = sweep.cluster.commandLog.filter(
    ({ line }) => lines.reset.test(line) || lines.restart.test(line),
  );
  expect(state.writes.filter(({ end }) => end !== "not-sent").length).toBeGreaterThanOrEqual(
    typed.length - 1,
  );
}

/** No password of the lab in what was printed or kept. */
export function expectNoSecret(sweep: SweepLab, said: readonly CliResult[]): void {
  const secrets = [...Object.values(sweep.lab.environment), "Sftp-lab-1"];
  const texts = said.flatMap(({ stdout, stderr }) => [stdout, stderr]);
  const runs = join(sweep.state(), "runs");
  for (const entry of readdirSync(runs, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) texts.push(readFileSync(join(entry.parentPath, entry.name), "utf8"));
  const all = texts.join("\n");
  for (const secret of secrets) expect(all.includes(secret), "a password was printed or kept").toBe(false);
}
