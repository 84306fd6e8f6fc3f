// completion: a script that completes itlctl's commands, flags and fixed choices in a shell.
import { OperatorError } from "../../base/errors.ts";
import type { Command } from "../command.ts";

const shells = ["bash", "zsh", "fish"] as const;

export const completion: Command = {
  name: "completion",
  summary: "the completion script of a shell",
  description: [
    "Prints a script that completes commands, flags, their fixed choices, file names and the ids of runs. It is made from what --help is made from: print it again after an update.",
    "For bash: put the output where bash-completion looks, or source it. For zsh: put it as _itlctl into a folder of $fpath. For fish: put it as itlctl.fish into ~/.config/fish/completions.",
  ],
  arguments: [{ name: "<shell>", description: shells.join(", "), choices: shells }],
  options: [],
  examples: [
    "itlctl completion bash > ~/.local/share/bash-completion/completions/itlctl",
    "itlctl completion fish > ~/.config/fish/completions/itlctl.fish",
  ],
  exits: [],
  async run({ loadCommands, output, settings }, input) {
    const named = input.words[0] ?? "";
    const shell = shells.find((known) => known === named);
    if (shell === undefined) {
      throw new OperatorError("usage", `there is no completion for "${named}"`, {
        hint: `Name one of ${shells.join(", ")}`,
      });
    }
    const script = await scriptFor(shell, await loadCommands());
    if (settings.isJson) output.answerJson({ shell, script });
    else output.answer(script);
    return 0;
  },
};

async function scriptFor(shell: (typeof shells)[number], commands: readonly Command[]): Promise<string> {
  const { placesOf } = await import("../completion/words.ts");
  const places = placesOf(commands);
  switch (shell) {
    case "bash":
      return (await import("../completion/bash.ts")).renderBash(places);
    case "zsh":
      return (await import("../completion/zsh.ts")).renderZsh(places);
    case "fish":
      return (await import("../completion/fish.ts")).renderFish(places);
  }
}
