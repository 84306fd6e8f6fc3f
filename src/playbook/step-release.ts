// Whether a step belongs to a cluster's plan: by its release and its security mode.
import type { Step } from "./step.ts";

/** True unless the step is only for later or for earlier releases; all compare by their numbers, part by part. */
export function isFromRelease(step: Pick<Step, "fromRelease" | "belowRelease">, release: string): boolean {
  const { fromRelease, belowRelease } = step;
  if (fromRelease !== undefined && !isAtLeast(release, fromRelease)) return false;
  return belowRelease === undefined || !isAtLeast(release, belowRelease);
}

/** The same, and true for a step of mixed mode only where the cluster is in it. */
export function isForCluster(
  step: Pick<Step, "fromRelease" | "belowRelease" | "onlyIn">,
  { release, isMixedMode }: { readonly release: string; readonly isMixedMode: boolean },
): boolean {
  return isFromRelease(step, release) && (step.onlyIn === undefined || isMixedMode);
}

function isAtLeast(release: string, floor: string): boolean {
  const has = numbersOf(release);
  for (const [index, number] of numbersOf(floor).entries()) {
    const other = has[index] ?? 0;
    if (other !== number) return other > number;
  }
  return true;
}

function numbersOf(release: string): number[] {
  return release.split(/[.-]/).map(Number);
}
