// How a write's conversation ended in; its outcome with a sentence for people out.
import type { ClusterNode } from "../inventory/cluster.ts";
import type { DialogueEnd } from "./dialogue.ts";
import { renderLimit } from "./limits.ts";
import { refusalPattern } from "./platform-text.ts";
import type { WriteOutcome } from "./write-outcome.ts";

/** Judges one end; `tail` is masked already, `text` stays as it came. */
export function judgeWriteEnd(facts: {
  readonly node: ClusterNode;
  readonly line: string;
  readonly end: DialogueEnd;
  readonly wasSent: boolean;
  readonly didPromptReturn: boolean;
  readonly text: string;
  readonly tail: string;
  readonly mask: (text: string) => string;
}): WriteOutcome {
  const { node, line, end, wasSent, didPromptReturn, text, tail, mask } = facts;
  const of = (message: string) => ({ text, tail, message: mask(`${node.name}: "${line}" ${message}`) });
  const sent = wasSent ? "" : ", and the line was not sent";
  switch (end.kind) {
    case "prompt": {
      if (end.refusal !== null)
        return {
          ...of(`was given up: ${end.refusal}`),
          kind: "refused",
          wasSent: true,
          reason: end.refusal,
          didPromptReturn,
        };
      const isRefused = refusalPattern.test(text);
      return {
        ...of(isRefused ? "was refused" : "was answered"),
        kind: "answered",
        wasSent: true,
        isRefused,
      };
    }
    case "question": {
      if (end.refusal !== null)
        return {
          ...of(`was given up: ${end.refusal}`),
          kind: "refused",
          wasSent: true,
          reason: end.refusal,
          didPromptReturn,
        };
      const why =
        end.missingCredential === null
          ? `asked something unexpected (${end.name})`
          : `asked for a password that the inventory does not have: ${end.missingCredential}`;
      return {
        ...of(`${why}; Ctrl-C was sent${didPromptReturn ? "" : " and the prompt did not come back"}`),
        kind: "unexpected-question",
        wasSent: true,
        question: end.name,
        missingCredential: end.missingCredential,
        didPromptReturn,
      };
    }
    case "timed-out": {
      const how = end.limit === "silence" ? "was followed by silence for" : "was not finished within";
      return {
        ...of(`${how} ${renderLimit(end.afterMs)}${sent}`),
        kind: "timed-out",
        wasSent,
        limit: end.limit,
        afterMs: end.afterMs,
      };
    }
    case "overfull":
      return lost("it printed more text than an answer can be");
    case "cancelled":
      return lost("cancelled");
    case "closed":
      return lost(mask(end.reason));
  }
  function lost(reason: string): WriteOutcome {
    return { ...of(`lost its session: ${reason}${sent}`), kind: "lost", wasSent, reason };
  }
}
