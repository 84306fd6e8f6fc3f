// The settled basis and the playbook → the plan in words: every line that will be typed, who answers, what phones do.
import { type Plan, type PlannedStep, planFingerprint } from "../playbook/plan.ts";
import type { Step } from "../playbook/step.ts";
import { isFromRelease } from "../playbook/step-release.ts";
import type { Preflight } from "../verdict/preflight.ts";
import { normalSigner } from "../verdict/release-rules.ts";
import type { RunRequest } from "./journal-entry.ts";
import { planPreface } from "./plan-preface.ts";
import type { RecoveryBasis } from "./recovery-basis.ts";
import type { RunTools } from "./step-kind.ts";
import { describeReset } from "./steps/reset-command.ts";
import { nodesInOrder } from "./steps/restart-service.ts";

/** The playbook resolved against this cluster and its release. */
export function makePlan(
  { playbook, cluster }: Pick<RunTools, "playbook" | "cluster">,
  basis: RecoveryBasis,
  preflight: Preflight,
  request: RunRequest,
): Plan {
  return {
    ...{ cluster: cluster.name, playbook: playbook.name, release: basis.release },
    fingerprint: planFingerprint(cluster, playbook),
    preface: planPreface(basis, preflight, request.accepted),
    steps: playbook.steps
      .filter((step) => isFromRelease(step, basis.release))
      .map((step) => describeStep(step, basis)),
  };
}

function describeStep(step: Step, basis: RecoveryBasis): PlannedStep {
  const blank = { step: step.id, verb: step.verb, commands: [], questions: [] };
  const everywhere = basis.tftpNodes.join(", ");
  switch (step.verb) {
    case "preflight":
      return {
        ...blank,
        title: "Look at every node and judge",
        effects: ["Read-only; done before this plan was made."],
      };
    case "reset":
      return describeReset(step, basis);
    case "verify": {
      const normal = `Prove that the normal signer (${normalSigner(basis.release)}) is back on ${everywhere}`;
      return {
        ...blank,
        title: step.signer === "reset" ? `Prove on ${everywhere} that the new list is served` : normal,
        effects: [
          "Read-only: show itl on each node, the file fetched as a phone does, its signature checked, and whether phones holding their list would take it.",
        ],
      };
    }
    case "backup":
      return {
        ...blank,
        title: "Have the publisher deliver its recovery key to the vault, and prove it",
        commands: [{ node: basis.publisher, line: "file get tftp ITLRecovery.p12" }],
        effects: ["Changes nothing on the cluster, but that its daily reminder ends."],
      };
    case "confirm":
      return {
        ...blank,
        title: "Wait until you say that this is done",
        questions: [
          {
            question: `Is the step ${step.id} done?`,
            answeredBy: "you, now or days later (`resume --confirm`)",
          },
        ],
        effects: [step.text],
      };
    case "restart-service":
      return {
        ...blank,
        title: `Restart ${step.service}, node by node`,
        commands: nodesInOrder(basis.publisher, basis.tftpNodes).map((node) => ({
          node,
          line: `utils service restart ${step.service}`,
        })),
        effects: [
          "Each TFTP node writes and signs its own list again; phones fetch files from the other nodes meanwhile. Calls and registrations are not touched.",
          "Phones that have not taken the reset list by then are locked out again.",
        ],
      };
  }
}
