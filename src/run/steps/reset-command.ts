// The settled basis → the reset's command, and the plan's words for it.
import { commonName } from "../../base/subject-name.ts";
import type { Secret } from "../../base/secret.ts";
import type { PlannedQuestion, PlannedStep } from "../../playbook/plan.ts";
import type { Step } from "../../playbook/step.ts";
import { resetItlLocalkey, resetItlRemotekey, type WriteCommand } from "../../session/write-commands.ts";
import { asksForCcmPassword } from "../../verdict/release-rules.ts";
import type { RecoveryBasis } from "../recovery-basis.ts";
import type { OfferedRemoteKey } from "../remote-key.ts";

/** The write as the plan named it; `offered` null: with the local key. */
export function resetCommand(
  basis: RecoveryBasis,
  offered: OfferedRemoteKey | null,
  ccmPassword: Secret | null,
): WriteCommand {
  if (basis.choice.key === "local") return resetItlLocalkey({ ccmPassword });
  if (offered === null) throw new Error("a remote reset was planned without a remote key");
  const { address, password: sftpPassword, hostKey } = offered;
  return resetItlRemotekey({
    ...address,
    sftpPassword,
    ccmPassword,
    hostKey: basis.remoteHostKey ?? hostKey,
  });
}

/** The reset in the plan: the line, who answers what, and what phones of each TFTP node will do; no line where every list is signed so already. */
export function describeReset(step: Extract<Step, { verb: "reset" }>, basis: RecoveryBasis): PlannedStep {
  const { choice, publisher, remoteAddress: remote } = basis;
  const signer = `${commonName(choice.signer.subject)} (serial ${choice.signer.serial})`;
  const forecasts = basis.forecasts.map(
    ({ node, take }) => `Phones of ${node}: ${forecastText(take.kind)} (${take.reason}).`,
  );
  if (basis.tftpNodes.every((node) => basis.alreadyResetNodes.includes(node))) {
    return {
      ...{ step: step.id, verb: step.verb, title: `Skip the reset: the lists are signed with ${signer}` },
      ...{ commands: [], questions: [] },
      effects: [
        `Nothing is sent: ${basis.tftpNodes.join(", ")} serve a list signed with that key already. No service restarts.`,
        ...forecasts,
      ],
    };
  }
  const line =
    choice.key === "local" || remote === null
      ? "utils itl reset localkey"
      : `utils itl reset remotekey ${remote.host} ${remote.user} ${remote.path}`;
  return {
    step: step.id,
    verb: step.verb,
    title: `Re-sign the publisher's list with ${signer}`,
    commands: [{ node: publisher, line }],
    questions: questionsOf(basis),
    effects: [
      ...(basis.backup && choice.key === "remote"
        ? [
            `The key is the backup ${basis.backup}; the vault may make a folder or an account for this one fetch, then the line names that one.`,
          ]
        : []),
      "Cisco Tftp restarts on every TFTP node; calls and registrations are not touched.",
      `From then on ${basis.tftpNodes.join(", ")} serve one and the same list, until each one's next TFTP restart.`,
      ...forecasts,
    ],
  };
}

/** A forecast in words. */
export function forecastText(kind: "first" | "direct" | "by-tvs" | "not"): string {
  switch (kind) {
    case "first":
      return "take it, they hold no list";
    case "direct":
      return "take it at their next reset";
    case "by-tvs":
      return "take it if they reach a Trust Verification Service";
    case "not":
      return "will NOT take it";
  }
}

function questionsOf(basis: RecoveryBasis): PlannedQuestion[] {
  const questions: PlannedQuestion[] = [];
  if (basis.choice.key === "remote") {
    questions.push({
      question: "Enter Sftp password :",
      answeredBy: "itlctl, with the password given for the key",
    });
    const key = basis.remoteHostKey;
    if (key !== null) {
      const answeredBy = `itlctl, yes only for MD5 ${key.md5} or ${key.sha256}`;
      questions.push({
        question: "Are you sure you want to continue connecting (yes/no)? (first contact)",
        answeredBy,
      });
    }
  }
  const may = asksForCcmPassword(basis.release) === "yes" ? "" : " (if asked)";
  questions.push({
    question: `Enter CCM Administrator password :${may}`,
    answeredBy: "itlctl, with credentials.ccm",
  });
  return questions;
}
