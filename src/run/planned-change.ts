// A step as it will be carried out → what it changes, for the judgement.
import type { Step } from "../playbook/step.ts";
import type { PlannedChange } from "../verdict/anchor-order.ts";

/** Of an expanded step: one unit on one node. */
export function changeOf(step: Step): PlannedChange {
  switch (step.verb) {
    case "regenerate":
      return {
        ...{ kind: "regenerate", step: step.id, unit: step.units[0] ?? "", node: step.nodes?.[0] ?? "" },
        replaceCaSigned: step.replaceCaSigned === true,
      };
    case "restart-service":
      return { kind: restartKind(step.service), step: step.id };
    case "hold":
    case "gate":
    case "confirm":
    case "reset":
    case "reset-ctl":
    case "update-ctl":
      return { kind: step.verb, step: step.id };
    default:
      return { kind: "other", step: step.id };
  }
}

function restartKind(service: string): "restart-tftp" | "restart-tvs" | "other" {
  if (service === "Cisco Tftp") return "restart-tftp";
  return service === "Cisco Trust Verification Service" ? "restart-tvs" : "other";
}
