// `utils ctl update CTLFile` on the publisher: the CTL with the present certificates, by its normal signer.
import { parseCtlUpdate } from "../../facts/ctl-update.ts";
import type { Step } from "../../playbook/step.ts";
import { updateCtlFile } from "../../session/write-commands.ts";
import { normalSigner } from "../../verdict/release-rules.ts";
import type { StepKind } from "../step-kind.ts";
import { carryOutCtlWrite } from "./write-ctl.ts";

type UpdateCtlStep = Extract<Step, { verb: "update-ctl" }>;

/** `update-ctl`: done when the platform says so in the words on record and `show ctl` proves it. Restarts nothing. */
export const updateCtl: StepKind<UpdateCtlStep> = {
  carryOut: (step, context) =>
    carryOutCtlWrite(step.id, context, {
      command: updateCtlFile(),
      signers: [normalSigner(context.ground().release)],
      judgeAnswer: (text) =>
        parseCtlUpdate(text).kind === "updated"
          ? null
          : "the platform did not say in known words that the CTL was updated",
    }),
};
