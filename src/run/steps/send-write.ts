// The narrow gate every write goes through: intent in the journal first, then the line, then how its dialogue ended.
import type { WriteCommand } from "../../session/write-commands.ts";
import { OperatorError } from "../../base/errors.ts";
import type { WriteOutcome } from "../../session/write-outcome.ts";
import type { RunContext } from "../step-kind.ts";
import { throwIfInterrupted } from "./timed-wait.ts";

/** How a write's dialogue ended; `detail` for people, already masked. */
export type SentWrite =
  | { readonly kind: "answered"; readonly text: string; readonly tail: string }
  | {
      readonly kind: "refused" | "unexpected-question" | "lost" | "timed-out";
      readonly text: string;
      readonly tail: string;
      readonly detail: string;
    };

/** `leave` closes the session of the write: where its answer was not understood it may be out of step, and the look gets a new one. */
interface LeftSession {
  leave(): Promise<void>;
}

/**
 * Sends one write. Before: the intent is on disk. After: its end is on disk. Throws only when nothing was sent; a step
 * may then be carried out again. Nobody retries it here.
 */
export async function sendWrite(
  context: RunContext,
  step: string,
  nodeName: string,
  command: WriteCommand,
  baseline: Readonly<Record<string, string | null>>,
): Promise<SentWrite & LeftSession> {
  const node = context.cluster.nodes.find((candidate) => candidate.name === nodeName);
  if (node === undefined) throw new Error(`${nodeName} is not in the inventory`);
  const session = await context.pool.session(node);
  throwIfInterrupted(context);
  context.record({ kind: "write-intended", step, node: nodeName, line: command.line, baseline });
  context.events.emit({ kind: "sending", step, node: nodeName, line: command.line });
  const outcome = await session.write(command, {
    onText: (text) => context.events.emit({ kind: "platform-line", node: nodeName, text }),
  });
  const sent = sentWriteOf(outcome);
  context.record({
    kind: "write-ended",
    step,
    node: nodeName,
    end: outcome.wasSent ? sent.kind : "not-sent",
    detail: sent.kind === "answered" ? "prompt returned" : sent.detail,
  });
  if (!outcome.wasSent) {
    throw new OperatorError("session-lost", sent.kind === "answered" ? "nothing was sent" : sent.detail, {
      hint: "Check the way to the node, then resume.",
      place: { cluster: context.cluster.name, node: nodeName, step },
    });
  }
  return { ...sent, leave: () => session.close() };
}

function sentWriteOf(outcome: WriteOutcome): SentWrite {
  const { text, tail, message: detail } = outcome;
  if (outcome.kind === "unexpected-question" || outcome.kind === "refused")
    return { kind: outcome.kind, text, tail, detail: `${detail}: ${tail}` };
  if (outcome.kind !== "answered") return { kind: outcome.kind, text, tail, detail };
  if (outcome.isRefused) return { kind: "refused", text, tail, detail: `the platform refused: ${tail}` };
  return { kind: "answered", text, tail };
}
