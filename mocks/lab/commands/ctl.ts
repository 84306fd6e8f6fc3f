// `utils ctl update CTLFile`, `utils ctl reset localkey`: the dialogues around the truth's CTL.
import type { LabCluster, LabNode } from "../model.ts";
import { type Command, type CommandCall, CommandRefused, type CommandTable } from "./command.ts";

/** Publisher and level 4 only. */
export function ctlCommands(cluster: LabCluster, node: LabNode): CommandTable {
  const refuse = () => {
    if (node !== cluster.publisher) throw new CommandRefused(cluster.texts.ctlOnSubscriber);
    if (!cluster.isMixedMode) throw new CommandRefused(cluster.texts.ctlNotMixed);
  };
  // Documented from 12.0; up to 11.5 inferred: the key that does not sign normally, as in the reset of an ITL.
  const resetSigner = cluster.profile.normalSigner === "CallManager" ? "ITLRecovery" : "CallManager";
  const write = async ({ io, line }: CommandCall, signer: Parameters<LabCluster["writeCtl"]>[0]) => {
    const outcome = cluster.writeCtl(signer, line);
    if (outcome.kind === "refused") throw new CommandRefused(outcome.text);
    await io.pass("ctl-written");
  };
  const update: Command = {
    name: "utils ctl update CTLFile",
    pattern: /^utils ctl update CTLFile$/,
    level: 4,
    // ext-07
    async run(call) {
      refuse();
      const question = "This operation updates the CTLFile. Do you want to continue? (y/n):";
      if ((await call.io.ask("ctl-update", question)) !== "y") return;
      await call.io.print("\nUpdating CTL file");
      await write(call, "normal");
      await call.io.print(
        [
          "CTL file Updated",
          "Please Restart the TFTP and Cisco CallManager services on all nodes in the cluster that run these services",
        ].join("\n"),
      );
    },
  };
  const reset: Command = {
    name: "utils ctl reset localkey",
    pattern: /^utils ctl reset localkey$/,
    level: 4,
    // No source has its text; whether it asks anything is not known either.
    async run(call) {
      refuse();
      await write(call, resetSigner);
      if (cluster.texts.ctlReset !== "") await call.io.print(cluster.texts.ctlReset);
    },
  };
  return [update, reset];
}
