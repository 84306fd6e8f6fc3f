// manual: the man page, made from what the help is made from.
import type { Command } from "../command.ts";

export const manual: Command = {
  name: "manual",
  summary: "the man page, with every command, flag and exit code",
  description: [
    "Prints the manual as a page for man(1). It is made from what --help is made from: every command with its flags and examples, exit codes, files and environment.",
  ],
  arguments: [],
  options: [],
  examples: ["itlctl manual > ~/.local/share/man/man1/itlctl.1", "itlctl manual > /tmp/itlctl.1"],
  exits: [],
  async run({ loadCommands, output, settings, version }) {
    const { renderManual } = await import("../manual/render-manual.ts");
    const page = renderManual(await loadCommands(), version);
    if (settings.isJson) output.answerJson({ page });
    else output.answer(page);
    return 0;
  },
};
