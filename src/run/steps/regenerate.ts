// One unit's certificate on one node made anew: look, compare with the baseline, wait out the hold, write once, read it back.
import { OperatorError } from "../../base/errors.ts";
import { parseCertRegen } from "../../facts/cert-regen.ts";
import type { Step } from "../../playbook/step.ts";
import { regenerateCertificate } from "../../session/write-commands.ts";
import { sha1Hex } from "../node-changes.ts";
import { accountFor, holdAfterRefusal, holdAfterRegeneration, settleHold } from "../node-hold.ts";
import { lastWrite, type WriteRecord } from "../replay.ts";
import type { RunContext, StepKind, StepResult } from "../step-kind.ts";
import { acceptRegenerated } from "./accept-regenerated.ts";
import {
  isBaseline,
  lookAtTarget,
  lookForTarget,
  refuseTarget,
  type Target,
  targetOf,
  type TargetLook,
  trouble,
} from "./regeneration-target.ts";
import { type SentWrite, sendWrite } from "./send-write.ts";
import { throwIfInterrupted, waitToSettle } from "./timed-wait.ts";
import { waitForHolds } from "./wait-for-hold.ts";

type RegenerateStep = Extract<Step, { verb: "regenerate" }>;

/** How long a regeneration whose end is not known may still be at work before it may be sent again: itlctl's own measure. */
const settleMs = 10 * 60_000;
/** So often the platform may refuse within one attempt of the step, each time for a hold. */
const mostRefusals = 5;

/**
 * `regenerate`, expanded to one unit on one node: sends `set cert regen` once. Again only where the platform refused it for
 * its hold, or the settle time of a lost one has passed, and always only while the certificate is still the baseline.
 */
export const regenerate: StepKind<RegenerateStep> = {
  async carryOut(step, context) {
    const target = targetOf(step, context);
    for (let refusals = 0; ; ) {
      throwIfInterrupted(context);
      const earlier = earlierWrite(context, target);
      const look = await lookAtTarget(context, target, earlier);
      if ("kind" in look) return look;
      if (!isBaseline(look, target)) {
        if (earlier === null) throw changedBehindUs(context, target, look);
        return acceptRegenerated(context, target, look, earlier.intendedAt);
      }
      const stop =
        refuseTarget(context, target, look) ??
        (await waitForSettling(context, target, earlier)) ??
        (await waitForHold(context, target, look));
      if (stop === "waited") continue;
      if (stop !== null) return stop;
      const sent = await sendOnce(context, target, look);
      if (sent !== "held") return sent;
      refusals += 1;
      const refused = await afterRefusal(context, target, refusals);
      if (refused !== null) return refused;
    }
  },
};

/** The last write of this step that may have changed the certificate; a refusal for the hold changed nothing. */
function earlierWrite(context: RunContext, { step, node }: Target): WriteRecord | null {
  const last = context.journal
    .entries()
    .findLast(
      (entry) =>
        (entry.kind === "write-intended" || entry.kind === "node-ended") &&
        entry.step === step &&
        entry.node === node.name,
    );
  if (last?.kind === "node-ended" && last.outcome === "held") return null;
  return lastWrite(context.state(), step, node.name) ?? null;
}

/** A write of unknown end gets its time; null: there is none, or its time is over. */
async function waitForSettling(
  context: RunContext,
  { step, unit, node }: Target,
  earlier: WriteRecord | null,
): Promise<StepResult | "waited" | null> {
  if (earlier === null) return null;
  const settledAt = Date.parse(earlier.intendedAt) + settleMs;
  if (context.clock.now() >= settledAt) return null;
  const text = `the regeneration of ${unit} on ${node.name} sent at ${earlier.intendedAt} has shown no effect yet; it may still be at work`;
  return (await waitToSettle(context, step, node.name, text, settledAt)) ?? "waited";
}

async function waitForHold(
  context: RunContext,
  { step, node }: Target,
  look: TargetLook,
): Promise<StepResult | "waited" | null> {
  const state = settleHold(context, node.name, look.changes);
  if (state.kind === "none") return null;
  return (await waitForHolds(context, step, [state])) ?? "waited";
}

/** `held`: the platform refused for its hold. */
async function sendOnce(context: RunContext, target: Target, look: TargetLook): Promise<StepResult | "held"> {
  const { step, unit, node } = target;
  const intendedAt = new Date(context.clock.now()).toISOString();
  const sent = await sendWrite(context, step, node.name, regenerateCertificate(unit), {
    [node.name]: sha1Hex(look.certificate.sha1),
  });
  if (sent.kind !== "answered") {
    await sent.leave();
    const how = sent.kind === "lost" || sent.kind === "timed-out" ? "lost" : "said";
    return afterTrouble(context, target, sent.detail, how, intendedAt);
  }
  const answer = parseCertRegen(sent.text);
  if (answer.kind === "held" && answer.refusedUnit === unit) {
    const detail = `the platform refused for its hold: ${answer.changedUnit} has changed on ${node.name}`;
    context.record({ kind: "node-ended", step, node: node.name, outcome: "held", detail });
    await rearm(context, target, answer.changedUnit);
    return "held";
  }
  if (answer.kind === "regenerated" && answer.unit === unit) {
    holdAfterRegeneration(context, node.name, unit);
    return readBack(context, target, sent, intendedAt);
  }
  await sent.leave();
  const what = `the platform said something that is not known: ${sent.tail}`;
  return afterTrouble(context, target, what, "said", intendedAt);
}

async function rearm(context: RunContext, target: Target, unit: string): Promise<void> {
  const { step, node } = target;
  const refusals = context.journal
    .entries()
    .filter((entry) => entry.kind === "node-ended" && entry.step === step && entry.outcome === "held");
  const look = await lookForTarget(context, target);
  const changes = "changes" in look ? look.changes : null;
  holdAfterRefusal(context, node.name, { unit, changes, isAgain: refusals.length > 1 });
}

/** Null: waited for and looked at again by the caller. */
async function afterRefusal(
  context: RunContext,
  target: Target,
  refusals: number,
): Promise<StepResult | null> {
  if (refusals < mostRefusals) return null;
  const { unit, node } = target;
  return trouble(
    context,
    target,
    "step-failed",
    `the platform refused ${refusals} times for its hold, and each was waited out; nothing was changed`,
    `Find out what changes certificates on ${node.name} or why ${unit} is held there, then \`itlctl resume ${context.run}\`.`,
  );
}

/** After the platform's own word that it is done. */
async function readBack(
  context: RunContext,
  target: Target,
  sent: SentWrite,
  intendedAt: string,
): Promise<StepResult> {
  const look = await lookForTarget(context, target);
  const said = `the platform said that ${target.unit} was regenerated`;
  if ("problem" in look) {
    const what = `${said}, but it could not be read back: ${look.problem}`;
    return trouble(context, target, "outcome-unknown", what, resumeHint(context));
  }
  if (isBaseline(look, target)) {
    const what = `${said}, but shows the certificate from before: ${sent.tail}`;
    return trouble(context, target, "step-failed", what, resumeHint(context));
  }
  accountFor(context, target.node.name, target.unit, look.certificate);
  return acceptRegenerated(context, target, look, intendedAt);
}

/** One look after a write that did not end as it should. */
async function afterTrouble(
  context: RunContext,
  target: Target,
  detail: string,
  how: "lost" | "said",
  intendedAt: string,
): Promise<StepResult> {
  const look = await lookForTarget(context, target);
  const told = (now: string) => `${detail}. Now: ${now}`;
  if ("problem" in look) {
    const now = `the ${target.unit} certificate of ${target.node.name} could not be read: ${look.problem}`;
    return trouble(context, target, "outcome-unknown", told(now), resumeHint(context));
  }
  if (isBaseline(look, target)) {
    const code = how === "lost" ? "outcome-unknown" : "step-failed";
    const hint =
      how === "lost"
        ? resumeHint(context)
        : `Read the platform's message and mend its cause. ${resumeHint(context)}`;
    return trouble(context, target, code, told(`${target.node.name} has the certificate from before`), hint);
  }
  if (how === "lost") return acceptRegenerated(context, target, look, intendedAt);
  // The platform counts a hold from it, whatever it said.
  settleHold(context, target.node.name, look.changes);
  const now = `${target.node.name} has another certificate than before, serial ${look.certificate.serial}`;
  return trouble(
    context,
    target,
    "step-failed",
    told(now),
    `Read the platform's message. ${resumeHint(context)}`,
  );
}

function resumeHint(context: RunContext): string {
  return `Run \`itlctl resume ${context.run}\`: it looks at the certificate before it does anything.`;
}

function changedBehindUs(
  context: RunContext,
  { unit, node, baseline }: Target,
  look: TargetLook,
): OperatorError {
  return new OperatorError(
    "baseline-changed",
    `the ${unit} certificate of ${node.name} is not the one of the plan any more (serial ${look.certificate.serial}, planned from ${baseline.serial}); nothing was sent`,
    {
      hint: `Find out who changed it, then plan anew from what is there now: itlctl abandon ${context.run}.`,
      place: { cluster: context.cluster.name, node: node.name },
    },
  );
}
