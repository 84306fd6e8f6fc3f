// Blocking findings → the error that a recovery ends with.
import { OperatorError } from "../base/errors.ts";
import type { Finding } from "../verdict/verdict.ts";

/** `blocked`, with every code in the message and the first finding's advice as hint. */
export function blockedBy(cluster: string, blocking: readonly Finding[]): OperatorError {
  const [first] = blocking;
  const codes = [...new Set(blocking.map((finding) => finding.code))].join(", ");
  const why = first?.message ?? "no key is known that phones would accept";
  return new OperatorError("blocked", `blocked by ${codes || "key-not-held"}: ${why}`, {
    hint: first?.advice ?? "Read the findings.",
    place: { cluster, step: "preflight", ...(first?.node ? { node: first.node } : {}) },
  });
}
