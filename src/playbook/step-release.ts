// Whether a step belongs to a release's plan.
import type { Step } from "./step.ts";

/** True unless the step is only for later releases; both compare by their numbers, part by part. */
export function isFromRelease(step: Step, release: string): boolean {
  if (step.fromRelease === undefined) return true;
  const from = numbersOf(step.fromRelease);
  const has = numbersOf(release);
  for (const [index, number] of from.entries()) {
    const other = has[index] ?? 0;
    if (other !== number) return other > number;
  }
  return true;
}

function numbersOf(release: string): number[] {
  return release.split(/[.-]/).map(Number);
}
