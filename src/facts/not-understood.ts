// What was read and why it makes no sense in; the OperatorError that says so out.
import { OperatorError } from "../base/errors.ts";

const tailLength = 300;

/** For answers of the platform: the message ends with the last 300 characters as they came. */
export function answerNotUnderstood(command: string, text: string, why: string): OperatorError {
  const tail = text.length > tailLength ? `…${text.slice(-tailLength)}` : text;
  return new OperatorError(
    "answer-not-understood",
    `the answer to "${command}" was not understood: ${why}; it ends with: ${tail}`,
    {
      hint: `Run "${command}" on the node by hand and compare its answer.`,
    },
  );
}

/** For bytes: `offset` is where reading stopped. */
export function fileUnreadable(what: string, why: string, offset?: number, cause?: unknown): OperatorError {
  const where = offset === undefined ? "" : ` at byte ${offset}`;
  return new OperatorError("file-unreadable", `${what} cannot be read: ${why}${where}`, {
    hint: "Fetch the file again and check that it is whole and of the expected kind.",
    cause,
  });
}
