// `utils ctl reset localkey` on the publisher: the CTL with the present certificates, signed by the key that is not the normal one.
import { parseCtlReset } from "../../facts/ctl-update.ts";
import type { Step } from "../../playbook/step.ts";
import { resetCtlLocalkey } from "../../session/write-commands.ts";
import { isFrom12 } from "../../verdict/release-rules.ts";
import type { StepKind } from "../step-kind.ts";
import { carryOutCtlWrite } from "./write-ctl.ts";

type ResetCtlStep = Extract<Step, { verb: "reset-ctl" }>;

/** `reset-ctl`: no document has its words, so any word stops the run once; `resume` goes on where `show ctl` proves it. */
export const resetCtl: StepKind<ResetCtlStep> = {
  carryOut: (step, context) =>
    carryOutCtlWrite(step.id, context, {
      command: resetCtlLocalkey(),
      // Up to 11.5 no document says which; that of an ITL is ITLRecovery there. Whichever signed is read and told.
      signers: isFrom12(context.ground().release) ? ["CallManager"] : ["ITLRecovery", "CallManager"],
      judgeAnswer: (text) =>
        parseCtlReset(text).kind === "silent" ? null : "what this reset says is on no record",
    }),
};
