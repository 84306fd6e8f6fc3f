// Signs → whether this phone needs CAPF now: the same closed port stops one phone and is a remark on another.
import type { StepOutcome } from "./check-step.ts";
import type { PhoneSigns } from "./phone-signs.ts";

/** `now`: its file waits for CAPF. `later`: for the next certificate only. `no`: nothing of it is encrypted. */
export type CapfNeed = "now" | "later" | "no";

export function capfNeedOf({
  device,
  encryption,
  oauth,
  certHash,
}: Pick<PhoneSigns, "device" | "encryption" | "oauth" | "certHash">): CapfNeed {
  if (device === "absent" || encryption === "off" || oauth === "on") return "no";
  return certHash === "empty" || certHash === "different" ? "now" : "later";
}

/** What is bad about CAPF does not matter to a phone that has no need of it. */
export function outcomeFor(need: CapfNeed, outcome: StepOutcome): StepOutcome {
  return need === "no" && outcome === "bad" ? "not-applicable" : outcome;
}

export function severityFor(need: CapfNeed): "warn" | "block" {
  return need === "now" ? "block" : "warn";
}
