// How a wait for an answer ended in; the expected trouble it is, with the masked tail in its message, out.
import { OperatorError } from "../base/errors.ts";
import type { ClusterNode } from "../inventory/cluster.ts";
import type { DialogueEnd } from "./dialogue.ts";
import { renderLimit } from "./limits.ts";

const placeOf = (node: ClusterNode) => ({ cluster: node.cluster, node: node.name });
const withTail = (message: string, tail: string) =>
  tail.trim() === "" ? message : `${message}; it showed last:\n${tail}`;

/** The error of a read (or of the login, as `command`) that got no answer; `tail` is masked already. */
export function readFailure(
  node: ClusterNode,
  command: string,
  end: Exclude<DialogueEnd, { kind: "prompt" }>,
  tail: string,
): OperatorError {
  const place = placeOf(node);
  switch (end.kind) {
    case "question":
      return new OperatorError(
        "question-unexpected",
        withTail(
          `${node.name} asked something at "${command}" that itlctl does not answer (${end.name})`,
          tail,
        ),
        { hint: "Answer it once by hand in the node's own CLI, then run this again", place },
      );
    case "timed-out":
      return new OperatorError(
        "command-timed-out",
        withTail(
          end.limit === "silence"
            ? `${node.name} was silent for ${renderLimit(end.afterMs)} at "${command}"`
            : `${node.name} did not finish "${command}" within ${renderLimit(end.afterMs)}`,
          tail,
        ),
        { hint: "Look at the node's load and console, then run this again", place },
      );
    case "overfull":
      return new OperatorError(
        "answer-not-understood",
        withTail(`${node.name} answered "${command}" with more text than an answer can be`, tail),
        { hint: "Run the command by hand in the node's own CLI and look at what it prints", place },
      );
    case "cancelled":
      return new OperatorError("cancelled", `"${command}" on ${node.name} was cancelled`, {
        hint: "Run it again when wanted; it changed nothing",
        place,
      });
    case "closed":
      return new OperatorError(
        "session-lost",
        withTail(`the session with ${node.name} ended at "${command}": ${end.reason}`, tail),
        { hint: "Run this again; if it happens again, look at the network and at the node", place },
      );
  }
}

/** The error of a node that ends the session before it showed a prompt. */
export function closedBeforePrompt(node: ClusterNode, reason: string, tail: string): OperatorError {
  return new OperatorError(
    "node-unreachable",
    withTail(`${node.name} ended the session before its prompt came: ${reason}`, tail),
    {
      hint: "Close unused sessions on the node (10 are allowed by default), then run this again",
      place: placeOf(node),
    },
  );
}
