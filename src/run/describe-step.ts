// One step of a playbook and the settled basis → its part of the plan, in words.
import type { PlannedStep } from "../playbook/plan.ts";
import type { Step } from "../playbook/step.ts";
import { effectsOfRestart } from "../verdict/restart-effects.ts";
import { ctlResetSigner } from "../verdict/ctl-forecast.ts";
import { isFrom12, normalSigner } from "../verdict/release-rules.ts";
import type { RecoveryBasis } from "./recovery-basis.ts";
import type { RunGround } from "./step-kind.ts";
import { gateText } from "./steps/gate.ts";
import { describeReset } from "./steps/reset-command.ts";
import { nodesOfRestart } from "./steps/restart-service.ts";
import type { WorkBasis } from "./work-basis.ts";

/** What a plan is made from; `basis` null: no reset has been settled yet, `work` null: a recovery. */
export interface PlanGround {
  readonly ground: RunGround;
  readonly basis: RecoveryBasis | null;
  readonly work: WorkBasis | null;
}

/** One step as it will be carried out on this cluster. */
export function describeStep(step: Step, { ground, basis, work }: PlanGround): PlannedStep {
  const blank = { step: step.id, verb: step.verb, commands: [], questions: [] };
  const everywhere = ground.tftpNodes.join(", ");
  switch (step.verb) {
    case "preflight":
      return {
        ...blank,
        title: "Look at every node and judge",
        effects: ["Read-only; done before this plan was made."],
      };
    case "reset":
      return basis === null ? resetLater(step, ground) : describeReset(step, basis);
    case "verify": {
      const titles = {
        reset: `Prove on ${everywhere} that the new list is served`,
        normal: `Prove that the normal signer (${normalSigner(ground.release)}) is back on ${everywhere}`,
        present: `Prove on ${everywhere} that phones take what is served, and that it names the certificates in use`,
      };
      return {
        ...blank,
        title: titles[step.signer],
        effects: [
          "Read-only: show itl on each node, the file fetched as a phone does, its signature checked, and whether phones holding their list would take it.",
        ],
      };
    }
    case "backup":
      return {
        ...blank,
        title: "Have the publisher deliver its recovery key to the vault, and prove it",
        commands: [{ node: ground.publisher, line: "file get tftp ITLRecovery.p12" }],
        effects: ["Changes nothing on the cluster, but that its daily reminder ends."],
      };
    case "confirm":
      return { ...blank, title: "Wait until you say that this is done", ...forPerson(step.id, step.text) };
    case "gate":
      return {
        ...blank,
        title: "Wait until phones have followed, by the lists of every TFTP node and by your word",
        ...forPerson(step.id, gateText(step)),
      };
    case "hold":
      return {
        ...blank,
        title: `Wait until ${(step.nodes ?? ground.seenNodes).join(", ")} may change a certificate again`,
        effects: [
          "The platform refuses a second regeneration on a node for a while after the first; also one made by hand counts.",
        ],
      };
    case "regenerate":
      return describeRegenerate(step, work);
    case "restart-service": {
      const nodes = nodesOfRestart(step, { ground: () => ground, work: () => workOf(work) });
      return {
        ...blank,
        title: `Restart ${step.service}, node by node`,
        commands: nodes.map((node) => ({ node, line: `utils service restart ${step.service}` })),
        effects:
          step.service === "Cisco Tftp"
            ? tftpEffects(basis !== null)
            : effectsOfRestart(step.service).map(sentence),
      };
    }
    case "update-ctl":
    case "reset-ctl":
      return describeCtl(step, ground, basis);
    case "notify":
      return { ...blank, title: `Start ${step.hook[0]} on this machine`, effects: [] };
  }
}

function forPerson(step: string, text: string): Pick<PlannedStep, "questions" | "effects"> {
  const answeredBy = "you, now or days later (`resume --confirm`)";
  return { questions: [{ question: `Is the step ${step} done?`, answeredBy }], effects: [text] };
}

function tftpEffects(isRecovery: boolean): string[] {
  return [
    "Each TFTP node writes and signs its own list again; phones fetch files from the other nodes meanwhile. Calls and registrations are not touched.",
    ...(isRecovery ? ["Phones that have not taken the reset list by then are locked out again."] : []),
  ];
}

/** A reset whose key is only settled when its turn comes, from what is there then. */
function resetLater(step: Step, { publisher }: RunGround): PlannedStep {
  return {
    ...{ step: step.id, verb: step.verb, title: "Re-sign the list with a key that phones know" },
    commands: [{ node: publisher, line: "utils itl reset localkey" }],
    questions: [
      {
        question: "Enter CCM Administrator password (some releases)",
        answeredBy: "itlctl, with credentials.ccm",
      },
    ],
    effects: [
      "Every TFTP node is looked at and judged again first, as `recover` does; nothing is sent where phones would not take it.",
      "Restarts Cisco Tftp on every TFTP node.",
    ],
  };
}

function describeRegenerate(
  step: Extract<Step, { verb: "regenerate" }>,
  work: WorkBasis | null,
): PlannedStep {
  const [unit = "", node = ""] = [step.units[0], step.nodes?.[0]];
  const before = work?.certificates.find((one) => one.unit === unit && one.node === node);
  return {
    ...{ step: step.id, verb: step.verb, title: `Regenerate ${unit} on ${node}` },
    commands: [{ node, line: `set cert regen ${unit}` }],
    questions: [{ question: "Proceed with regeneration (yes|no)?", answeredBy: "itlctl, with yes" }],
    effects: [
      ...(before === undefined ? [] : [`Replaces the certificate with serial ${before.serial}.`]),
      ...(before?.isSelfSigned === false
        ? ["It is signed by a CA, and is lost: a self-signed one takes its place."]
        : []),
      "Takes effect when its services are restarted.",
    ],
  };
}

function describeCtl(
  step: Extract<Step, { verb: "update-ctl" | "reset-ctl" }>,
  ground: RunGround,
  basis: RecoveryBasis | null,
): PlannedStep {
  const isUpdate = step.verb === "update-ctl";
  const line = isUpdate ? "utils ctl update CTLFile" : "utils ctl reset localkey";
  const blank = { step: step.id, verb: step.verb, questions: [] };
  if (ground.isMixedMode !== true) {
    return { ...blank, title: "Nothing: the cluster is not in mixed mode", commands: [], effects: [] };
  }
  return {
    ...blank,
    title: isUpdate ? "Write the CTL anew" : `Re-sign the CTL with the ${ctlResetSigner(ground.release)} key`,
    commands: [{ node: ground.publisher, line }],
    questions: isUpdate ? [{ question: ctlQuestion, answeredBy: "itlctl, with y" }] : [],
    effects: [
      "Mixed mode: phones take the new CTL when they are restarted.",
      ...ctlEffects(step, ground.release, basis),
      ...(isUpdate
        ? []
        : [
            "What the platform prints here is on no record: the run stops and shows it, and `resume` goes on from what `show ctl` says.",
          ]),
    ],
  };
}

/** What phones do with the CTLs of a recovery, as far as anybody knows. */
function ctlEffects(
  step: Extract<Step, { verb: "update-ctl" | "reset-ctl" }>,
  release: string,
  basis: RecoveryBasis | null,
): string[] {
  const forecast = basis?.ctlForecasts?.find((one) => one.step === step.id);
  const whatTheyHold =
    forecast === undefined
      ? []
      : [
          step.verb === "reset-ctl"
            ? `Phones that hold the CTL which \`show ctl\` prints now take it by themselves: it names ${forecast.signer}. No older CTL is known; what phones do that hold one is not known either.`
            : `Phones that took the CTL of the step before take it by themselves: it names ${forecast.signer}.`,
        ];
  const whoSigns =
    step.verb === "reset-ctl" && !isFrom12(release)
      ? [
          "That ITLRecovery signs it on this release is inferred from the reset of an ITL; the step reads who did.",
        ]
      : [];
  const afterwards =
    basis !== null && step.verb === "update-ctl"
      ? [
          "The platform also asks for a restart of Cisco CallManager on every node, which drops registrations: this recovery leaves it to a window of your own. Reset the phones once more after Cisco Tftp, so that they hold this CTL.",
        ]
      : [];
  return [...whatTheyHold, ...whoSigns, ...afterwards];
}

/** The only one on record; the reset's are not. */
const ctlQuestion = "This operation updates the CTLFile. Do you want to continue? (y/n):";

/** A clause with a capital and a full stop. */
function sentence(clause: string): string {
  return `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)}.`;
}

function workOf(work: WorkBasis | null): WorkBasis {
  if (work === null) throw new Error("a recovery restarts Cisco Tftp only");
  return work;
}
