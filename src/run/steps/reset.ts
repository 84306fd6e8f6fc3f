// The one write that brings trust back: `utils itl reset` on the publisher. Observe, compare with the baseline, write once, look again.
import { commonName } from "../../base/subject-name.ts";
import { OperatorError } from "../../base/errors.ts";
import type { ClusterFacts } from "../../facts/node-facts.ts";
import type { Step } from "../../playbook/step.ts";
import type { RemoteKey } from "../../verdict/preflight.ts";
import { sameSigner } from "../../verdict/signer-identity.ts";
import type { WriteCommand } from "../../session/write-commands.ts";
import { ccmPasswordOf } from "../ccm-password.ts";
import { observeCluster } from "../observe-cluster.ts";
import type { RecoveryBasis } from "../recovery-basis.ts";
import type { OfferedRemoteKey } from "../remote-key.ts";
import { resetBasis } from "../reset-basis.ts";
import { lastWrite, type WriteRecord } from "../replay.ts";
import type { RunContext, StepKind, StepResult } from "../step-kind.ts";
import { judgeResetAnswer } from "./reset-answer.ts";
import { resetCommand } from "./reset-command.ts";
import { remoteKeyOfRun } from "../backup/remote-key-of-run.ts";
import { nodeOf, sortByStanding, type Standing, standingOf, standingText } from "./standing.ts";
import { throwIfInterrupted, waitToSettle } from "./timed-wait.ts";
import { sendWrite } from "./send-write.ts";

type ResetStep = Extract<Step, { verb: "reset" }>;

/** How long a reset whose session was lost may still be at work on the nodes before it may be sent again: it restarts TFTP on each (platform notes: allow ten minutes and more). */
const settleMs = 15 * 60_000;

/** `reset`: sends `utils itl reset` at most once; never again unless every node still serves its baseline and the settle time has passed. */
export const reset: StepKind<ResetStep> = {
  async carryOut(step, context) {
    throwIfInterrupted(context);
    const prepared = await resetBasis(step, context);
    if ("kind" in prepared) return prepared;
    const basis = prepared;
    const before = await observeCluster(context, "lists", basis.tftpNodes);
    const standings = standingsOf(before, basis);
    const sorted = sortByStanding(standings);
    const earlier = lastWrite(context.state(), step.id);

    if (sorted.intended.length === basis.tftpNodes.length) {
      const detail = `every TFTP node already serves a list signed by ${commonName(basis.choice.signer.subject)}`;
      return { kind: earlier ? "done" : "skipped", node: basis.publisher, detail };
    }
    if (earlier) {
      const stop = await judgeEarlierWrite(step, context, basis, earlier, standings);
      if (stop !== null) return stop;
    } else {
      refuseChangedBaseline(basis, standings);
    }
    return writeOnce(step, context, basis);
  },
};

async function writeOnce(step: ResetStep, context: RunContext, basis: RecoveryBasis): Promise<StepResult> {
  const ccmPassword = await ccmPasswordOf(context, basis.release);
  const remoteKey = basis.choice.key === "remote" ? remoteKeyOfRun(context, basis) : null;
  const offered = remoteKey === null ? null : await remoteKey.offer();
  let result: StepResult;
  try {
    refuseOtherKey(basis, offered?.key ?? null);
    result = await sendOnce(step, context, basis, resetCommand(basis, offered, ccmPassword));
  } catch (error) {
    await closeOffered(context, offered);
    throw error;
  }
  const left = await closeOffered(context, offered);
  return left === null ? result : { ...result, detail: `${result.detail}; ${left}` };
}

/** Ends the offer; what cannot be cleaned up is told and changes nothing about how the reset ended. */
async function closeOffered(context: RunContext, offered: OfferedRemoteKey | null): Promise<string | null> {
  try {
    await offered?.close();
    return null;
  } catch (error) {
    if (offered === null || !(error instanceof OperatorError)) throw error;
    const { host, path } = offered.address;
    const left = `a copy of the key may be left in ${host}:${path} (${error.message})`;
    context.events.emit({ kind: "note", text: `${left}. ${error.hint}` });
    return left;
  }
}

/** What the vault holds now has to be what the plan rests on; `key` null: it lies at a given address and is not looked into again. */
function refuseOtherKey(basis: RecoveryBasis, key: RemoteKey | null): void {
  if (key === null) return;
  const { identity, note } = key;
  const { signer, isAssumed } = basis.choice;
  if (identity === null) {
    // Only an opened key gives the plan a certificate that is not assumed.
    if (isAssumed || signer.certificate === null) return;
    throw new OperatorError(
      "baseline-changed",
      `the plan rests on an opened recovery key (serial ${signer.serial}), and now it could not be looked into (${note}); nothing was sent`,
      { hint: "Give the password of its file again, then start the recovery again." },
    );
  }
  if (sameSigner(identity, signer)) return;
  throw new OperatorError(
    "baseline-changed",
    `the recovery key in the vault (serial ${identity.serial}) is not the one of the plan (serial ${signer.serial}); nothing was sent`,
    { hint: "Start the recovery again: it plans from what is there now." },
  );
}

async function sendOnce(
  step: ResetStep,
  context: RunContext,
  basis: RecoveryBasis,
  command: WriteCommand,
): Promise<StepResult> {
  const outcome = await sendWrite(context, step.id, basis.publisher, command, baselineOf(basis));
  if (outcome.kind === "answered") {
    const what = judgeResetAnswer(outcome.text, basis.tftpNodes);
    if (what === null) {
      const detail = `re-signed with ${commonName(basis.choice.signer.subject)} and handed to ${basis.tftpNodes.join(", ")}`;
      return { kind: "done", node: basis.publisher, detail };
    }
    await outcome.leave();
    return afterTrouble(context, basis, command, `${what}: ${outcome.tail}`, "said");
  }
  await outcome.leave();
  const lost = outcome.kind === "lost" || outcome.kind === "timed-out";
  return afterTrouble(context, basis, command, outcome.detail, lost ? "lost" : "said");
}

/** One look at the nodes after a write that did not end as it should. */
async function afterTrouble(
  context: RunContext,
  basis: RecoveryBasis,
  command: WriteCommand,
  detail: string,
  how: "lost" | "said",
): Promise<StepResult> {
  const { signal: _unused, ...tools } = context;
  const standings = standingsOf(await observeCluster(tools, "lists", basis.tftpNodes), basis);
  const sorted = sortByStanding(standings);
  const node = basis.publisher;
  const isEverywhere = sorted.intended.length === basis.tftpNodes.length;
  if (isEverywhere && how === "lost") {
    return { kind: "done", node, detail: `${detail}; but every TFTP node already serves the new list` };
  }
  const message = `${command.line} on ${node}: ${detail}. Now: ${standingText(standings)}`;
  const place = { cluster: context.cluster.name, node };
  if (how === "lost" || sorted.unreadable.length > 0) {
    const error = new OperatorError("outcome-unknown", message, {
      hint: `Run \`itlctl resume ${context.run}\`: it looks at every node before it does anything.`,
      place,
    });
    return { kind: "unknown", node, detail: message, error };
  }
  const hint = isEverywhere
    ? `Read the message; the lists are as planned, so \`itlctl resume ${context.run}\` goes on from the proof.`
    : "Read the platform's message and mend its cause; then recover anew, or go on with this run.";
  return {
    kind: "failed",
    node,
    detail: message,
    error: new OperatorError("step-failed", message, { hint, place }),
  };
}

/** What a resumed run may do about a reset that was sent before: null means that it may be sent again. */
async function judgeEarlierWrite(
  step: ResetStep,
  context: RunContext,
  basis: RecoveryBasis,
  earlier: WriteRecord,
  standings: Readonly<Record<string, Standing>>,
): Promise<StepResult | null> {
  const sorted = sortByStanding(standings);
  const node = basis.publisher;
  const place = { cluster: context.cluster.name, node };
  const message = `a reset was sent at ${earlier.intendedAt}. Now: ${standingText(standings)}`;
  if (sorted.unreadable.length > 0) {
    const hint = "Make the named nodes reachable, then resume again.";
    return {
      kind: "unknown",
      node,
      detail: message,
      error: new OperatorError("outcome-unknown", message, { hint, place }),
    };
  }
  const settledAt = Date.parse(earlier.intendedAt) + settleMs;
  const isSettled = context.clock.now() >= settledAt;
  const isUnchanged = sorted.unchanged.length === basis.tftpNodes.length;
  if (!isUnchanged && (isSettled || sorted.other.length > 0)) {
    const hint = `Do not repeat it blindly: look with \`itlctl status ${context.cluster.name}\`, abandon this run, and plan a new recovery from what is there now.`;
    return {
      kind: "failed",
      node,
      detail: message,
      error: new OperatorError("step-failed", message, { hint, place }),
    };
  }
  if (isSettled) return null;
  const held = await waitToSettle(context, step.id, node, `${message}; it may still be at work`, settledAt);
  return held ?? reset.carryOut(step, context);
}

function refuseChangedBaseline(basis: RecoveryBasis, standings: Readonly<Record<string, Standing>>): void {
  const changed = basis.baseline.filter(({ node, sha1 }) => sha1 !== null && standings[node] === "other");
  const gone = basis.baseline.filter(({ node, sha1 }) => sha1 !== null && standings[node] === "unreadable");
  if (changed.length === 0 && gone.length === 0) return;
  const named = [...changed, ...gone].map(({ node }) => node).join(", ");
  throw new OperatorError(
    "baseline-changed",
    `what ${named} serves changed since the plan was made; nothing was sent`,
    {
      hint: "Start the recovery again: it plans from what is there now.",
      place: { node: named },
    },
  );
}

function standingsOf(facts: ClusterFacts, basis: RecoveryBasis): Record<string, Standing> {
  const baseline = baselineOf(basis);
  return Object.fromEntries(
    basis.tftpNodes.map((name) => [
      name,
      standingOf(nodeOf(facts, name), basis.choice.signer, baseline[name] ?? null),
    ]),
  );
}

function baselineOf(basis: RecoveryBasis): Record<string, string | null> {
  return Object.fromEntries(basis.baseline.map(({ node, sha1 }) => [node, sha1]));
}
