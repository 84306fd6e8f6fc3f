// schema playbook: the JSON Schema of playbook files, for editors.
import type { Command } from "../command.ts";

export const schemaPlaybook: Command = {
  name: "schema playbook",
  summary: "JSON Schema of playbook files, for editors",
  description: [
    "Prints the JSON Schema of playbook files, so that an editor can complete and check them while they are written. Rules between steps (a hold and a gate between two trust anchors, for one) are checked by `plan` and `run`, which list every problem with its line and column.",
  ],
  arguments: [],
  options: [],
  examples: ["itlctl schema playbook > playbook.schema.json"],
  exits: [],
  async run({ output }) {
    const { playbookSchemaJson } = await import("../../playbook/playbook-schema.ts");
    output.answerJson(playbookSchemaJson());
    return 0;
  },
};
