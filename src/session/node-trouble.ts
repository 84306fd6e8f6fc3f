// An error of opening or using a session → the trouble that stands for it among a node's facts. Light: it is loaded before the first login.
import { OperatorError } from "../base/errors.ts";
import type { NodeTrouble } from "../facts/node-facts.ts";

/** The finding code that stands for an error of opening or using a session. */
export function troubleOf(error: unknown, command: string | null): NodeTrouble {
  if (!(error instanceof OperatorError)) throw error;
  const message = error.message;
  if (error.code === "login-refused") return { code: "login-refused", command, message };
  if (error.code === "host-key-unknown" || error.code === "host-key-changed") {
    return { code: "host-key-refused", command, message };
  }
  if (
    error.code === "node-unreachable" ||
    error.code === "session-lost" ||
    error.code === "command-timed-out"
  ) {
    return { code: "node-unreachable", command, message };
  }
  return { code: "answer-not-understood", command, message };
}
