// A write of the CTL, carried out on the publisher: look, write once, look again; what both verbs of the CTL have in common.
import { OperatorError } from "../../base/errors.ts";
import type { WriteCommand } from "../../session/write-commands.ts";
import { lastWrite, type WriteRecord } from "../replay.ts";
import type { RunContext, StepResult } from "../step-kind.ts";
import { type CtlLook, type CtlSigner, lookAtCtl, lookAtCtlIfReadable } from "./ctl-look.ts";
import { sendWrite } from "./send-write.ts";
import { throwIfInterrupted, waitToSettle, waitUntil } from "./timed-wait.ts";

/** What the two verbs differ in. */
export interface CtlWrite {
  readonly command: WriteCommand;
  /** Whose present certificate signs the CTL afterwards; several where no document says which. */
  readonly signers: readonly CtlSigner[];
  /** Null: every word of the answer is known, and says that it is done. Else what is wrong with it. */
  judgeAnswer(text: string): string | null;
}

/** How long a write whose end is unknown may still be at work before it may be sent again. */
const settleMs = 15 * 60_000;
/** How long `show ctl` may lag behind the platform's own sentence of success. */
const shownLimits = { forMs: 60_000, everyMs: 5_000 };

/**
 * Skipped outside mixed mode. Sent at most once; again only where the CTL is the one from before and the settle time has
 * passed. Unknown words end the step as failed, whatever the CTL says; a resumed run that finds it as intended goes on.
 */
export async function carryOutCtlWrite(
  step: string,
  context: RunContext,
  write: CtlWrite,
): Promise<StepResult> {
  const { isMixedMode, publisher } = context.ground();
  if (isMixedMode !== true) {
    return { kind: "skipped", node: null, detail: "the cluster is not in mixed mode; it has no CTL" };
  }
  throwIfInterrupted(context);
  const earlier = lastWrite(context.state(), step);
  if (earlier !== undefined) {
    const result = await judgeEarlierWrite(step, context, write, earlier);
    if (result !== null) return result;
  }
  const { sha1 } = await lookAtCtl(context, write.signers);
  if (sha1 === null) {
    const message = `${publisher} has no CTL, though the cluster is in mixed mode; nothing was sent`;
    return trouble(context, step, "step-failed", message, `Look at \`show ctl\` on ${publisher} first.`);
  }
  return writeOnce(step, context, write, sha1);
}

async function writeOnce(
  step: string,
  context: RunContext,
  write: CtlWrite,
  before: string,
): Promise<StepResult> {
  const { publisher } = context.ground();
  const outcome = await sendWrite(context, step, publisher, write.command, { [publisher]: before });
  if (outcome.kind !== "answered") {
    await outcome.leave();
    const isLost = outcome.kind === "lost" || outcome.kind === "timed-out";
    return afterTrouble(step, context, write, before, outcome.detail, isLost);
  }
  const wrong = write.judgeAnswer(outcome.text);
  if (wrong !== null) {
    await outcome.leave();
    return afterTrouble(step, context, write, before, `${wrong}: ${outcome.tail}`, false);
  }
  const what = `${publisher} to show the CTL signed by its ${write.signers.join(" or ")}`;
  const shown: CtlLook[] = [];
  await waitUntil(context, step, what, shownLimits, async () => {
    const look = asIntended((await lookAtCtlIfReadable(context, write.signers)).look, before);
    if (look !== null) shown.push(look);
    return look !== null;
  });
  if (shown[0] !== undefined) return done(context, shown[0]);
  return afterTrouble(step, context, write, before, "the platform says that it is done", false);
}

/** One look at the publisher after a write that did not end as it should. */
async function afterTrouble(
  step: string,
  context: RunContext,
  write: CtlWrite,
  before: string,
  what: string,
  isLost: boolean,
): Promise<StepResult> {
  const { publisher } = context.ground();
  const seen = await lookAtCtlIfReadable(context, write.signers);
  const now = seen.look === null ? `could not be read (${seen.why})` : standingText(seen.look, before);
  const message = `${write.command.line} on ${publisher}: ${what}. Now: ${publisher} ${now}`;
  const resume = `\`itlctl resume ${context.run}\``;
  const intended = asIntended(seen.look, before);
  if (isLost && intended !== null) return done(context, intended);
  if (isLost || seen.look === null) {
    const hint = `Run ${resume}: it looks at \`show ctl\` before it does anything.`;
    return trouble(context, step, "outcome-unknown", message, hint);
  }
  const hint =
    intended !== null
      ? `Read the message; the CTL is as planned, so ${resume} goes on.`
      : `Read the platform's message and mend its cause, or run "${write.command.line}" on ${publisher} by hand; then ${resume} looks at the CTL before it does anything.`;
  return trouble(context, step, "step-failed", message, hint);
}

/** What a resumed run may do about a write that was sent before: null means that it may be sent again. */
async function judgeEarlierWrite(
  step: string,
  context: RunContext,
  write: CtlWrite,
  earlier: WriteRecord,
): Promise<StepResult | null> {
  const { publisher } = context.ground();
  const before = earlier.baseline[publisher] ?? null;
  const seen = await lookAtCtlIfReadable(context, write.signers);
  const intended = asIntended(seen.look, before);
  if (intended !== null) return done(context, intended);
  const now = seen.look === null ? `could not be read (${seen.why})` : standingText(seen.look, before);
  const message = `"${write.command.line}" was sent to ${publisher} at ${earlier.intendedAt}. Now: ${publisher} ${now}`;
  if (seen.look === null) {
    const hint = `Make ${publisher} reachable, then resume again.`;
    return trouble(context, step, "outcome-unknown", message, hint);
  }
  if (seen.look.sha1 !== before) {
    const hint = `Do not repeat it blindly: look at \`show ctl\` on ${publisher} and sign the CTL as planned by hand, then resume; or abandon this run.`;
    return trouble(context, step, "step-failed", message, hint);
  }
  const settledAt = Date.parse(earlier.intendedAt) + settleMs;
  if (context.clock.now() >= settledAt) return null;
  const held = await waitToSettle(context, step, publisher, `${message}; it may still be at work`, settledAt);
  return held ?? judgeEarlierWrite(step, context, write, earlier);
}

/** The look, if it shows another CTL than before, signed as it should be. */
function asIntended(look: CtlLook | null, before: string | null): CtlLook | null {
  const isChanged = look !== null && look.sha1 !== null && look.sha1 !== before;
  return isChanged && look.isSignedAsIntended ? look : null;
}

function standingText({ sha1, about }: CtlLook, before: string | null): string {
  return sha1 === before ? `${about}; it is the CTL from before` : `${about}; it is another CTL than before`;
}

function done(context: RunContext, { about }: CtlLook): StepResult {
  const { publisher } = context.ground();
  return { kind: "done", node: publisher, detail: `${publisher} ${about}` };
}

function trouble(
  context: RunContext,
  step: string,
  code: "outcome-unknown" | "step-failed",
  message: string,
  hint: string,
): StepResult {
  const node = context.ground().publisher;
  const place = { cluster: context.cluster.name, node, step };
  const error = new OperatorError(code, message, { hint, place });
  return { kind: code === "outcome-unknown" ? "unknown" : "failed", node, detail: message, error };
}
