// Blocking findings → the error that a recovery ends with.
import { OperatorError } from "../base/errors.ts";
import type { Preflight } from "../verdict/preflight.ts";

/** `blocked`, with every code in the message; the hint is the first finding's advice, and the way past where there is one. */
export function blockedBy(
  cluster: string,
  preflight: Pick<Preflight, "blocking" | "isAcceptable">,
): OperatorError {
  const { blocking, isAcceptable } = preflight;
  const [first] = blocking;
  const codes = [...new Set(blocking.map((finding) => finding.code))];
  const why = first?.message ?? "no key is known that phones would accept";
  const flags = codes.map((code) => `--accept ${code}`).join(" ");
  const wayPast = first !== undefined && isAcceptable ? [`To go on in spite of it, add ${flags}.`] : [];
  return new OperatorError("blocked", `blocked by ${codes.join(", ") || "key-not-held"}: ${why}`, {
    hint: [first?.advice ?? "Read the findings.", ...wayPast].join(" "),
    place: { cluster, step: "preflight", ...(first?.node ? { node: first.node } : {}) },
  });
}
