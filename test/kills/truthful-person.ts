// A run that waits for somebody → what a person at the cluster does before saying that it is done.
import { expect } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import { readJournal } from "../../src/run/journal.ts";
import { replay } from "../../src/run/replay.ts";
import type { ToolWorld } from "./tool-world.ts";

/**
 * Resets the phones and looks at each; where the question is whether a restart took place, looks at the node and restarts
 * it by hand if it did not. True: it was that question.
 */
export async function answerTruthfully(world: ToolWorld, answer: RunDocument): Promise<boolean> {
  const cluster = world.lab.cluster();
  const step = answer.waitsFor;
  const planned = answer.plan?.steps.find((each) => each.step === step);
  if (planned?.verb !== "restart-service") {
    const answers = cluster.bootPhones();
    if (world.story.name !== "local" && world.story.name !== "remote")
      expect(answers.filter(({ accepted }) => accepted === "rejected")).toEqual([]);
    return false;
  }
  const sent = replay(readJournal(world.journal())).writes.findLast((write) => write.step === step);
  if (sent === undefined) throw new Error(`${step} asks about a restart that was never sent`);
  const { node, line, intendedAt } = sent;
  const detail = answer.steps.find((each) => each.step === step)?.detail;
  expect(detail).toContain(`on ${node} was sent at ${intendedAt} and its end is not known`);
  expect(answer.next).toContain(`--confirm ${step}`);
  const tookPlace = cluster.writes.some(
    (write) => write.node === node && write.line === line && write.at >= Date.parse(intendedAt),
  );
  if (!tookPlace)
    await cluster.restartService(cluster.node(node), line.replace("utils service restart ", ""), { line });
  return true;
}
