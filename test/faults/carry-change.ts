// One trouble at a write of a change of certificates → what `resume` made of it, counted by the lab, and held against the promises.
import { expect } from "vitest";
import type { FaultPoint } from "../../mocks/lab/faults.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import type { CliResult } from "../support/run-cli.ts";
import {
  type CaseResult,
  checkedDocument,
  expectNoSecret,
  expectWholeJournal,
  isResumable,
  wordOf,
} from "./carry-case.ts";
import type { SweepLab } from "./sweep-lab.ts";
import type { PointTrouble } from "./troubles.ts";

export type ChangeWrite = "regenerate" | "restart-tvs" | "restart-tftp";

/** The line of the write that is struck, on the publisher: `cert regen east TVS --node pub`. */
export const changeLines: Readonly<Record<ChangeWrite, RegExp>> = {
  regenerate: /^set cert regen TVS$/,
  "restart-tvs": /^utils service restart Cisco Trust Verification Service$/,
  "restart-tftp": /^utils service restart Cisco Tftp$/,
};

export interface ChangeCase {
  readonly trouble: PointTrouble | "held-by-hand";
  readonly write: ChangeWrite;
  readonly at: FaultPoint;
}

/** Carries one case out from the moment that was put back: the run waits for `phones-ready`. */
export async function carryChange(sweep: SweepLab, one: ChangeCase, run: string): Promise<CaseResult> {
  const { cluster, lab } = sweep;
  const line = changeLines[one.write];
  const typed = () => cluster.commandLog.filter((entry) => entry.node === "pub" && line.test(entry.line));
  const took = () => cluster.writes.filter((entry) => entry.node === "pub" && line.test(entry.line)).length;
  arrange(sweep, one, line);
  const said: CliResult[] = [];
  const resume = async (...flags: string[]): Promise<RunDocument> => {
    const result = await sweep.run(["resume", run, "--no-wait", "--yes", "--json", ...flags]);
    said.push(result);
    return checkedDocument(result);
  };
  const first = await resume("--confirm", "phones-ready");
  const sentAt = sweep.passed.findLastIndex(({ command, at }) => at.kind === "before" && line.test(command));
  const looks = sweep.passed
    .slice(sentAt + 1)
    .some(({ command }) => /^(login|show |utils service list)/.test(command));

  let last = first;
  let byHand = 0;
  const told: string[] = [];
  for (let tries = 0; !isEnded(last) && isResumable(last); tries += 1) {
    if (tries > 8) throw new Error(`no end: ${told.join(", ")}`);
    const before = typed().length;
    if (last.outcome === "held" && last.until !== null) {
      const restMs = Date.parse(last.until) - lab.clock.now();
      expect(restMs, "it ends in the future").toBeGreaterThan(0);
      await lab.clock.advance(restMs + 1_000);
      last = await resume();
      told.push(`then: ${wordOf(last)}`);
    } else if (last.outcome === "held") {
      // Only the restart of a service other than Cisco Tftp asks a person, who looks and does it where it did not take place.
      expect([one.write, last.waitsFor]).toEqual([
        "restart-tvs",
        expect.stringContaining("trust-verification"),
      ]);
      expectQuestion(last);
      if (took() === 0) {
        byHand += 1;
        await restartByHand(sweep);
      }
      last = await resume("--confirm", last.waitsFor ?? "");
      expect(typed().length, "it is not sent again").toBe(before);
      told.push(`confirmed: ${wordOf(last)}`);
    } else {
      last = await resume();
      told.push(wordOf(last));
      if (last.outcome !== "done" && last.outcome !== "warned")
        expect(typed().length, "nothing is sent at once").toBe(before);
    }
  }
  cluster.faults.clear();
  expect(took() - byHand, "carried out at most once").toBeLessThanOrEqual(1);
  expectApart(
    one,
    typed().map(({ at }) => at),
  );
  expect(cluster.bootPhones().filter(({ accepted }) => accepted === "rejected")).toEqual([]);
  expectRefusals(sweep, one);
  expectWholeJournal(sweep, run, last);
  expectNoSecret(sweep, said);
  expect(cluster.complaints).toEqual([]);
  return {
    ...{
      first: wordOf(first),
      looks,
      resumes: told.join(", ").replaceAll(asked, "(asked)") || "-",
      final: wordOf(last),
    },
    ...{ sent: typed().length, took: took(), isSentAgain: typed().length > 1 },
  };
}

/** The step of the restart, as a held run names it. */
const asked = "(regenerate-tvs-pub-trust-verification-service)";
const isEnded = ({ outcome }: RunDocument) => outcome === "done" || outcome === "warned";

function arrange(sweep: SweepLab, { trouble, at }: ChangeCase, command: RegExp): void {
  const { cluster } = sweep;
  if (trouble !== "held-by-hand") {
    cluster.faults.add({ node: "pub", command, at, action: trouble.action });
    return;
  }
  // Somebody regenerates another unit on the node at the very moment at which the line is typed.
  const { push } = cluster.commandLog;
  cluster.commandLog.push = (...entries) => {
    if (entries.some(({ node, line }) => node === "pub" && command.test(line))) {
      cluster.commandLog.push = push;
      cluster.regenerate(cluster.publisher, "tomcat", "set cert regen tomcat");
    }
    return push.apply(cluster.commandLog, entries);
  };
}

/** A line is typed again only when what may still be at work has had its time. */
function expectApart({ write, trouble }: ChangeCase, times: readonly number[]): void {
  const settleMs = write === "regenerate" && trouble !== "held-by-hand" ? 600_000 : 300_000;
  for (const [index, at] of times.slice(1).entries())
    expect(at - (times[index] ?? 0), "sent twice within its settling time").toBeGreaterThanOrEqual(settleMs);
}

/** A refusal leaves no write behind: typed once more than carried out, and apart by the hold. */
function expectRefusals(sweep: SweepLab, { trouble }: ChangeCase): void {
  if (trouble !== "held-by-hand") return;
  const { commandLog, writes } = sweep.cluster;
  const [byHand, ours] = writes.filter(({ kind }) => kind === "regen");
  expect((ours?.at ?? 0) - (byHand?.at ?? 0)).toBeGreaterThanOrEqual(300_000);
  expect(commandLog.filter(({ line }) => changeLines.regenerate.test(line))).toHaveLength(2);
}

function expectQuestion({ steps, next, waitsFor, run }: RunDocument): void {
  const { detail } = steps.find(({ step }) => step === waitsFor) ?? { detail: "" };
  expect(detail).toMatch(
    /^the restart of Cisco Trust Verification Service on pub was sent at .*Z and its end is not known\./,
  );
  expect(detail).toMatch(/it is not sent again\.$/);
  expect(next).toBe(`When that is clear: itlctl resume ${run} --confirm ${waitsFor}`);
}

async function restartByHand({ cluster, lab }: SweepLab): Promise<void> {
  const line = "utils service restart Cisco Trust Verification Service";
  const restarting = cluster.restartService(cluster.publisher, line.replace("utils service restart ", ""), {
    line,
  });
  await lab.clock.advance(60_000);
  await restarting;
}
