// The steps of a playbook, parameters filled in → what contradicts itself between them. It works on half-wrong steps too, so that all problems come at once.
import type { Complaint } from "./parameter-values.ts";
import { isFromRelease } from "./step-release.ts";

/** What the rules read of a step; null and empty where the file does not say it in a readable way. */
interface LooseStep {
  readonly index: number;
  readonly id: string | null;
  readonly verb: string | null;
  readonly signer: unknown;
  readonly units: readonly string[];
  readonly fromRelease: string | undefined;
  readonly belowRelease: string | undefined;
  readonly isOfMixedMode: boolean;
}

/** Verbs that need nothing but what they carry with them. */
const independent = ["preflight", "backup", "confirm", "notify"];
const mostSteps = 500;

/**
 * Rules between steps; those about their order for every release on which the steps differ. `verbs` are the known ones:
 * where a step has another, the order is left unjudged, as nobody can say what that step was meant to be.
 */
export function findStepTroubles(written: unknown, verbs: readonly string[]): readonly Complaint[] {
  if (!Array.isArray(written) || written.length > mostSteps) return [];
  const steps = written.map(looseStep);
  const always = [...idTroubles(steps), ...releaseTroubles(steps)];
  if (steps.some(({ verb }) => verb === null || !verbs.includes(verb))) return always;
  const bounds = steps.flatMap(({ fromRelease, belowRelease }) =>
    [fromRelease ?? [], belowRelease ?? []].flat(),
  );
  const releases = ["0.0", ...new Set(bounds)];
  const ordered = releases.flatMap((release) =>
    [true, false].flatMap((isMixedMode) => {
      const there = steps.filter(
        (step) => isFromRelease(step, release) && (isMixedMode || !step.isOfMixedMode),
      );
      return [...preflightTroubles(there), ...resetTroubles(there), ...anchorTroubles(there)];
    }),
  );
  // What is wrong on several releases, or in both modes, is said once.
  const seen = new Map(ordered.map((trouble) => [JSON.stringify(trouble), trouble]));
  return [...always, ...seen.values()];
}

function looseStep(written: unknown, index: number): LooseStep {
  const step = (typeof written === "object" && written !== null ? written : {}) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  const release = (value: unknown) =>
    typeof value === "string" && /^\d{1,3}\.\d{1,3}$/.test(value) ? value : undefined;
  const units = Array.isArray(step["units"]) ? step["units"].filter((unit) => typeof unit === "string") : [];
  return {
    ...{ index, id: text(step["id"]), verb: text(step["verb"]), signer: step["signer"], units },
    ...{ fromRelease: release(step["fromRelease"]), belowRelease: release(step["belowRelease"]) },
    isOfMixedMode: step["onlyIn"] === "mixed-mode",
  };
}

/** Ids are unique, also among the steps that a `regenerate` becomes: those are called by its id, a hyphen and more. */
function idTroubles(steps: readonly LooseStep[]): Complaint[] {
  const seen = new Set<string>();
  const expanding = new Set(
    steps.flatMap(({ verb, id }) => (verb === "regenerate" && id !== null ? [id] : [])),
  );
  return steps.flatMap(({ id, index }) => {
    if (id === null) return [];
    const path = ["steps", index, "id"];
    if (seen.has(id)) return [{ path, message: `the step ${id.slice(0, 64)} is there twice` }];
    seen.add(id);
    const whole = [...expanding].find((prefix) => id.startsWith(`${prefix}-`));
    if (whole === undefined) return [];
    const message = `begins with ${whole.slice(0, 64)}-, as the steps do that the regenerate step of that name becomes; give it another`;
    return [{ path, message }];
  });
}

function releaseTroubles(steps: readonly LooseStep[]): Complaint[] {
  return steps.flatMap((step) => {
    const { fromRelease, belowRelease, index } = step;
    if (fromRelease === undefined || belowRelease === undefined) return [];
    if (isFromRelease(step, fromRelease)) return [];
    const message = `no release is from ${fromRelease} and below ${belowRelease}: the step is never there`;
    return [{ path: ["steps", index, "belowRelease"], message }];
  });
}

function preflightTroubles(steps: readonly LooseStep[]): Complaint[] {
  const found: Complaint[] = [];
  let hasPreflight = false;
  for (const [place, { index, verb, isOfMixedMode }] of steps.entries()) {
    const path = ["steps", index, "verb"];
    if (verb === "preflight") {
      if (hasPreflight) found.push({ path, message: "a second preflight: a playbook has one" });
      else if (place > 0) found.push({ path, message: "the preflight has to be the first step" });
      hasPreflight = true;
    } else if (!hasPreflight && isOfMixedMode && verb !== null && independent.includes(verb)) {
      const message = "whether the cluster is in mixed mode is what a preflight finds out: put one in front";
      found.push({ path: ["steps", index, "onlyIn"], message });
    } else if (!hasPreflight && verb !== null && !independent.includes(verb)) {
      found.push({ path, message: `${verb} needs what a preflight finds out: put one in front` });
    }
  }
  return found;
}

function resetTroubles(steps: readonly LooseStep[]): Complaint[] {
  const found: Complaint[] = [];
  let hasReset = false;
  for (const { index, verb, signer } of steps) {
    if (verb === "reset") hasReset = true;
    if (verb !== "verify" || hasReset || (signer !== "reset" && signer !== "normal")) continue;
    const message =
      signer === "reset"
        ? "no reset stands before it whose key could have signed"
        : "no reset stands before it from which the normal signer could come back: use present";
    found.push({ path: ["steps", index, "signer"], message });
  }
  return found;
}

/** What phones judge lists by; null for units that they do not. */
function anchorOf(unit: string): string | null {
  if (unit === "CallManager" || unit === "CallManager-ECDSA") return "CallManager";
  return unit === "TVS" || unit === "ITLRecovery" ? unit : null;
}

/** Anchors of one step are kept apart when it is expanded; between two steps the file has to do it. */
function anchorTroubles(steps: readonly LooseStep[]): Complaint[] {
  const found: Complaint[] = [];
  let open: { readonly anchors: readonly string[]; readonly id: string } | null = null;
  let missing = new Set<string>();
  for (const { index, id, verb, units } of steps) {
    if (verb === "hold" || verb === "gate") missing.delete(verb);
    const anchors = units.flatMap((unit) => anchorOf(unit) ?? []);
    if (verb !== "regenerate" || anchors.length === 0) continue;
    if (open !== null && missing.size > 0) {
      const other: string | undefined = open.anchors.find((anchor) => anchors.some((own) => own !== anchor));
      if (other !== undefined) {
        const own = anchors.find((anchor) => anchor !== other) ?? "";
        const message = `${own} after ${other} (step ${open.id.slice(0, 64)}) without a ${[...missing].join(" and a ")} between them: phones that were away for both changes are lost`;
        found.push({ path: ["steps", index, "units"], message });
      }
      open = { anchors: [...new Set([...open.anchors, ...anchors])], id: id ?? "" };
    } else {
      open = { anchors: [...new Set(anchors)], id: id ?? "" };
    }
    missing = new Set(["hold", "gate"]);
  }
  return found;
}
