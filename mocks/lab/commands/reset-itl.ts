// `utils itl reset localkey|remotekey`: the dialogue around the truth's reset, and the fetch of the remote key.
import type { LabCluster, LabNode, ResetEvent, ResetListener, ResetOutcome } from "../model.ts";
import { type Command, type CommandCall, CommandRefused, type CommandTable } from "./command.ts";
import { paced } from "./paced.ts";
import { renderResetEvent } from "./reset-dialogue.ts";
import { logInToSftp } from "./sftp-login.ts";

/** Publisher and level 4 only. */
export function resetCommands(cluster: LabCluster, node: LabNode): CommandTable {
  const isOlder = () => cluster.switches.resetDialogue === "older";

  const checkPublisher = async ({ io }: CommandCall) => {
    if (node === cluster.publisher) return;
    // The sentence is known (tac-12), what surrounds it is not.
    await io.print(cluster.texts.resetOnSubscriber);
    throw new CommandRefused("");
  };
  const askCcmPassword = async ({ io }: CommandCall) => {
    const password = await io.ask("ccm-password", "Enter CCM Administrator password :", "hidden");
    await io.print("");
    if (password !== cluster.ccmLogin.password) throw new CommandRefused(cluster.texts.ccmPasswordWrong);
  };
  const carryOut = async (
    call: CommandCall,
    isRemote: boolean,
    reset: (options: { line: string; onEvent: ResetListener }) => Promise<ResetOutcome>,
  ) => {
    const outcome = await paced<ResetEvent, ResetOutcome>(
      (event) => {
        const text = renderResetEvent(event, { dialogue: cluster.switches.resetDialogue, isRemote });
        return text === null ? Promise.resolve() : call.io.print(text);
      },
      (onEvent) => reset({ line: call.line, onEvent }),
    );
    if (outcome.kind === "refused") throw new CommandRefused(outcome.text);
  };

  const localkey: Command = {
    name: "utils itl reset localkey",
    pattern: /^utils itl reset localkey$/,
    level: 4,
    async run(call) {
      await checkPublisher(call);
      if (isOlder()) await askCcmPassword(call);
      await carryOut(call, false, (options) => cluster.resetLocalkey(options));
    },
  };
  const remotekey: Command = {
    name: "utils itl reset remotekey",
    pattern: /^utils itl reset remotekey (\S+) (\S+) (\S+)$/,
    level: 4,
    async run(call) {
      await checkPublisher(call);
      const password = await call.io.ask("sftp-password", "Enter Sftp password :", "hidden");
      // The noise of 10.0 stands on the line of the hidden password (tac-02).
      const noise = "Processing token in else 0 tac\ncoutn is 1";
      await call.io.print(isOlder() ? `${noise}\n${noise}\n` : "");
      if (isOlder()) await askCcmPassword(call);
      const [host, username, path] = [call.argument(1), call.argument(2), call.argument(3)];
      const sftp = await logInToSftp({
        cluster,
        node,
        call,
        isQuestionAsked: cluster.switches.doesRemotekeyAskHostKey ?? false,
        login: { host, port: 22, username, password },
      });
      const file = await sftp.read(path).finally(() => sftp.close());
      await carryOut(call, true, (options) => cluster.resetRemotekey(file, options));
    },
  };
  return [localkey, remotekey];
}
