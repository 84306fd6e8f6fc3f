// The settled basis of a change of certificates and its flat steps → the plan in words, with times.
import { type Plan, planFingerprint } from "../playbook/plan.ts";
import type { Step } from "../playbook/step.ts";
import type { RegenerationPreflight } from "../verdict/judge-regeneration.ts";
import { touchesAnchor } from "../verdict/regeneration-units.ts";
import { renderDuration } from "../base/duration.ts";
import { describeStep } from "./describe-step.ts";
import type { RunRequest } from "./journal-entry.ts";
import { findingSentence, sentence } from "./plan-preface.ts";
import { estimateOf } from "./step-estimate.ts";
import type { RunTools } from "./step-kind.ts";
import type { WorkBasis } from "./work-basis.ts";

/** Times are our own estimates, without holds and people. */
export function makeWorkPlan(
  { playbook, cluster }: Pick<RunTools, "playbook" | "cluster">,
  basis: WorkBasis,
  steps: readonly Step[],
  verdict: RegenerationPreflight,
  { accepted }: RunRequest,
): Plan {
  let soFarMs = 0;
  const planned = steps.map((step) => {
    const described = describeStep(step, { ground: basis, basis: null, work: basis });
    // A step of the CTL outside mixed mode: it is skipped by itself.
    const isNothing = step.verb.endsWith("-ctl") && described.commands.length === 0;
    const lastsMs = isNothing ? 0 : estimateOf(step);
    const startsMs = soFarMs;
    soFarMs += lastsMs;
    return lastsMs === 0 ? described : { ...described, startsMs, lastsMs };
  });
  return {
    ...{ cluster: cluster.name, playbook: playbook.name, release: basis.release, steps: planned },
    fingerprint: planFingerprint(cluster, playbook),
    preface: [
      ...verdict.findings.filter(({ code }) => !accepted.includes(code)).map(findingSentence),
      `Release ${basis.release}${basis.isMixedMode ? ", mixed mode" : ""}. TFTP nodes: ${basis.tftpNodes.join(", ")}.`,
      `About ${renderDuration(soFarMs)} of work (our own estimate), besides holds of ${renderDuration(cluster.regenerationHoldMs)} a node and the time that phones and people take.`,
      ...windowText(playbook),
      ...afterText(steps),
      ...verdict.findings
        .filter(({ code }) => accepted.includes(code))
        .map(({ code, message, advice }) => `Accepted ${code}: ${sentence(message)} ${advice}`),
    ],
  };
}

function windowText({ window }: Pick<RunTools["playbook"], "window">): string[] {
  if (window === null) return [];
  return [
    `Work begins only from ${window.from} to ${window.until} (${window.timeZone}), where it fits; what has begun is finished.`,
  ];
}

/** Nothing in the run waits for the phones of the last anchor: the next change will ask. */
function afterText(steps: readonly Step[]): string[] {
  const isAnchor = steps.some((step) => step.verb === "regenerate" && step.units.some(touchesAnchor));
  if (!isAnchor || steps.at(-1)?.verb === "gate" || steps.at(-1)?.verb === "confirm") return [];
  return [
    "When it is done, reset the phones once more: they have to hold the new list before another trust anchor changes.",
  ];
}
