// What was decided before the first step → the sentences that open the plan.
import type { Finding } from "../verdict/verdict.ts";
import type { Preflight } from "../verdict/preflight.ts";
import type { RecoveryBasis } from "./recovery-basis.ts";
import { forecastText } from "./steps/reset-command.ts";

/** Every warning first (nobody should meet one only after the name was typed), then the key and why, what phones hold, what comes at the end, and what was accepted. */
export function planPreface(
  basis: RecoveryBasis,
  preflight: Preflight,
  accepted: readonly string[],
): string[] {
  const { choice } = basis;
  // What the reset destroys comes before everything else.
  const isFirst = ({ code }: { code: string }) => code === "local-key-not-backed-up";
  const told = preflight.findings.filter((finding) => !accepted.includes(finding.code));
  const warnings = [...told.filter(isFirst), ...told.filter((finding) => !isFirst(finding))];
  const how = choice.isRecommended ? "recommended" : "as asked for";
  return [
    ...warnings.map(findingSentence),
    `Release ${basis.release}. Key: ${choice.key} (${how}): ${sentence(choice.reason)}`,
    ...(basis.aboutRemoteKey ? [`The remote key is ${basis.aboutRemoteKey}.`] : []),
    ...basis.held.map(
      ({ node, source, seenAt }) => `Phones of ${node} are taken to hold ${heldText(source, seenAt)}.`,
    ),
    ...basis.normalForecasts.map(
      ({ node, take }) =>
        `At the end, phones of ${node} that took the reset list: ${forecastText(take.kind)} (${take.reason}).`,
    ),
    ...preflight.findings
      .filter((finding) => accepted.includes(finding.code))
      .map(({ code, message, advice }) => `Accepted ${code}: ${sentence(message)} ${advice}`),
  ];
}

/** A finding in a plan: code, place, what and what to do. */
export function findingSentence({ code, node, message, advice }: Finding): string {
  const place = node === null || message.startsWith(node) ? "" : `${node}: `;
  return `${code}: ${place}${sentence(message)} ${advice}`;
}

/** With a full stop, unless it ends already. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function heldText(source: "named" | "history" | "served" | "shown", seenAt: string | null): string {
  switch (source) {
    case "named":
      return "the list given with --held";
    case "history":
      return `the list last seen there at ${seenAt ?? "an unknown time"}`;
    case "served":
    case "shown":
      return "the list served now (nothing older is known)";
  }
}
