// The answers of `utils ctl update CTLFile` and `utils ctl reset localkey` in; what the platform says it did out.
import { answerLines } from "./answer-lines.ts";

/** What the update did, by its own words. */
export type CtlUpdate = { readonly kind: "updated" } | { readonly kind: "unknown"; readonly text: string };

/** What the reset said: nothing, or something that nobody knows. */
export type CtlReset = { readonly kind: "silent" } | { readonly kind: "unknown"; readonly text: string };

/** The words of ext-07 beside the sentence of success; the answer may stand behind the question. */
const silent = [
  /^This operation updates the CTLFile\. Do you want to continue\? \(y\/n\)\s*:\s*y?$/,
  /^Updating CTL file$/,
  /^Please Restart the TFTP and Cisco CallManager services on all nodes in the cluster that run these services$/,
];

/** `updated` only for exactly one sentence of success and nothing but known words beside it. Throws only past 8 MiB. */
export function parseCtlUpdate(text: string): CtlUpdate {
  const lines = answerLines(text, "utils ctl update CTLFile").map((line) => line.trim());
  const others = lines.filter((line) => !silent.some((known) => known.test(line)));
  return others.length === 1 && others[0] === "CTL file Updated"
    ? { kind: "updated" }
    : { kind: "unknown", text: lines.join("\n") };
}

/** No document has the words of this reset: any word is unknown, also a trailer. Throws only past 8 MiB. */
export function parseCtlReset(text: string): CtlReset {
  const lines = answerLines(text, "utils ctl reset localkey").map((line) => line.trim());
  return lines.length === 0 ? { kind: "silent" } : { kind: "unknown", text: lines.join("\n") };
}
