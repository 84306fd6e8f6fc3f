// A step → about how long it takes; for windows and plans. Our own measures: no document of the platform has any.
import type { Step } from "../playbook/step.ts";
import { regenerationEstimateMs, restartEstimateMs, verifyEstimateMs } from "../verdict/restart-effects.ts";

const minuteMs = 60_000;

/** Milliseconds; of what waits for people or out a hold, nothing is counted. */
export function estimateOf(step: Step): number {
  switch (step.verb) {
    case "preflight":
    case "backup":
      return minuteMs;
    case "verify":
      return verifyEstimateMs;
    case "update-ctl":
    case "reset-ctl":
      return 2 * minuteMs;
    case "reset":
      return 10 * minuteMs;
    case "regenerate":
      return regenerationEstimateMs;
    case "restart-service":
      return Math.max(1, step.nodes?.length ?? 1) * restartEstimateMs(step.service);
    case "hold":
    case "gate":
    case "confirm":
    case "notify":
      return 0;
  }
}
