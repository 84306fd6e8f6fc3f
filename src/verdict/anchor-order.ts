// A plan's steps in order to where two trust anchors would change before phones could follow: trust-rules.md section 5.
import type { AnchorUnit } from "./cert-order.ts";
import { anchorKind } from "./regeneration-units.ts";
import { isFrom12 } from "./release-rules.ts";
import type { Finding } from "./verdict.ts";

/** A step as the rules of certificates see it; a step of several units or nodes is one of these for each, in its order. */
export type PlannedChange =
  | {
      readonly kind: "regenerate";
      readonly step: string;
      readonly unit: string;
      readonly node: string;
      /** Also where its certificate is one of a CA. */
      readonly replaceCaSigned?: boolean;
    }
  | {
      /** `restart-tftp`: Cisco Tftp, which serves what was written by then; `restart-tvs`: TVS, with its certificate on disk. */
      readonly kind:
        | "hold"
        | "gate"
        | "confirm"
        | "reset"
        | "reset-ctl"
        | "update-ctl"
        | "restart-tftp"
        | "restart-tvs"
        | "other";
      readonly step: string;
    };

export type PlannedRegeneration = Extract<PlannedChange, { kind: "regenerate" }>;

/**
 * `anchors-in-one-plan` for every two regenerations of different anchors between which there is not both a hold and a
 * gate; of pairs within one another the closest one is named. `release` null where it is not known.
 */
export function judgeAnchorOrder(steps: readonly PlannedChange[], release: string | null): Finding[] {
  const findings: Finding[] = [];
  for (const [at, later] of steps.entries()) {
    const kind = anchorOf(later);
    if (later.kind !== "regenerate" || kind === null) continue;
    const met = new Set<AnchorUnit>();
    const between = { hold: false, gate: false };
    // Backwards to the closest of each other anchor; behind one of the same kind, that one is the closer.
    for (const earlier of steps.slice(0, at).toReversed()) {
      if (earlier.kind === "hold" || earlier.kind === "gate") between[earlier.kind] = true;
      const other = anchorOf(earlier);
      if ((between.hold && between.gate) || other === kind) break;
      if (earlier.kind !== "regenerate" || other === null || met.has(other)) continue;
      met.add(other);
      findings.push(tooClose(earlier, later, missing(between), lossOf([other, kind], release)));
    }
  }
  return findings;
}

function anchorOf(change: PlannedChange): AnchorUnit | null {
  return change.kind === "regenerate" ? anchorKind(change.unit) : null;
}

function missing(between: { readonly hold: boolean; readonly gate: boolean }): string {
  if (between.hold) return "no gate";
  return between.gate ? "no hold" : "neither a hold nor a gate";
}

function tooClose(
  earlier: PlannedRegeneration,
  later: PlannedRegeneration,
  lack: string,
  loss: string,
): Finding {
  const words = (change: PlannedRegeneration) => `${change.unit} of ${change.node} (step ${change.step})`;
  return {
    code: "anchors-in-one-plan",
    severity: "block",
    node: null,
    message: `There is ${lack} between ${words(earlier)} and ${words(later)}, two trust anchors: ${loss}`,
    advice: `Plan a hold and a gate before step ${later.step}, or regenerate ${later.unit} in a change window of its own.`,
  };
}

/** What a phone that is away during both is left with. */
function lossOf(kinds: readonly AnchorUnit[], release: string | null): string {
  if (release === null)
    return "a phone that is away during both may trust neither what signs its list nor who vouches for it";
  const isFrom = isFrom12(release);
  if (!kinds.includes("ITLRecovery")) {
    return isFrom
      ? "where CallManager signs a list (after a reset always), phones know a new one only through a TVS whose certificate they hold; a phone that is away during both has neither"
      : "up to 11.5 CallManager signs the list, and phones take a new one only by asking a TVS whose certificate they hold; a phone that is away during both has neither, and its list is lost";
  }
  if (kinds.includes("TVS")) {
    return isFrom
      ? "from 12.0 ITLRecovery signs the list, and a phone that missed the new one has to ask a TVS whose certificate it holds; a phone that is away during both has neither"
      : "up to 11.5 ITLRecovery is the key that `utils itl reset localkey` brings phones back with; a phone that is away during both has neither that nor a TVS that it knows";
  }
  return isFrom
    ? "from 12.0 the reset that shows phones the new ITLRecovery is signed by CallManager; a phone that knows neither of the two takes no list"
    : "up to 11.5 CallManager signs the list and ITLRecovery is the key that a reset brings phones back with; a phone that is away during both holds neither";
}
