// A service restarted node by node, the publisher first, each checked with `utils service list` before the next.
import { OperatorError } from "../../base/errors.ts";
import { parseServiceRestart } from "../../facts/service-restart.ts";
import { parseServiceList } from "../../facts/service-list.ts";
import type { Step } from "../../playbook/step.ts";
import { utilsServiceList } from "../../session/read-commands.ts";
import { restartService } from "../../session/write-commands.ts";
import { observeCluster } from "../observe-cluster.ts";
import { lastWrite, type WriteRecord } from "../replay.ts";
import { readAnswer } from "../../session/read-answer.ts";
import type { RunContext, StepKind, StepResult } from "../step-kind.ts";
import { sendWrite } from "./send-write.ts";
import { listSha1, nodeOf } from "./standing.ts";
import { throwIfInterrupted, waitToSettle, waitUntil } from "./timed-wait.ts";

type RestartStep = Extract<Step, { verb: "restart-service" }>;

/** A restarted service may go back to the prompt while it is still starting: `utils service list` decides, for this long. */
const startLimits = { forMs: 5 * 60_000, everyMs: 5_000 };
/** How long a restart whose session was lost is given before it may be sent again. */
const settleMs = 5 * 60_000;

/** `restart-service`: at most one restart a node; a restart of unknown outcome is looked at, and sent again only where the node still serves its baseline. */
export const restartServiceStep: StepKind<RestartStep> = {
  async carryOut(step, context) {
    const done: string[] = [];
    for (const name of nodesOfRestart(step, context)) {
      throwIfInterrupted(context);
      const known = context.state().steps.find((state) => state.step === step.id)?.nodes ?? [];
      if (!known.some((state) => state.node === name && state.outcome === "done")) {
        const result = await restartOn(step, context, name);
        if (result !== null) return result;
      }
      done.push(name);
    }
    const detail =
      done.length === 0
        ? `${step.service} is activated on no node of this run`
        : `${step.service} restarted and started on ${done.join(", ")}`;
    return { kind: done.length === 0 ? "skipped" : "done", node: null, detail };
  },
};

/** The nodes it is restarted on, the publisher first: those named, else the TFTP nodes for Cisco Tftp, else wherever it is activated. */
export function nodesOfRestart(
  step: Pick<RestartStep, "service" | "nodes">,
  context: Pick<RunContext, "ground" | "work">,
): string[] {
  const { publisher, tftpNodes, seenNodes } = context.ground();
  if (step.nodes !== undefined && step.nodes.length > 0) return nodesInOrder(publisher, step.nodes);
  if (step.service === "Cisco Tftp") return nodesInOrder(publisher, tftpNodes);
  const { activatedServices } = context.work();
  return nodesInOrder(
    publisher,
    seenNodes.filter((node) => activatedServices[node]?.includes(step.service)),
  );
}

/** Null when the service is restarted and started on this node. */
async function restartOn(step: RestartStep, context: RunContext, name: string): Promise<StepResult | null> {
  const earlier = lastWrite(context.state(), step.id, name);
  const now = isShownByList(step) ? await sha1Of(context, name) : null;
  if (earlier !== undefined && !isShownByList(step) && isEndUnknown(step, context, name, earlier))
    return (await askWhetherRestarted(step, context, name, earlier)) ?? restarted(step, context, name);
  if (earlier !== undefined && now === null && isShownByList(step)) {
    return trouble(
      step,
      context,
      name,
      "outcome-unknown",
      `the restart sent at ${earlier.intendedAt} could not be checked`,
    );
  }
  const isDoneAlready =
    earlier !== undefined && (earlier.end === "answered" || now !== earlier.baseline[name]);
  if (!isDoneAlready) {
    const settledAt = earlier === undefined ? 0 : Date.parse(earlier.intendedAt) + settleMs;
    if (context.clock.now() < settledAt) {
      const text = `the restart of ${step.service} on ${name} sent at ${earlier?.intendedAt} has shown no effect yet; it may still be at work`;
      return (await waitToSettle(context, step.id, name, text, settledAt)) ?? restartOn(step, context, name);
    }
    const outcome = await sendWrite(context, step.id, name, restartService(step.service), { [name]: now });
    if ((outcome.kind === "lost" || outcome.kind === "timed-out") && !isShownByList(step))
      return trouble(step, context, name, "outcome-unknown", outcome.detail);
    if (outcome.kind === "lost" || outcome.kind === "timed-out") {
      const after = await sha1Of(context, name);
      if (after === null || after === now)
        return trouble(step, context, name, "outcome-unknown", outcome.detail);
    } else if (outcome.kind !== "answered") {
      await outcome.leave();
      return afterRefusal(step, context, name, now, outcome.detail);
    } else if (!isUnderstood(outcome.text, step.service)) {
      const what = `the platform did not say in known words that it restarts: ${outcome.tail}`;
      await outcome.leave();
      if (!isShownByList(step)) return trouble(step, context, name, "outcome-unknown", what);
      return afterRefusal(step, context, name, now, what);
    }
  }
  return restarted(step, context, name);
}

/** Only a restart of Cisco Tftp can be told from outside: it writes the list anew. */
function isShownByList(step: RestartStep): boolean {
  return step.service === "Cisco Tftp";
}

/**
 * A restart whose end nobody saw, of a service that does not tell when it started: it is not sent again, as it drops
 * calls or logins; a person says whether it took place. Null: it did.
 */
async function askWhetherRestarted(
  step: RestartStep,
  context: RunContext,
  name: string,
  earlier: WriteRecord,
): Promise<StepResult | null> {
  const text = `the restart of ${step.service} on ${name} was sent at ${earlier.intendedAt} and its end is not known. Look whether it took place (RTMT, or \`utils service list\` and the alarms of ${name}), restart it by hand if it did not, and say so here; it is not sent again.`;
  if (isAnsweredFor(step, context, name)) return null;
  if (context.confirmedStep !== step.id) {
    context.record({ kind: "waiting", step: step.id, text, until: null });
    await context.pool.closeAll();
    const answer = context.operator === null ? "later" : await context.operator.confirmStep(step.id, text);
    if (answer === "later") {
      const next = `When that is clear: itlctl resume ${context.run} --confirm ${step.id}`;
      return { kind: "held", node: name, detail: text, until: null, next };
    }
  }
  const by = context.confirmedStep === step.id ? "flag" : "terminal";
  context.record({ kind: "confirmed", step: step.id, by });
  return null;
}

/** Lost, refused, or answered in words that are not known. */
function isEndUnknown(step: RestartStep, context: RunContext, name: string, earlier: WriteRecord): boolean {
  if (earlier.end !== "answered") return true;
  const known = context.state().steps.find((state) => state.step === step.id)?.nodes ?? [];
  return known.some((state) => state.node === name && state.outcome === "unknown");
}

/** A word that was given since the restart was sent on this node: each node of the step needs its own. */
function isAnsweredFor(step: RestartStep, context: RunContext, name: string): boolean {
  const entries = context.journal.entries();
  const sentAt = entries.findLastIndex(
    (entry) => entry.kind === "write-intended" && entry.step === step.id && entry.node === name,
  );
  return entries.findLastIndex((entry) => entry.kind === "confirmed" && entry.step === step.id) > sentAt;
}

/** Null when the service is started and this node's part is in the journal. */
async function restarted(step: RestartStep, context: RunContext, name: string): Promise<StepResult | null> {
  const what = `${step.service} on ${name} to be started`;
  const isStarted = await waitUntil(context, step.id, what, startLimits, () =>
    isServiceStarted(step, context, name),
  );
  if (!isStarted) {
    return trouble(
      step,
      context,
      name,
      "step-failed",
      `${step.service} is not started on ${name} after its restart`,
    );
  }
  context.record({
    kind: "node-ended",
    step: step.id,
    node: name,
    outcome: "done",
    detail: `${step.service} started`,
  });
  return null;
}

/** One look at the node after a restart that was refused, or answered in unknown words. */
async function afterRefusal(
  step: RestartStep,
  context: RunContext,
  name: string,
  before: string | null,
  what: string,
): Promise<StepResult> {
  if (!isShownByList(step)) return trouble(step, context, name, "step-failed", what);
  const after = await sha1Of(context, name);
  if (after === null)
    return trouble(step, context, name, "outcome-unknown", `${what}. Now: ${name} could not be read`);
  const standing = after === before ? "serves the list from before" : "serves another list than before";
  return trouble(step, context, name, "step-failed", `${what}. Now: ${name} ${standing}`);
}

/** Rows of this service, and nothing but known lines beside them; which state they end in is for `utils service list` to say. */
function isUnderstood(text: string, wanted: string): boolean {
  const { service, unknownLines } = parseServiceRestart(text);
  return unknownLines.length === 0 && service === wanted;
}

async function isServiceStarted(step: RestartStep, context: RunContext, name: string): Promise<boolean> {
  const node = context.cluster.nodes.find((candidate) => candidate.name === name);
  if (node === undefined) return false;
  const session = await context.pool.session(node);
  const { text } = await session.read(utilsServiceList());
  const rows = readAnswer(text, parseServiceList, session.mask);
  return rows.some((row) => row.name === step.service && row.state === "STARTED");
}

async function sha1Of(context: RunContext, name: string): Promise<string | null> {
  const { signal: _uninterrupted, ...tools } = context;
  return listSha1(nodeOf(await observeCluster(tools, "lists", [name]), name));
}

function trouble(
  step: RestartStep,
  context: RunContext,
  name: string,
  code: "outcome-unknown" | "step-failed",
  what: string,
): StepResult {
  const message = `restart of ${step.service} on ${name}: ${what}`;
  context.record({
    ...{ kind: "node-ended", step: step.id, node: name, detail: message },
    outcome: code === "outcome-unknown" ? "unknown" : "failed",
  });
  const hint = isShownByList(step)
    ? `Look at ${name} with \`utils service list\`, then \`itlctl resume ${context.run}\`: it looks before it acts.`
    : `Find out whether it took place (RTMT, or \`utils service list\` and the alarms of ${name}), then \`itlctl resume ${context.run}\`: it asks for your word where that cannot be seen from outside, and does not send it again.`;
  const error = new OperatorError(code, message, {
    hint,
    place: { cluster: context.cluster.name, node: name, step: step.id },
  });
  return { kind: code === "outcome-unknown" ? "unknown" : "failed", node: name, detail: message, error };
}

/** The publisher first, then the others as the inventory has them. */
function nodesInOrder(publisher: string, nodes: readonly string[]): string[] {
  return [...nodes].sort((a, b) => Number(b === publisher) - Number(a === publisher));
}
